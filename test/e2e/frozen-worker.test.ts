import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { sql } from 'kysely'
import { holderOf } from '../../db/leases/holder.ts'
import { holdTable } from '../support/held-table.ts'
import type { Person } from '../support/http.ts'
import { startSystem, type System } from '../support/system.ts'
import { until } from '../support/until.ts'
import { startWorkerProcess, type WorkerProcess } from '../support/worker-process.ts'

/** A lease and the next look of those who wait for it. */
const TAKEN_OVER_MS = 6_000 + 1_000
/** A busy machine. */
const SLACK_MS = 30_000

let system: System
const workers: WorkerProcess[] = []
beforeAll(async () => {
  system = await startSystem({ env: { WORKERS: 'auth,users,scenarios,ai' } })
  // 30 s in earnest: a transaction of a process that stands still holds its rows no longer.
  const { notifications } = system.databases
  const name = new URL(system.databases.urls.notifications).pathname.slice(1)
  await sql`alter database ${sql.id(name)} set idle_in_transaction_session_timeout = '2s'`.execute(notifications)
  for (let n = 0; n < 2; n++) workers.push(await startWorkerProcess(system, { WORKERS: 'notifications' }))
})
afterAll(async () => {
  for (const worker of workers) await worker.kill()
  await system.stop()
})

const told = async (person: Person) => (await person.get('/notifications')).body.items as unknown[]
const isTold = (person: Person) => until(async () => (await told(person)).length > 0)
const holder = async () => {
  const { rows } = await sql<{ holder: string }>`
    select holder from leases where name = 'consume user_events notifications'`.execute(system.databases.notifications)
  return workers.find(({ pid }) => rows[0]?.holder === holderOf(pid))
}

test('a worker that stands still in the middle of an event is replaced, and does no harm when it goes on', async () => {
  const frozen = await until(holder)
  // It has noted the event and waits to write what comes of it.
  await using table = await holdTable(system.databases.urls.notifications, 'deliveries')
  const first = await system.api.register()
  await table.someoneWaits('write')
  process.kill(frozen.pid, 'SIGSTOP')
  const since = performance.now()
  await table.release()

  const second = await system.api.register()
  await isTold(second)
  expect(performance.now() - since).toBeLessThan(TAKEN_OVER_MS + SLACK_MS)
  expect((await holder())?.pid).not.toBe(frozen.pid)
  await isTold(first)

  const lines = system.logs.length
  process.kill(frozen.pid, 'SIGCONT')
  // Its transaction is gone: it says so.
  await until(() => system.logs.slice(lines).some((line) => line.includes('an event could not be handled')))
  const third = await system.api.register()
  await isTold(third)
  expect((await holder())?.pid).not.toBe(frozen.pid)
  for (const person of [first, second, third]) expect(await told(person)).toHaveLength(1)
})
