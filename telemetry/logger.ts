import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { pino, type DestinationStream, type Logger } from 'pino'
import type { Config } from '../config.ts'
import { describeError } from './described-error.ts'
import { logDestination } from './log-destination.ts'
import { namedFields } from './log-fields.ts'
import { currentFields } from './trace.ts'

export type { Logger } from 'pino'

const { version: VERSION } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string
}

export { VERSION }

/**
 * The process's log: JSON lines in the Elastic Common Schema on standard output (`log-fields.ts` has the names). Each has the trace, the
 * request, the execution and the event that its code works for.
 * @param service which process this is, for instance `api`
 */
export function createLogger(
  config: Pick<Config, 'LOG_LEVEL'>,
  service: string,
  destination?: DestinationStream,
): Logger {
  const options = {
    level: config.LOG_LEVEL,
    messageKey: 'message',
    errorKey: 'error',
    base: {
      'ecs.version': '8.10.0',
      'service.name': `scenor-${service}`,
      'service.version': VERSION,
      'service.node.name': hostname(),
      'event.dataset': `scenor.${service}`,
      'process.pid': process.pid,
    },
    timestamp: () => `,"@timestamp":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ 'log.level': label }), log: namedFields },
    mixin: currentFields,
    serializers: { error: describeError },
  }
  return pino(options, destination ?? logDestination())
}
