import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { sql, type Transaction } from 'kysely'
import type { AiDb } from '../../db/ai/schema.ts'
import { endRun } from '../../events/run-ended.ts'
import { createLogger } from '../../logger.ts'
import { reconcile } from '../../workers/reconcile.ts'
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
const run = () =>
  reconcile({
    db: system.databases.ai,
    client: system.temporal,
    logger,
    ended: (trx, row) => endRun(trx as unknown as Transaction<AiDb>, row, 1_000_000),
  })
/** Accepted and started, and left alone for an hour. */
const abandoned = async () => {
  const { body } = await person.post('/ai/generate', { brief: 'A short ad for a warm thermos' })
  await system.databases.ai
    .updateTable('operations')
    .set({ updated_at: sql<Date>`clock_timestamp() - interval '1 hour'` })
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
