import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { print } from './support/stack.ts'

describe('prestart', () => {
  let root: string
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'scenor-test-'))
    copyFileSync(fileURLToPath(new URL('../../prestart.mjs', import.meta.url)), join(root, 'prestart.mjs'))
    lockfile('1.0.0')
    npm('mkdir -p node_modules')
  })
  afterEach(() => rmSync(root, { recursive: true, force: true }))

  const lockfile = (version: string) =>
    writeFileSync(
      join(root, 'package-lock.json'),
      JSON.stringify({ packages: { '': {}, 'node_modules/a': { version } } }),
    )
  /** An `npm` that notes its arguments and then does that. */
  const npm = (script: string) => {
    mkdirSync(join(root, 'bin'), { recursive: true })
    writeFileSync(join(root, 'bin', 'npm'), `#!/bin/sh\necho "$@" >> ${root}/calls\n${script}\n`)
    chmodSync(join(root, 'bin', 'npm'), 0o755)
  }
  const begin = () =>
    print(
      process.execPath,
      ['prestart.mjs'],
      { PATH: [join(root, 'bin'), '/usr/bin', '/bin'].join(delimiter), TMPDIR: root },
      root,
    )
  const run = async () => {
    const { exit, lines } = begin()
    return { code: await exit, lines }
  }
  const calls = () =>
    existsSync(join(root, 'calls')) ? readFileSync(join(root, 'calls'), 'utf8').trim().split('\n').length : 0

  test('installs by npm ci once, says so in one line, and is silent afterwards', async () => {
    expect(await run()).toEqual({
      code: 0,
      lines: [expect.stringMatching(/^Installing dependencies \(npm ci\): not installed yet/)],
    })
    expect(readFileSync(join(root, 'calls'), 'utf8')).toMatch(/^ci /)
    expect(await run()).toEqual({ code: 0, lines: [] })
    expect(calls()).toBe(1)
  })

  test('installs again when the lockfile has changed', async () => {
    await run()
    lockfile('2.0.0')
    expect((await run()).lines[0]).toContain('the lockfile has changed')
    expect(calls()).toBe(2)
  })

  test('an install that failed or was cut off is done again', async () => {
    npm('mkdir -p node_modules; exit 9')
    expect((await run()).code).toBe(9)
    npm('mkdir -p node_modules; kill -9 $PPID; exit 1')
    expect((await run()).code).toBe('SIGKILL')
    npm('mkdir -p node_modules')
    expect((await run()).code).toBe(0)
    expect(calls()).toBe(3)
  })

  test('of two at once one installs and the other waits for it', async () => {
    npm(`mkdir -p node_modules; while [ ! -e ${root}/go ]; do sleep 0.05; done`)
    const first = begin()
    await first.line(/Installing/)
    const second = begin()
    await second.line(/Another process is installing/)
    writeFileSync(join(root, 'go'), '')
    expect([await first.exit, await second.exit]).toEqual([0, 0])
    expect(calls()).toBe(1)
  })

  test('what somebody installed himself is taken as it is', async () => {
    mkdirSync(join(root, 'node_modules'))
    writeFileSync(
      join(root, 'node_modules', '.package-lock.json'),
      JSON.stringify({ packages: { 'node_modules/a': { version: '1.0.0' } } }),
    )
    expect(await run()).toEqual({ code: 0, lines: [] })
    expect(calls()).toBe(0)
  })
})
