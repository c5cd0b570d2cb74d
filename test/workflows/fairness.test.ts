import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Person } from '../support/http.ts'
import { startModelServer, type ModelServer } from '../support/model-server.ts'
import { startSystem, type System } from '../support/system.ts'
import { until } from '../support/until.ts'

/** Jobs that one person has waiting. */
const MANY = 200

let model: ModelServer
let system: System
beforeAll(async () => {
  model = await startModelServer()
  system = await startSystem({
    env: {
      OPENAI_BASE_URL: model.url,
      OPENAI_API_KEY: 'sk-test',
      // Scarce on purpose: fairness is about who is next.
      AI_CONCURRENCY: '2',
      AI_BUDGET_MICROS: String(1_000_000_000),
    },
  })
})
afterAll(async () => {
  await system.stop()
  await model[Symbol.asyncDispose]()
})

const ask = async (person: Person) => {
  const body = { brief: 'Ролик о термосе, который держит чай горячим сутки.', target_duration_s: 15 }
  const reply = await person.post('/ai/generate', body)
  expect(reply).toMatchObject({ status: 202 })
  return reply.body.id as string
}

/** Waits until Temporal has the model call of each, where the order is decided. */
const queued = async (ids: readonly string[]) => {
  for (const id of ids)
    await until(async () => {
      const { raw } = await system.temporal.workflow.getHandle(id).describe()
      return Boolean(raw.pendingActivities?.length)
    })
}

test(`one job of somebody else does not wait behind ${MANY} of one person`, async () => {
  const [busy, other] = await Promise.all([system.api.register(), system.api.register()])
  const { promise: opened, resolve: open } = Promise.withResolvers<void>()
  model.always({ until: opened })
  const theirs: string[] = []
  // As many at a time as the pool has connections.
  while (theirs.length < MANY) theirs.push(...(await Promise.all(Array.from({ length: 5 }, () => ask(busy)))))
  const mine = await ask(other)
  await queued([...theirs, mine])
  // Scarce slots, and nobody else has been served before the queue was full.
  expect(model.requests).toHaveLength(2)
  open()
  await system.api.finished(mine, other.token)

  const { ai } = system.databases
  const calls = await ai.selectFrom('calls').select('operation_id').orderBy('started_at').orderBy('id').execute()
  const place = calls.findIndex((call) => call.operation_id === mine)
  expect(place).toBeGreaterThanOrEqual(2)
  expect(place).toBeLessThan(MANY / 2)
  const left = ai.selectFrom('operations').select('id').where('owner_id', '=', busy.id).where('finished_at', 'is', null)
  expect((await left.execute()).length).toBeGreaterThan(0)
})
