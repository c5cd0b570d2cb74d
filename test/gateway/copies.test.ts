import { Agent } from 'node:https'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { startApiProcess, startGateway, type ApiProcess, type Gateway } from '../support/gateway.ts'
import type { Person } from '../support/http.ts'
import { startSystem, type System } from '../support/system.ts'
import { until } from '../support/until.ts'

let system: System
let copies: ApiProcess[]
let gateway: Gateway
let person: Person
beforeAll(async () => {
  system = await startSystem({ workers: ['auth', 'users'] })
  copies = await Promise.all([startApiProcess(system), startApiProcess(system)])
  gateway = await startGateway({ every: copies })
  person = await system.api.register()
}, 150_000)
afterAll(async () => {
  for (const copy of copies ?? []) copy.signal('SIGKILL')
  await Promise.all((copies ?? []).map(({ gone }) => gone))
  await gateway?.stop()
  await system?.stop()
})

test('one of two copies is killed under load: no GET fails, and nothing is written twice or lost that was confirmed', async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 12 })
  const reads: number[] = []
  const writes: { title: string; status: number }[] = []
  let over = false
  const lane = (turn: (n: number) => Promise<unknown>) =>
    (async () => {
      for (let n = 0; !over; n++) await turn(n)
    })()
  const reading = () =>
    lane(async () => reads.push((await gateway.ask('GET', '/api/v1/scenarios', { token: person.token, agent })).status))
  const writing = (of: number) =>
    lane(async (n) => {
      const title = `${of}-${n}`
      const { status } = await gateway.ask('POST', '/api/v1/scenarios', { token: person.token, body: { title }, agent })
      writes.push({ title, status })
    })
  const load = Promise.all([reading(), reading(), reading(), reading(), writing(1), writing(2), writing(3)])

  const enough = (since: number) => until(() => reads.length >= since + 150)
  await enough(0)
  const both = new Set(gateway.lines().map((line) => line['scenor.upstream']))
  expect([...both].filter((at) => copies.some(({ public: own }) => own === at))).toHaveLength(2)
  copies[0]?.signal('SIGKILL')
  await copies[0]?.gone
  await enough(reads.length)
  over = true
  await load
  agent.destroy()

  expect(reads.filter((status) => status !== 200)).toEqual([])
  const confirmed = writes.filter(({ status }) => status === 201).map(({ title }) => title)
  // A POST that was on its way to the dead copy is not repeated: its client is told to try again, and knows what it does.
  expect(writes.filter(({ status }) => status !== 201 && status !== 503)).toEqual([])
  expect(writes.length - confirmed.length).toBeLessThanOrEqual(3)
  const rows = await system.databases.scenarios
    .selectFrom('scenarios')
    .select(['title'])
    .where('owner_id', '=', person.id)
    .execute()
  const titles = rows.map(({ title }) => title)
  expect(titles.length).toBe(new Set(titles).size)
  expect(confirmed.filter((title) => !titles.includes(title))).toEqual([])
}, 120_000)
