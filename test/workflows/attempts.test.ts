import { beforeEach, expect, test } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { openGeneration } from '../../commands/generations.ts'
import { acceptOperation, newOperation } from '../../commands/orders.ts'
import { endsOperations } from '../../commands/operations.ts'
import { appendProgress } from '../../db/ai/operation-events.ts'
import { beginStep, countSpentAttempts, keepDraft } from '../../db/ai/generations.ts'
import { deleteStartIntent } from '../../db/operations/intents.ts'
import { advanceOperation, attemptOf, findOperation } from '../../db/operations/operations.ts'
import type { GenerationOrder } from '../../db/ai/schema.ts'
import type { AppError } from '../../errors/errors.ts'
import type { OperationRow } from '../../db/operations/schema.ts'
import { acceptTables } from '../../db/tables.ts'
import type { ScriptDraft } from '../../script/script.ts'
import { createLogger } from '../../telemetry/logger.ts'
import { cancelAttempt } from '../../temporal/executions.ts'
import { startOperation } from '../../temporal/start.ts'
import { reconcile } from '../../workers/relays/reconcile.ts'
import type { System } from '../support/system.ts'
import { BRIEF, withModel } from '../support/with-model.ts'

/** What an attempt that is over, or not yet there, may do to another one: nothing. */
const BUDGET = 1_000_000

const at = withModel({ AI_TIMEOUT_MS: '90000', AI_GIVE_UP_S: '900' })
// A call that no test planned is one too many.
beforeEach(() => at.model.always(undefined))

const generate = async () => {
  const reply = await at.person.post('/ai/generate', { brief: BRIEF, target_duration_s: 30 })
  expect(reply).toMatchObject({ status: 202 })
  return reply.body.id as string
}
const finished = (id: string) => at.system.api.finished(id, at.person.token)
const retry = (id: string) => at.person.post(`/operations/${id}/retry`)
const rowOf = async (id: string) => (await findOperation(at.system.databases.ai, id)) as OperationRow
const end = (row: OperationRow, outcome: Parameters<ReturnType<typeof endsOperations>>[1]) =>
  endsOperations(at.system.databases, BUDGET)(row, outcome)
const mend = (service: 'ai' | 'auth') =>
  reconcile({
    db: at.system.databases[service] as System['databases']['ai'],
    client: at.system.temporal,
    logger: createLogger({ LOG_LEVEL: 'silent' }, 'test'),
    end: endsOperations(at.system.databases, BUDGET),
  })
const anHourAgo = sql<Date>`clock_timestamp() - interval '1 hour'`
const setBack = (service: 'ai' | 'auth', id: string) =>
  (at.system.databases[service] as System['databases']['ai'])
    .updateTable('operations')
    .set({
      status: 'running',
      result: null,
      finished_at: null,
      updated_at: anHourAgo,
      looked_after_at: anHourAgo,
    })
    .where('id', '=', id)
    .execute()
/** One that failed once and is at its second call now, which `go` ends. */
const inSecondAttempt = async () => {
  let go = () => {}
  const held = new Promise<void>((resolve) => (go = resolve))
  at.model.plan({ status: 401 }, { until: held })
  const id = await generate()
  expect(await finished(id)).toMatchObject({ status: 'failed', attempt: 1 })
  const first = await rowOf(id)
  expect(await retry(id)).toMatchObject({ status: 202, body: { attempt: 2 } })
  await at.model.received(2)
  return { id, first, go }
}

