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
 * The ring of the payload codec, with a restart of every process after `add` and after `activate`:
 *   node cli/keys.ts payload list | add | activate
 *   node cli/keys.ts payload prune     30 days later: forget the older keys (--now: at once, with all that they encrypted)
 */
import { payloadKeyFile, newSecret, signingKeyFile } from '../keys.ts'
import { loadConfig } from '../config.ts'
import { activateKey, addKey, changeRing, pruneKeys, ringIds } from '../payload-keys.ts'
import { activateNext, addNext, changeKeyFile, dropRetired, RotationError, signingKeysOf } from '../signing-keys.ts'

const USAGE = 'usage: node cli/keys.ts [payload] list | add | activate [--now] | prune [--now]'
const config = loadConfig()
const words = process.argv.slice(2)
const say = (line: string) => void process.stdout.write(`${line}\n`)

async function signing([command = 'list', ...flags]: readonly string[]): Promise<void> {
  const path = await signingKeyFile(config)
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

async function payload([command = 'list', ...flags]: readonly string[]): Promise<void> {
  if (config.PAYLOAD_KEYS !== undefined)
    throw new RotationError(
      'the ring comes from PAYLOAD_KEYS: change the variable; its first key encrypts, all decrypt',
    )
  const path = await payloadKeyFile(config)
  const changes: Record<string, Parameters<typeof changeRing>[1]> = {
    add: addKey(newSecret()),
    activate: activateKey,
    prune: pruneKeys(flags.includes('--now')),
  }
  const change = changes[command]
  if (change) await changeRing(path, change)
  else if (command !== 'list') throw new RotationError(USAGE)
  for (const [i, id] of (await ringIds(path)).entries()) say(`${i === 0 ? 'encrypts' : 'decrypts'} ${id}`)
  if (command === 'add') say('Restart every process, so that all can read it; then: node cli/keys.ts payload activate')
  if (command === 'activate') say('Restart every process: those that run still encrypt with the key before.')
}

try {
  await (words[0] === 'payload' ? payload(words.slice(1)) : signing(words))
} catch (error) {
  if (!(error instanceof RotationError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
