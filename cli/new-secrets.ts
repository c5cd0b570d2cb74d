/**
 * `npm run --silent secrets`: prints fresh secrets as lines of an env file, everything that docker-compose.yml asks for. Run once for an
 * installation and keep safe: without PAYLOAD_KEYS histories cannot be read, without PASSWORD_PEPPER nobody can sign in.
 */
import { randomBytes } from 'node:crypto'
import { newSecret } from '../keys.ts'
import { newSigningPem } from '../signing-keys.ts'

/** Base64url, since they stand in addresses too. */
const password = () => randomBytes(24).toString('base64url')
/** On one line: the reader turns the \n back (keys.ts). */
const pem = () => newSigningPem().trim().replaceAll('\n', '\\n')

const secrets = {
  POSTGRES_PASSWORD: password(),
  SCENOR_DB_PASSWORD: password(),
  TEMPORAL_DB_PASSWORD: password(),
  REDIS_PASSWORD: password(),
  PAYLOAD_KEYS: newSecret(),
  PASSWORD_PEPPER: newSecret(),
  JWT_PRIVATE_KEY: pem(),
  SERVICE_PRIVATE_KEY: pem(),
}
// Quoted, so that no reader of env files looks for escapes or variables in it.
for (const [name, value] of Object.entries(secrets)) process.stdout.write(`${name}='${value}'\n`)