test.each([
  ['end well', (row: OperationRow) => end(row, { status: 'succeeded', result: {} })],
  ['fail', (row: OperationRow) => end(row, { status: 'failed', code: 'internal.error' })],
  ['be cancelled', (row: OperationRow) => end(row, { status: 'cancelled' })],
  ['begin a step', (row: OperationRow) => beginStep(at.system.databases.ai, attemptOf(row), STEP, false)],
  ['count an answer', (row: OperationRow) => countSpentAttempts(at.system.databases.ai, attemptOf(row), 1)],
  ['move on', (row: OperationRow) => advanceOperation(at.system.databases.ai, attemptOf(row), STEP)],
  ['tell of text', (row: OperationRow) => tell(row)],
])('a late word of the first attempt does not let the second one %s', async (_, late) => {
  const { id, first, go } = await inSecondAttempt()
  const { ai } = at.system.databases
  const events = () => ai.selectFrom('operation_events').select('type').where('operation_id', '=', id).execute()
  const before = { row: await rowOf(id), events: await events() }
  expect(await late(first)).toBeUndefined()
  expect({ row: await rowOf(id), events: await events() }).toEqual(before)
  go()
  expect(await finished(id)).toMatchObject({ status: 'succeeded', attempt: 2 })
})
const tell = async ({ id: operation_id, attempt }: OperationRow) => {
  const told = [{ at: { operation_id, attempt }, events: [DELTA], moved: STEP }]
  for (const busy of ['wait', 'skip'] as const)
    expect(await appendProgress(at.system.databases.ai, told, busy)).toEqual([])
}
const STEP = { stage: 'late', progress: 0.5, step: 'late' }
const DELTA = { type: 'delta', data: { text: 'late' } } as const

test('a draft that comes late is kept for the second attempt and moves nothing', async () => {
  const { id, first, go } = await inSecondAttempt()
  const draft = { is_demo: false } as ScriptDraft
  expect(await keepDraft(at.system.databases.ai, attemptOf(first), draft, STEP)).toBe('ended')
  expect(await rowOf(id)).toMatchObject({ stage: 'writing', attempt: 2 })
  // It was no script: what the second attempt writes is asked for here.
  await at.system.databases.ai.updateTable('generations').set({ draft: null }).where('operation_id', '=', id).execute()
  go()
  expect(await finished(id)).toMatchObject({ status: 'succeeded', attempt: 2 })
})

test('a cancellation of the first attempt that is repeated late does not end the second one', async () => {
  const { id, first, go } = await inSecondAttempt()
  await cancelAttempt(at.system.temporal, attemptOf(first), 5_000)
  go()
  expect(await finished(id)).toMatchObject({ status: 'succeeded', attempt: 2 })
})

test('an attempt that was started is not started again, whatever became of it', async () => {
  const { id, first, go } = await inSecondAttempt()
  const { config, temporal } = at.system
  go()
  await finished(id)
  await temporal.workflow.getHandle(id).result()
  const { runId } = await temporal.workflow.getHandle(id).describe()
  for (const row of [first, await rowOf(id)]) await startOperation(temporal, 'ai', config.TASK_QUEUE_SUFFIX, row, 5_000)
  expect((await temporal.workflow.getHandle(id).describe()).runId).toBe(runId)
})

test('a retry starts over an execution that completed, and pays nothing again', async () => {
  at.model.plan({})
  const id = await generate()
  const { result } = await finished(id)
  await at.system.temporal.workflow.getHandle(id).result()
  // The row was set back to before its end, and then ended by hand.
  await setBack('ai', id)
  await end(await rowOf(id), { status: 'failed', code: 'internal.error' })
  expect(await retry(id)).toMatchObject({ status: 202 })
  expect(await finished(id)).toMatchObject({ status: 'succeeded', attempt: 2, result })
  expect(at.model.requests).toHaveLength(1)
})

test('a completed execution whose row does not know it gives its result', async () => {
  at.model.plan({})
  const id = await generate()
  const { result } = await finished(id)
  await at.system.temporal.workflow.getHandle(id).result()
  await setBack('ai', id)
  await mend('ai')
  expect(await finished(id)).toMatchObject({ status: 'succeeded', attempt: 1, result })
  expect(at.model.requests).toHaveLength(1)
})

