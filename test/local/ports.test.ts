import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { startPostgres } from '../../local/postgres/postgres.ts'
import { keepRunning } from '../../local/processes/keep-running.ts'
import { freePort, onFreePort, PortTaken } from '../../local/processes/ports.ts'
import type { Exit } from '../../local/processes/running.ts'
import { findTemporal, startTemporal } from '../../local/temporal/temporal.ts'
import { testServers } from '../support/servers.ts'

describe('a port that somebody takes between the choice and the start', () => {
  let folder: string
  beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'scenor-test-'))))
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  test('a Temporal server that answers there is not taken for our own', async () => {
    const { temporal } = testServers()
    const port = Number(temporal.split(':')[1])
    const start = startTemporal({
      binary: await findTemporal({ config: { TEMPORAL_CLI: undefined } }),
      port,
      uiPort: null,
      namespace: 'default',
      log: join(folder, 'temporal.log'),
    })
    await expect(start).rejects.toThrow(PortTaken)
  })

  test('neither is a Postgres', async () => {
    const port = Number(new URL(testServers().postgres).port)
    await expect(startPostgres({ dataDir: folder, port, durable: false })).rejects.toThrow(PortTaken)
  })

  test('another one is chosen', async () => {
    const tried: number[] = []
    const served = await onFreePort(freePort, async (port) => {
      tried.push(port)
      if (tried.length < 3) throw new PortTaken(port)
      return port
    })
    expect(served).toBe(tried[2])
  })

  test('after four in a row it is said, and so is every other fault at once', async () => {
    let tried = 0
    const taken = (port: number) => Promise.reject(++tried && new PortTaken(port))
    await expect(onFreePort(freePort, taken)).rejects.toThrow(/port \d+ was taken by another process/)
    expect(tried).toBe(4)
    const broken = () => Promise.reject(++tried && new Error('no disk'))
    await expect(onFreePort(freePort, broken)).rejects.toThrow('no disk')
    expect(tried).toBe(5)
  })

  test('a server whose port is lost for good is not started again for ever', async () => {
    const ended = Promise.resolve<Exit>({ code: 1, signal: null })
    const said: string[] = []
    let starts = 0
    const { promise: gaveUp, resolve } = Promise.withResolvers<Error>()
    await keepRunning({
      name: 'temporal',
      start: () =>
        ++starts === 1
          ? Promise.resolve({ pid: 1, exited: ended, stop: () => Promise.resolve(), kill: () => {} })
          : Promise.reject(new PortTaken(7233)),
      endStarting: () => Promise.resolve(),
      say: (line) => said.push(line),
      gaveUp: resolve,
      firstDelayMs: 1,
    })
    expect((await gaveUp).message).toMatch(/^temporal did not start \(port 7233 was taken .*give it another port/)
    expect(starts).toBe(6)
  })
})
