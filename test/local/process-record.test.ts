import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { endRecordedProcesses } from '../../local/leftovers.ts'
import { isAlive, readRecords, recordOf, writeRecord } from '../../local/processes/process-record.ts'

const sleeper = async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 60_000)'], { stdio: 'ignore' })
  await once(child, 'spawn')
  const record = recordOf('first', child.pid ?? 0)
  if (record === null) throw new Error('the process has no record')
  return { child, record, ended: once(child, 'exit') }
}

describe('records of processes', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'scenor-test-'))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  test('a recorded process that still lives is ended and its record goes', async () => {
    const { record, ended } = await sleeper()
    writeRecord(folder, record)
    expect(await endRecordedProcesses(folder, 'gently')).toEqual([record])
    expect(await ended).toEqual([null, 'SIGTERM'])
    expect(readRecords(folder)).toEqual([])
  })

  test('a stranger that got the pid of a recorded process is not touched', async () => {
    const { child, record, ended } = await sleeper()
    writeRecord(folder, { ...record, startTime: `1${record.startTime}` })
    expect(await endRecordedProcesses(folder, 'at once')).toEqual([])
    expect(isAlive(record)).toBe(true)
    child.kill('SIGKILL')
    await ended
  })

  test('a process that has ended is not alive, also while its exit code was not asked for', async () => {
    const { child, record, ended } = await sleeper()
    child.kill('SIGKILL')
    await ended
    expect(isAlive(record)).toBe(false)
  })

  test('a file that is no record is left alone', async () => {
    writeFileSync(join(folder, 'broken.json'), '{"name":"x","pid":')
    writeFileSync(join(folder, 'init.json'), '{"name":"x","pid":1,"startTime":"1","port":null}')
    expect(readRecords(folder)).toEqual([])
  })
})
