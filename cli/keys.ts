/**
 * Rotates keys that are kept in DATA_DIR. Those that sign access tokens, under running processes, which look at the file every few
 * seconds:
 *   node cli/keys.ts list              the keys and their states
 *   node cli/keys.ts add               publish the next key
 *   node cli/keys.ts activate          11 minutes later: it signs from now on, the one before only verifies (--now: at once)
 *   node cli/keys.ts prune             21 minutes later: forget retired keys (--now: at once, with the tokens they signed)
 * No token that lives is lost on the way. A key that leaked: add, activate --now, prune --now; its tokens are refused 5 s later, and
 * clients refresh theirs. With JWT_PRIVATE_KEY put the new key before the old one in the variable instead.
 *
 * The rings (keys/rings.ts: payload, pepper, unsubscribe, idempotency, phone-code, limit, link, vapid), a restart of all processes after
 * `add` and after `activate`:
 *   node cli/keys.ts payload list | add | activate
 *   node cli/keys.ts payload prune     when nothing needs them any more: forget older keys (--now: with all they made)
 */
import './closed-pipe.ts'
import { ringFile, signingKeyFile } from '../keys/keys.ts'
import { ConfigError, loadConfig } from '../config.ts'
import { activateKey, addKey, changeRing, pruneKeys, ringIds } from '../keys/ring-file.ts'
import { RINGS, type RingName } from '../keys/rings.ts'
import { activateNext, addNext, changeKeyFile, dropRetired, RotationError, signingKeysOf } from '../keys/signing.ts'

const USAGE = `usage: node cli/keys.ts [${Object.keys(RINGS).join(' | ')}] list | add | activate [--now] | prune [--now]`
const config = loadConfig()
const words = process.argv.slice(2)
const say = (line: string) => void process.stdout.write(`${line}\n`)

async function signing([command = 'list', ...flags]: readonly string[]): Promise<void> {
  if (config.JWT_PRIVATE_KEY !== undefined)
    throw new RotationError(
      'the keys come from JWT_PRIVATE_KEY: change the variable; its first key signs, all verify. Nobody reads the file',
    )
  const path = await signingKeyFile(config, command === 'list' ? 'refuse' : 'make')
  const changes: Record<string, Parameters<typeof changeKeyFile>[1]> = {
    add: (keys, now) => addNext(keys, now),
    activate: (keys, now) => activateNext(keys, now, flags.includes('--now')),
    prune: (keys, now) => dropRetired(keys, now, flags.includes('--now')),
  }
  const change = changes[command]
  if (change) await changeKeyFile(path, change)
  else if (command !== 'list') throw new RotationError(USAGE)
  for (const { kid, state, since } of (await signingKeysOf(path)).list())
    say(`${state.padEnd(8)} ${kid} since ${since.toISOString()}`)
}

async function ring(name: RingName, [command = 'list', ...flags]: readonly string[]): Promise<void> {
  const { variable, fresh } = RINGS[name]
  if (config[variable] !== undefined)
    throw new RotationError(`the ring comes from ${variable}: change the variable; its first key makes, all read`)
  const path = await ringFile(config, name, command === 'list' ? 'refuse' : 'make')
  const changes: Record<string, Parameters<typeof changeRing>[1]> = {
    add: addKey(fresh()),
    activate: activateKey,
    prune: pruneKeys(name, flags.includes('--now')),
  }
  const change = changes[command]
  if (change) await changeRing(path, change)
  else if (command !== 'list') throw new RotationError(USAGE)
  for (const [i, id] of (await ringIds(path)).entries()) say(`${i === 0 ? 'makes' : 'reads'} ${id}`)
  if (command === 'add') say(`Restart every process, so that all can read it; then: node cli/keys.ts ${name} activate`)
  if (command === 'activate') say('Restart every process: those that run still use the key before.')
}

const isRing = (word: string | undefined): word is RingName => word !== undefined && Object.hasOwn(RINGS, word)

try {
  await (isRing(words[0]) ? ring(words[0], words.slice(1)) : signing(words))
} catch (error) {
  if (!(error instanceof RotationError || error instanceof ConfigError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
