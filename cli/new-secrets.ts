/**
 * `npm run --silent secrets`: prints fresh secrets as lines of an env file, everything that docker-compose.yml asks for. Run once for an
 * installation and keep safe: without PAYLOAD_KEYS histories cannot be read, without PASSWORD_PEPPER nobody can sign in.
 * `npm run --silent secrets -- --missing .env >> .env`: those alone that the file has not, after an upgrade.
 */
import './closed-pipe.ts'
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import { RINGS } from '../keys/rings.ts'
import { newSigningPem } from '../keys/signing.ts'
import { SERVICES } from '../services.ts'

/** Base64url, since they stand in addresses too. */
const password = () => randomBytes(24).toString('base64url')
/** On one line: the reader turns the \n back (keys.ts). */
const pem = () => newSigningPem().trim().replaceAll('\n', '\\n')

const secrets = {
  POSTGRES_PASSWORD: password(),
  SCENOR_DB_PASSWORD: password(),
  ...Object.fromEntries(SERVICES.map((service) => [`${service.toUpperCase()}_DB_PASSWORD`, password()])),
  TEMPORAL_DB_PASSWORD: password(),
  REDIS_PASSWORD: password(),
  ...Object.fromEntries(Object.values(RINGS).map(({ variable, fresh }) => [variable, fresh()])),
  JWT_PRIVATE_KEY: pem(),
  SERVICE_PRIVATE_KEY: pem(),
}
const [flag, file] = process.argv.slice(2)
const there = flag === '--missing' && file !== undefined ? parseEnv(readFileSync(file, 'utf8')) : {}
// Quoted, so that no reader of env files looks for escapes or variables in it.
for (const [name, value] of Object.entries(secrets)) if (!there[name]) process.stdout.write(`${name}='${value}'\n`)
