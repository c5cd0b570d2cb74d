import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { sql } from 'kysely'
import { endsOperations } from '../../commands/operations.ts'
import { hasEnded } from '../../temporal/executions.ts'
import { createLogger } from '../../telemetry/logger.ts'
import { reconcile, RECONCILE_BATCH, type End } from '../../workers/relays/reconcile.ts'
import { openStream } from '../support/event-stream.ts'
import type { Person } from '../support/http.ts'
import { startSystem, type System } from '../support/system.ts'

let system: System
let person: Person
beforeAll(async () => {
  system = await startSystem()
  person = await system.api.register()
  await system.stopWorkers('ai')
})
afterAll(() => system.stop())

const logger = createLogger({ LOG_LEVEL: 'silent' }, 'test')
const run = (end?: End) =>
  reconcile({
    db: system.databases.ai,
    client: system.temporal,
    logger,
    end: end ?? endsOperations(system.databases, 1_000_000),
  })
const anHourAgo = sql<Date>`clock_timestamp() - interval '1 hour'`
/** Accepted and started, and left alone for an hour. */
const abandoned = async () => {
  const { body } = await person.post('/ai/generate', { brief: 'A short ad for a warm thermos' })
  await system.databases.ai
    .updateTable('operations')
    .set({ updated_at: anHourAgo, looked_after_at: anHourAgo })
    .where('id', '=', body.id)
    .execute()
  return body.id as string
}
const operation = async (id: string) => (await person.get(`/operations/${id}`)).body

test('an operation whose execution runs is left alone', async () => {
  const id = await abandoned()
  await run()
  expect(await operation(id)).toMatchObject({ status: 'queued' })
})

test('one whose execution an operator terminated ends as failed with all that goes with it, and can be retried', async () => {
  const id = await abandoned()
  await system.temporal.workflow.getHandle(id).terminate('by hand')
  await run()
  expect(await operation(id)).toMatchObject({ status: 'failed', retryable: true, error: { code: 'internal.error' } })
  const stream = await openStream(system.api.origin, person, `/operations/${id}/events`)
  await stream.ended
  expect(stream.events.map((e) => e.event)).toEqual(['stage', 'failed'])
  const { ai } = system.databases
  const phases = await ai.selectFrom('ledger').select('phase').where('operation_id', '=', id).orderBy('phase').execute()
  expect(phases.map((row) => row.phase)).toEqual(['reserve', 'settle'])
  const told = await ai.selectFrom('outbox').select('type').where('key', '=', id).orderBy('seq').execute()
  expect(told.map((event) => event.type)).toEqual(['generation_started', 'generation_failed'])
})

test('a batch of healthy ones, each waiting, lets those behind it by', async () => {
  const waiting = []
  for (let n = 0; n <= RECONCILE_BATCH; n++) waiting.push(await abandoned())
  const last = await abandoned()
  await system.temporal.workflow.getHandle(last).terminate('by hand')
  expect(await run()).toBe(RECONCILE_BATCH)
  expect(await run()).toBe(2)
  expect(await operation(last)).toMatchObject({ status: 'failed' })
  // Not again within five minutes.
  expect(await run()).toBe(0)
  expect(await operation(waiting[0] as string)).toMatchObject({ status: 'queued' })
})

test('one that throws is told and holds up no other', async () => {
  const [first, second] = [await abandoned(), await abandoned()]
  for (const id of [first, second]) await system.temporal.workflow.getHandle(id).terminate('by hand')
  const end = endsOperations(system.databases, 1_000_000)
  await run((row, outcome) => (row.id === first ? Promise.reject(new Error('not this one')) : end(row, outcome)))
  expect(await operation(first)).toMatchObject({ status: 'queued' })
  expect(await operation(second)).toMatchObject({ status: 'failed' })
})

test('a pause, and a word of a newer server, are no end', () => {
  expect((['RUNNING', 'PAUSED', 'CONTINUED_AS_NEW', 'UNKNOWN'] as const).map((status) => hasEnded({ status }))).toEqual(
    Array(4).fill(false),
  )
  expect(
    (['COMPLETED', 'FAILED', 'CANCELLED', 'TERMINATED', 'TIMED_OUT'] as const).every((s) => hasEnded({ status: s })),
  ).toBe(true)
})

test('one that Temporal has lost is started again', async () => {
  const id = await abandoned()
  const handle = system.temporal.workflow.getHandle(id)
  await system.temporal.workflowService.deleteWorkflowExecution({
    namespace: 'default',
    workflowExecution: { workflowId: id },
  })
  for (;;)
    if (
      await handle.describe().then(
        () => false,
        () => true,
      )
    )
      break
  await run()
  await system.startWorkers('ai')
  expect(await system.api.finished(id, person.token)).toMatchObject({ status: 'succeeded' })
})
