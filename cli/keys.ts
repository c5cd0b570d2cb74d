/**
 * Rotates the keys that sign access tokens, under running processes: they look at the file every few seconds.
 *   node cli/keys.ts list              the keys and their states
 *   node cli/keys.ts add               publish the next key
 *   node cli/keys.ts activate          11 minutes later: it signs from now on, the one before only verifies (--now: at once)
 *   node cli/keys.ts prune             21 minutes later: forget retired keys
 * No token that lives is lost on the way. With JWT_PRIVATE_KEY put the new key before the old one in the variable instead.
 */
import { signingKeyFile } from '../keys.ts'
import { loadConfig } from '../config.ts'
import { activateNext, addNext, changeKeyFile, dropRetired, RotationError, signingKeysOf } from '../signing-keys.ts'

const config = loadConfig()
const [command = 'list', ...flags] = process.argv.slice(2)
const path = await signingKeyFile(config)
const changes: Record<string, Parameters<typeof changeKeyFile>[1]> = {
  add: (keys, now) => addNext(keys, now),
  activate: (keys, now) => activateNext(keys, now, flags.includes('--now')),
  prune: dropRetired,
}
try {
  const change = changes[command]
  if (change) await changeKeyFile(path, change)
  else if (command !== 'list') throw new RotationError('usage: node cli/keys.ts list | add | activate [--now] | prune')
  for (const { kid, state, since } of (await signingKeysOf(path)).list())
    process.stdout.write(`${state.padEnd(8)} ${kid} since ${since.toISOString()}\n`)
} catch (error) {
  if (!(error instanceof RotationError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
