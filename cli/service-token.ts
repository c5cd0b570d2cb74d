/**
 * A token for another backend, so that it may tell people something (`POST /notifications`).
 *   node cli/service-token.ts --name billing [--audience notifications] [--scope notifications:send] [--minutes 60]
 * Signed with SERVICE_PRIVATE_KEY, or the key in DATA_DIR. Short-lived: the backend asks for the next one before it ends.
 */
import './closed-pipe.ts'
import { parseArgs } from 'node:util'
import { ConfigError, loadConfig } from '../config.ts'
import { serviceTokenKey } from '../keys/keys.ts'
import { SERVICE_SCOPES, signServiceToken, type ServiceScope } from '../internal/token.ts'
import { SERVICES, type Service } from '../services.ts'

const MAX_MINUTES = 24 * 60
const { values } = parseArgs({
  options: {
    name: { type: 'string' },
    audience: { type: 'string', default: 'notifications' },
    scope: { type: 'string', default: 'notifications:send' },
    minutes: { type: 'string', default: '60' },
  },
})
/** What a person can put right. */
const explain = (error: unknown): string => {
  if (error instanceof ConfigError) return error.message
  throw error
}
const minutes = Number(values.minutes)
const wrong =
  !/^[a-z][a-z0-9-]{1,62}$/.test(values.name ?? '') || SERVICES.includes(values.name as Service)
    ? '--name: must be lower-case letters, digits and dashes, and not the name of a service of ours'
    : !SERVICES.includes(values.audience as Service)
      ? `--audience: must be one of ${SERVICES.join(', ')}`
      : !SERVICE_SCOPES.includes(values.scope as ServiceScope)
        ? `--scope: must be one of ${SERVICE_SCOPES.join(', ')}`
        : !(minutes >= 1 && minutes <= MAX_MINUTES)
          ? `--minutes: must be 1 to ${MAX_MINUTES}`
          : undefined
const key = wrong ?? (await serviceTokenKey(loadConfig(), 'refuse').catch(explain))
if (typeof key === 'string') {
  process.stderr.write(`${key}\n`)
  process.exitCode = 1
} else {
  const token = await signServiceToken(
    key,
    values.name as string,
    values.audience as Service,
    values.scope as ServiceScope,
    minutes * 60,
  )
  process.stdout.write(`${token}\n`)
}
