import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { ROOT } from './said.ts'

/** Writes lines for a while, says on its error output that it lived, and ends by itself. */
const SCRIPT = `
import { createLogger } from '${ROOT}/telemetry/logger.ts'
const logger = createLogger({ LOG_LEVEL: 'info' }, 'test')
process.on('uncaughtException', (error) => { console.error('uncaught', error.message); process.exit(1) })
let n = 0
const timer = setInterval(() => { for (let i = 0; i < 100; i++) logger.info({ tries: n++ }, 'x'.repeat(100)) }, 10)
setTimeout(() => clearInterval(timer), 800)
setTimeout(() => { logger.info('the last'); console.error('lived', n); process.exit(0) }, 1_500)
`

async function run(stdout: number | 'pipe') {
  const child = spawn(process.execPath, ['--input-type=module-typescript', '--eval', SCRIPT], {
    stdio: ['ignore', stdout, 'pipe'],
  })
  const said: Buffer[] = []
  child.stderr?.on('data', (piece: Buffer) => said.push(piece))
  return {
    child,
    ended: once(child, 'close').then(([code]) => ({ code: code as number, said: Buffer.concat(said).toString() })),
  }
}

test('a process whose log is on a full disk lives, and ends when it is to', async () => {
  // Every write to it is ENOSPC.
  const full = openSync('/dev/full', 'w')
  const { ended } = await run(full)
  closeSync(full)
  expect(await ended).toMatchObject({ code: 0, said: expect.stringMatching(/^lived \d{3,}/) })
})

test('a process whose log nobody reads any more lives, and ends when it is to', async () => {
  const { child, ended } = await run('pipe')
  child.stdout?.destroy()
  expect(await ended).toMatchObject({ code: 0, said: expect.stringContaining('lived') })
})

test('every line is written, in order, the last one too', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'scenor-log-'))
  const path = join(folder, 'out.log')
  const file = openSync(path, 'a')
  const { ended } = await run(file)
  closeSync(file)
  const lived = Number(/lived (\d+)/.exec((await ended).said)?.[1])
  const lines = readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
  rmSync(folder, { recursive: true })
  expect(lines.slice(0, -1).map((line) => line['scenor.tries'])).toEqual(Array.from({ length: lived }, (_, n) => n))
  expect(lines.at(-1)).toMatchObject({ message: 'the last' })
})
