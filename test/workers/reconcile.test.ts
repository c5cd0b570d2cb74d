import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { sql } from 'kysely'
import { createLogger } from '../../logger.ts'
import { reconcile } from '../../workers/reconcile.ts'
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
const run = () => reconcile({ db: system.databases.ai, client: system.temporal, logger })
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

test('one whose execution an operator terminated ends as failed, and can be retried', async () => {
  const id = await abandoned()
  await system.temporal.workflow.getHandle(id).terminate('by hand')
  await run()
  expect(await operation(id)).toMatchObject({ status: 'failed', retryable: true, error: { code: 'internal.error' } })
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
