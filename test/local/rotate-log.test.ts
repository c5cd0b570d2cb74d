import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { LOG_LIMITS, rotateLog } from '../../local/processes/rotate-log.ts'

const LIMITS = { ...LOG_LIMITS, bytes: 1_000, kept: 3 }
let folder: string
let log: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'scenor-rotate-'))
  log = join(folder, 'api.log')
})
afterEach(() => rmSync(folder, { recursive: true }))
const read = (path: string) => readFileSync(path, 'utf8')

test('a log goes on anew above its size, under the process that writes to it, and no line is lost', async () => {
  const file = openSync(log, 'a')
  // Writes a hundred lines each time it is asked to.
  const script =
    "let n = 0; process.on('message', () => { for (let i = 0; i < 100; i++) require('fs').writeSync(1, `line ${n++}\\n`); process.send('done') })"
  const child = spawn(process.execPath, ['--eval', script], { stdio: ['ignore', file, 'inherit', 'ipc'] })
  closeSync(file)
  const write = async () => {
    const done = once(child, 'message')
    child.send('write')
    await done
  }
  await write()
  await write()
  expect(rotateLog(log, LIMITS)).toBe(true)
  expect(statSync(log).size).toBe(0)
  await write()
  child.kill()
  await once(child, 'exit')
  const lines = `${read(`${log}.1`)}${read(log)}`.trimEnd().split('\n')
  expect(lines).toEqual(Array.from({ length: 300 }, (_, n) => `line ${n}`))
  expect(read(log)).toMatch(/^line 200\n/)
})

test('a small one stays until it is a day old', () => {
  writeFileSync(log, 'x')
  expect(rotateLog(log, LIMITS)).toBe(false)
  expect(rotateLog(log, LIMITS, Date.now() + LIMITS.ageMs - 60_000)).toBe(false)
  expect(rotateLog(log, LIMITS, Date.now() + LIMITS.ageMs + 60_000)).toBe(true)
  // The next day is counted from there.
  writeFileSync(log, 'y')
  utimesSync(`${log}.1`, new Date(), new Date())
  expect(rotateLog(log, LIMITS, Date.now() + LIMITS.ageMs - 60_000)).toBe(false)
})

test('so many are kept, the newest first, and none for ever', () => {
  for (const text of ['a', 'b', 'c', 'd', 'e']) {
    writeFileSync(log, text.repeat(2_000))
    expect(rotateLog(log, LIMITS)).toBe(true)
  }
  expect([1, 2, 3].map((n) => read(`${log}.${n}`)[0])).toEqual(['e', 'd', 'c'])
  expect(existsSync(`${log}.4`)).toBe(false)
  rotateLog(log, LIMITS, Date.now() + LIMITS.keptMs + 60_000)
  expect([1, 2, 3].filter((n) => existsSync(`${log}.${n}`))).toEqual([])
})

test('one that cannot be copied aside stays as it is', () => {
  writeFileSync(log, 'x'.repeat(2_000))
  // A folder in the place of the copy fails it as a full disk does, for root too.
  mkdirSync(`${log}.draft`)
  expect(rotateLog(log, LIMITS)).toBe(false)
  expect(statSync(log).size).toBe(2_000)
})
