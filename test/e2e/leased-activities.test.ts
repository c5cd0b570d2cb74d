import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals'
import type { Person } from '../support/http.ts'
import { startModelServer, type ModelServer } from '../support/model-server.ts'
import { startSystem, type System } from '../support/system.ts'
import { until } from '../support/until.ts'
import { startWorkerProcess, type WorkerProcess } from '../support/worker-process.ts'

/** A lease: another process looks at its end. */
const TAKEN_OVER_MS = 2_500
/** A busy machine. The heartbeat timeout, by which the server itself would notice, is 60 s. */
const SLACK_MS = 30_000

let model: ModelServer
let system: System
let person: Person
let first: WorkerProcess
/** It stays, and is the first one of the next test. */
let second: WorkerProcess
/** One slot: a process that stands still with its call does not poll for more, which it would swallow. */
const work = () =>
  startWorkerProcess(system, {
    ...{ OPENAI_BASE_URL: model.url, OPENAI_API_KEY: 'sk-test', WORKERS: 'ai' },
    AI_CONCURRENCY: '1',
  })
beforeAll(async () => {
  model = await startModelServer()
  system = await startSystem({
    env: { OPENAI_BASE_URL: model.url, OPENAI_API_KEY: 'sk-test' },
    workers: ['auth', 'users', 'scenarios', 'notifications'],
  })
  person = await system.api.register()
  second = await work()
})
afterAll(async () => {
  await second?.kill()
  await system.stop()
  await model[Symbol.asyncDispose]()
})
beforeEach(() => {
  model.reset()
  first = second
})
afterEach(async () => {
  await first.kill()
  expect(model.surprises).toEqual([])
})

/** A call that is out from the first process, while the second one has come up. */
const atWork = async () => {
  model.plan({ hang: true })
  model.always({})
  const order = { brief: 'Ролик о термосе, который держит чай горячим сутки.', target_duration_s: 30 }
  const { body } = await person.post('/ai/generate', order)
  const call = await model.received(1)
  second = await work()
  return { id: body.id as string, call }
}
const finished = (id: string) => system.api.finished(id, person.token)
const running = () => system.databases.ai.selectFrom('running_activities').select('lease').execute()

test('a call that is out costs the server no heartbeat, and when its process is killed another one makes it again', async () => {
  const { id } = await atWork()
  const { raw } = await system.temporal.workflow.getHandle(id).describe()
  const [{ attempt, lastStartedTime: began, lastHeartbeatTime: beat } = {}] = raw.pendingActivities ?? []
  expect(attempt).toBe(1)
  // Every 25 s, which no process takes to start.
  expect(beat ? Number(beat.seconds) - Number(began?.seconds) : Infinity).toBeGreaterThan(20)
  const since = performance.now()
  await first.kill()
  await model.received(2)
  expect(performance.now() - since).toBeLessThan(TAKEN_OVER_MS + SLACK_MS)
  expect(await finished(id)).toMatchObject({ status: 'succeeded', attempt: 1 })
  expect(model.requests).toHaveLength(2)
  await until(async () => (await running()).length === 0)
  const handle = system.temporal.workflow.getHandle(id)
  await handle.result()
  const { events } = await handle.fetchHistory()
  // No step of the workflow waited for the process that is gone.
  expect(events?.filter((event) => event.workflowTaskTimedOutEventAttributes)).toEqual([])
})

test('of a process that stands still too; when it goes on it ends its call, and nothing is stored twice', async () => {
  const { id, call } = await atWork()
  process.kill(first.pid, 'SIGSTOP')
  await model.received(2)
  expect(call.aborted).toBe(false)
  process.kill(first.pid, 'SIGCONT')
  await until(() => call.aborted)
  expect(await finished(id)).toMatchObject({ status: 'succeeded', attempt: 1, result: { version: 1 } })
  expect(model.requests).toHaveLength(2)
  const answers = system.databases.ai.selectFrom('answers').select('step').where('operation_id', '=', id)
  expect(await answers.execute()).toEqual([{ step: 'script' }])
  expect(
    await system.databases.scenarios
      .selectFrom('scenario_versions')
      .select('n')
      .where('operation_id', '=', id)
      .execute(),
  ).toEqual([{ n: 1 }])
})

test('a cancellation ends the call before Temporal has been asked about it', async () => {
  const { id, call } = await atWork()
  expect((await person.post(`/operations/${id}/cancel`)).status).toBe(202)
  await until(() => call.aborted)
  expect(await finished(id)).toMatchObject({ status: 'cancelled' })
  await until(async () => (await running()).length === 0)
})
