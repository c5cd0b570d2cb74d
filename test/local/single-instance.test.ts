import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { AlreadyRunning, becomeSupervisor, findSupervisor } from '../../local/single-instance.ts'
import { print } from './support/stack.ts'

const MODULE = new URL('../../local/single-instance.ts', import.meta.url).href
/** Starts at the given instant, says who won, and lives until it is told. */
const RIVAL = `const { becomeSupervisor } = await import(${JSON.stringify(MODULE)})
while (Date.now() < Number(process.argv[2])) {}
try { becomeSupervisor(process.argv[1], 1); console.log('won') } catch (e) { console.log('lost: ' + e.name) }
setInterval(() => {}, 60_000)`

describe('one supervisor a folder', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'scenor-test-'))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  test('the second one is refused and told who runs', () => {
    becomeSupervisor(folder, 3000)
    expect(findSupervisor(folder)).toMatchObject({ pid: process.pid, port: 3000 })
    expect(() => becomeSupervisor(folder, 3000)).toThrow(AlreadyRunning)
  })

  test('of several that start at the same instant beside a stale lock exactly one wins', async () => {
    writeFileSync(join(folder, 'supervisor.7.lock'), '{"name":"supervisor","pid":999999,"startTime":"1@gone","port":1}')
    const instant = String(Date.now() + 1_000)
    const rivals = Array.from({ length: 5 }, () =>
      print(process.execPath, ['--input-type=module-typescript', '-e', RIVAL, folder, instant], {}),
    )
    const said = await Promise.all(rivals.map((rival) => rival.line(/^(won|lost)/)))
    for (const rival of rivals) rival.child.kill('SIGKILL')
    await Promise.all(rivals.map(({ exit }) => exit))
    expect(said.sort()).toEqual([...Array(4).fill('lost: AlreadyRunning'), 'won'])
    expect(readdirSync(folder)).toEqual(['supervisor.8.lock'])
  })
})
