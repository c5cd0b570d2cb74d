import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { once } from 'node:events'
import { connect } from 'node:net'
import { text as readText } from 'node:stream/consumers'
import { startSystem, type System } from '../support/system.ts'
import { until } from '../support/until.ts'

let system: System
beforeAll(async () => {
  system = await startSystem({ env: { DRAIN_S: '2' }, workers: [], relays: false })
})

let stopped: Promise<void> | undefined
afterAll(() => stopped ?? system.stop())

test('an API that stops says that it is not ready, serves on for DRAIN_S, and then is gone, whoever has nothing to say', async () => {
  const silent = connect(Number(new URL(system.api.origin).port), '127.0.0.1')
  await once(silent, 'connect')
  await until(async () => (await system.api.call('GET', '//health/ready')).status === 200)
  stopped = system.stop()
  expect(await system.api.call('GET', '//health/ready')).toMatchObject({ status: 503 })
  expect(
    await system.api.call('POST', '/auth/login', { body: { email: 'a@example.test', password: 'x' } }),
  ).toMatchObject({
    status: 401,
  })
  // The last answer of its connection: a gateway keeps none that ends when it sends the next request.
  const kept = connect(Number(new URL(system.api.origin).port), '127.0.0.1')
  kept.write('GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n')
  expect(await readText(kept)).toMatch(/^HTTP\/1.1 200 [^]*\r\nConnection: close\r\n/)
  await stopped
  // Closed, and not told 408 after it was waited for.
  expect(await readText(silent)).toBe('')
  await expect(system.api.call('GET', '//health/live')).rejects.toThrow('fetch failed')
})
