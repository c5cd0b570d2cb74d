/**
 * Tokens for a Temporal server of your own, one for each process, with the narrowest permission that its role can do with.
 *   node cli/temporal-token.ts key FOLDER
 *     a new key, and the list of all keys for the server (`jwtKeyProvider.keySourceURIs: [file://…/temporal-jwks.json]`)
 *   node cli/temporal-token.ts list FOLDER
 *     the list anew, when a key was removed: tokens of that one are refused from then on
 *   node cli/temporal-token.ts token FOLDER worker|api|reader|setup --name worker-ai [--namespace scenor] [--days 30]
 *     prints a token, signed by the newest key
 * The folder holds what signs: keep it where no process of the installation reads it.
 */
import './closed-pipe.ts'
import { createPrivateKey, generateKeyPairSync } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { signTemporalToken, TEMPORAL_ROLES, temporalJwk, type TemporalRole } from '../keys/temporal-token.ts'

const MAX_DAYS = 366
const USAGE = `node cli/temporal-token.ts key FOLDER
node cli/temporal-token.ts list FOLDER
node cli/temporal-token.ts token FOLDER ${Object.keys(TEMPORAL_ROLES).join('|')} --name NAME [--namespace scenor] [--days 30]
`
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    name: { type: 'string' },
    namespace: { type: 'string', default: 'scenor' },
    days: { type: 'string', default: '30' },
    help: { type: 'boolean' },
  },
})
const [command, folder, role] = positionals

/** The oldest first: a name holds when it was made. */
const keyFiles = (of: string) =>
  readdirSync(of)
    .filter((name) => /^temporal-\w+\.pem$/.test(name))
    .toSorted()
const keyOf = (of: string, name: string) => createPrivateKey(readFileSync(join(of, name)))

async function makeKey(of: string): Promise<void> {
  mkdirSync(of, { recursive: true, mode: 0o700 })
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' })
  writeFileSync(join(of, `temporal-${Date.now().toString(36).padStart(9, '0')}.pem`), pem, { mode: 0o600, flag: 'wx' })
  await writeList(of)
}

async function writeList(of: string): Promise<void> {
  const keys = await Promise.all(keyFiles(of).map((name) => temporalJwk(keyOf(of, name))))
  const list = join(of, 'temporal-jwks.json')
  // Beside it and renamed: the server reads it by itself, in any moment.
  writeFileSync(`${list}.new`, `${JSON.stringify({ keys }, null, 2)}\n`, { mode: 0o644 })
  renameSync(`${list}.new`, list)
  process.stdout.write(`${list}: ${keys.length} ${keys.length === 1 ? 'key' : 'keys'}\n`)
}

async function printToken(of: string): Promise<void> {
  const newest = keyFiles(of).at(-1)
  if (newest === undefined) throw new Error(`no key in ${of}: make one first (key)`)
  const expires = new Date(Date.now() + Number(values.days) * 86_400_000)
  const given = { role: role as TemporalRole, name: values.name ?? '', namespace: values.namespace, expires }
  process.stdout.write(`${await signTemporalToken(keyOf(of, newest), given)}\n`)
}

const COMMANDS = { key: makeKey, list: writeList, token: printToken } as const

const wrong = (): string | undefined => {
  if (folder === undefined || !Object.hasOwn(COMMANDS, command ?? '')) return USAGE
  if (command !== 'token') return undefined
  if (!(role ?? '') || !Object.hasOwn(TEMPORAL_ROLES, role as string)) return USAGE
  if (!/^[a-z][a-z0-9-]{1,62}$/.test(values.name ?? ''))
    return '--name: must be lower-case letters, digits and dashes\n'
  if (!/^[\w.-]+$/.test(values.namespace)) return '--namespace: must be letters, digits, _, . and -\n'
  const days = Number(values.days)
  return days > 0 && days <= MAX_DAYS ? undefined : `--days: must be above 0 and at most ${MAX_DAYS}\n`
}

const said = values.help ? USAGE : wrong()
if (said !== undefined || folder === undefined) {
  ;(values.help ? process.stdout : process.stderr).write(said ?? USAGE)
  process.exitCode = values.help ? 0 : 2
} else {
  try {
    await COMMANDS[command as keyof typeof COMMANDS](folder)
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`)
    process.exitCode = 1
  }
}
