import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { newSigningPem } from '../../keys/signing.ts'
import { startCommand } from '../support/command.ts'

const HISTORY = 'test/replay/releases/0.1.0/purge-nothing-due.json'

let DATA_DIR: string
beforeEach(async () => {
  DATA_DIR = await mkdtemp(join(tmpdir(), 'scenor-keys-'))
})
afterEach(() => rm(DATA_DIR, { recursive: true, force: true }))

const WHOSE = 'DATA_DIR must be that of'
const nobody = { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none', TEMPORAL_ADDRESS: '127.0.0.1:1' }

test.each([
  ['cli/keys.ts', ['list'], {}, WHOSE],
  ['cli/keys.ts', ['payload', 'list'], {}, WHOSE],
  ['cli/keys.ts', ['vapid', 'list'], {}, WHOSE],
  ['cli/service-token.ts', ['--name', 'billing'], {}, WHOSE],
  // A detective does without keys as far as it goes: a history that is sealed is where it ends.
  ['cli/replay.ts', ['run', HISTORY], nobody, 'Set PAYLOAD_KEYS to the keys of the installation that it is from'],
  [
    'cli/replay.ts',
    ['show', 'generation-00000000-0000-4000-8000-000000000000'],
    nobody,
    'The database cannot be reached',
  ],
])('%s %j reads keys and never makes one', async (file, words, env, told) => {
  const { code, err, out } = await startCommand(file, words, { DATA_DIR, ...env }).ended
  expect({ code, said: `${err}${out}` }).toEqual({ code: 1, said: expect.stringContaining(told) })
  expect(`${err}${out}`).not.toMatch(/\n\s+at /)
  expect(existsSync(join(DATA_DIR, 'keys'))).toBe(false)
})

test.each(['add', 'activate', 'list', 'prune'])(
  'keys %s with the keys in a variable changes no file',
  async (command) => {
    const env = { DATA_DIR, JWT_PRIVATE_KEY: newSigningPem() }
    const { code, err } = await startCommand('cli/keys.ts', [command], env).ended
    expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining('JWT_PRIVATE_KEY') })
    expect(existsSync(join(DATA_DIR, 'keys'))).toBe(false)
  },
)

test('a history of other keys is said to be that, and not to diverge', async () => {
  const env = {
    ...nobody,
    DATA_DIR,
    PAYLOAD_KEYS: `other:${randomBytes(32).toString('base64url')}`,
  }
  const { code, out, err } = await startCommand('cli/replay.ts', ['run', HISTORY], env).ended
  expect({ code, said: `${out}${err}` }).toEqual({
    code: 1,
    said: expect.stringMatching(/cannot be read: no payload key "replay" in the ring\. Set PAYLOAD_KEYS/),
  })
})

test.each([
  ['cli/env-table.ts', []],
  ['cli/new-secrets.ts', []],
  ['cli/replay.ts', ['--help']],
  ['cli/import.ts', ['--help']],
])('a reader that leaves ends %s without a stack', async (file, words) => {
  const { child, ended } = startCommand(file, words, { DATA_DIR })
  child.stdout?.destroy()
  expect(await ended).toEqual({ code: 0, out: '', err: '' })
})
