import { pino, type DestinationStream, type Logger } from 'pino'
import type { Config } from './config.ts'

export type { Logger } from 'pino'

/**
 * Field names that never reach a log, at the top or one level down (pino's paths are literal: `*.password` alone misses a
 * top-level `password`).
 */
const SECRETS = [
  'password',
  'current_password',
  'new_password',
  'password_hash',
  'token',
  'access_token',
  'refresh_token',
  'authorization',
  'cookie',
  'email',
  'phone_number',
  'api_key',
  'apiKey',
  'brief',
  'draft',
  'body',
  'parameters',
]

/**
 * The process's log: JSON lines on standard output. Children carry the request or the work they belong to:
 * `request_id`, `workflow_id`, `activity`.
 * @param service which process this is, for instance `api`
 */
export function createLogger(
  config: Pick<Config, 'LOG_LEVEL'>,
  service: string,
  destination?: DestinationStream,
): Logger {
  const options = {
    level: config.LOG_LEVEL,
    base: { service },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: SECRETS.flatMap((name) => [name, `*.${name}`]), censor: '[redacted]' },
    serializers: { err: describeError },
  }
  // A system call for every line is a tenth of a small request's time. Flushed four times a second, and when the process ends.
  return pino(options, destination ?? pino.destination({ dest: 1, sync: false, minLength: 4_096, periodicFlush: 250 }))
}

/** What a log says of an error: name, message, code, stack. Never its own fields: a database error carries parameters in `detail`. */
export function describeError(error: unknown): object {
  if (!(error instanceof Error)) return { message: 'something that is no error was thrown' }
  const { code } = error as { code?: unknown }
  return {
    name: error.name,
    message: error.message,
    ...(typeof code === 'string' && { code }),
    stack: error.stack,
    ...(error.cause instanceof Error && { cause: describeError(error.cause) }),
  }
}