test('one whose result stood in the row alone is run again', async () => {
  const { body } = await at.person.post(`/users/${at.person.id}/export`)
  await finished(body.id)
  await at.system.temporal.workflow.getHandle(body.id).result()
  await setBack('auth', body.id)
  await mend('auth')
  expect(await finished(body.id)).toMatchObject({ status: 'succeeded', attempt: 2, result: { download_url: /export/ } })
})

test('what is written and paid for cannot be cancelled, and says so', async () => {
  at.model.plan({})
  await at.system.stopWorkers('scenarios')
  const id = await generate()
  try {
    for (; (await rowOf(id)).stage !== 'storing';) await new Promise((resolve) => setImmediate(resolve))
    expect(await at.person.get(`/operations/${id}`)).toMatchObject({ body: { stage: 'storing', cancellable: false } })
    const refused = await at.person.post(`/operations/${id}/cancel`)
    expect(refused).toMatchObject({ status: 409, body: { code: 'operation.not_cancellable' } })
  } finally {
    await at.system.startWorkers('scenarios')
  }
  expect(await finished(id)).toMatchObject({ status: 'succeeded' })
})

test('a wish to cancel that the row knew first wins over the answer, and a retry uses what was paid for', async () => {
  let go = () => {}
  at.model.plan({ until: new Promise<void>((resolve) => (go = resolve)) })
  const id = await generate()
  await at.model.received(1)
  // The API wrote it down and died before it told Temporal.
  await at.system.databases.ai
    .updateTable('operations')
    .set({ cancel_requested_at: sql<Date>`clock_timestamp()` })
    .where('id', '=', id)
    .execute()
  go()
  expect(await finished(id)).toMatchObject({ status: 'cancelled' })
  const handle = at.system.temporal.workflow.getHandle(id)
  await expect(handle.result()).rejects.toThrow('cancelled')
  expect((await handle.describe()).status.name).toBe('CANCELLED')
  await retry(id)
  expect(await finished(id)).toMatchObject({ status: 'succeeded', attempt: 2 })
  expect(at.model.requests).toHaveLength(1)
})

test('of 60 requests at once no more are open than may be', async () => {
  const { ai } = at.system.databases
  const config = { ...at.system.config, RATE_LIMIT_SCALE: 1 }
  const owner_id = randomUUID()
  const accept = () => {
    const about = { owner_id, request_id: 'at-once', summary: 'script' }
    const operation = newOperation('generation', about, (operation_id) => ({ operation_id }))
    const request = { brief: BRIEF } as GenerationOrder
    const generation = { operation_id: operation.id, owner_id, mode: 'script' as const, request }
    return ai.transaction().execute(async (trx) => {
      await acceptOperation(trx, { operation, also: () => openGeneration(trx, config, generation, 'at-once') })
      // Nobody is to write them.
      await deleteStartIntent(acceptTables(trx), operation.id)
    })
  }
  const outcomes = await Promise.allSettled(Array.from({ length: 60 }, accept))
  expect(outcomes.filter((o) => o.status === 'fulfilled')).toHaveLength(20)
  const refusals = outcomes.flatMap((o) => (o.status === 'rejected' ? [(o.reason as AppError).code] : []))
  expect(new Set(refusals)).toEqual(new Set(['rate.limited']))
})

test('titles that are there when somebody wants their end are cancelled', async () => {
  let go = () => {}
  at.model.plan({ until: new Promise<void>((resolve) => (go = resolve)) })
  const { body } = await at.person.post(
    '/ai/generate/title',
    { brief: BRIEF },
    { headers: { prefer: 'respond-async' } },
  )
  await at.model.received(1)
  await at.system.databases.ai
    .updateTable('operations')
    .set({ cancel_requested_at: sql<Date>`clock_timestamp()` })
    .where('id', '=', body.id)
    .execute()
  go()
  expect(await finished(body.id)).toMatchObject({ status: 'cancelled', result: null })
})
