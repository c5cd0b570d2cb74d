import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { sql } from 'kysely'
import { hasEnded, findExecution } from '../../temporal/executions.ts'
import { createLogger } from '../../telemetry/logger.ts'
import { standingOf } from '../../temporal/standing.ts'
import type { Person } from '../support/http.ts'
import { startModelServer, type ModelServer } from '../support/model-server.ts'
import { runReplay } from '../support/replay-command.ts'
import { otherBundle, startSecondWorkers } from '../support/second-workers.ts'
import { startSystem, type System } from '../support/system.ts'
import { until } from '../support/until.ts'
import { reconcile } from '../../workers/relays/reconcile.ts'

let model: ModelServer
let system: System
let person: Person
/** Open and stuck: begun by workers of another code, which store under another name, and nobody else knows that step. */
let stuck: string
let another: string

const replay = (...args: string[]) => runReplay(system, args)
const json = async (...args: string[]) => JSON.parse((await replay(...args, '--json')).out)
/** Until the server has seen its task fail as often as makes it stuck. */
const untilStuck = (id: string) => until(async () => (await standingOf(system.temporal, id)).stuck)

const waitsFor = async (id: string, activity: string) => {
  const { pendingActivities } = await system.temporal.workflowService.describeWorkflowExecution({
    namespace: 'default',
    execution: { workflowId: id },
  })
  return pendingActivities?.some(({ activityType }) => activityType?.name === activity) ?? false
}

/** Written and paid for; nobody has the step that they wait for. */
async function begunByOthers(count: number): Promise<string[]> {
  using bundle = otherBundle('other', (code) => code.replaceAll('storeVersion', 'storeRevision'))
  const others = await startSecondWorkers({ ...system, config: { ...system.config, WORKERS: ['ai'] } }, bundle.path)
  const order = { brief: 'Ролик о термосе «Самовар».', target_duration_s: 30 }
  const ids = await Promise.all(
    Array.from({ length: count }, async () => (await person.post('/ai/generate', order)).body.id as string),
  )
  for (const id of ids) await until(() => waitsFor(id, 'storeRevision'))
  await others.stop()
  return ids
}

beforeAll(async () => {
  model = await startModelServer()
  model.always({})
  system = await startSystem({
    env: { OPENAI_BASE_URL: model.url, OPENAI_API_KEY: 'sk-test' },
    workers: ['auth', 'users', 'notifications'],
  })
  person = await system.api.register()
  const [first, second] = (await begunByOthers(2)) as [string, string]
  ;[stuck, another] = [first, second]
  expect(await replay('unstick', stuck)).toMatchObject({ code: 1, err: expect.stringContaining('is not stuck') })
  await system.startWorkers('ai', 'scenarios')
  // A new task wakes them: until then their code is asked nothing.
  for (const id of [stuck, another]) await system.temporal.workflow.getHandle(id).signal('look')
  for (const id of [stuck, another]) await untilStuck(id)
})
afterAll(async () => {
  await system.stop()
  await model[Symbol.asyncDispose]()
})

test('list names it first, with the reason, and none of its words', async () => {
  const { out } = await replay('list')
  expect(out).toMatch(
    new RegExp(`${stuck} +STUCK task_fails .*workflow task failed \\d+ times: non_deterministic_error`),
  )
  expect(out).toMatch(/2 {2}open, 2 of them stuck/)
  expect(out).not.toContain('Самовар')
  expect(await json('list', '--status', 'open')).toMatchObject({
    open: 2,
    stuck: 2,
    operations: expect.arrayContaining([expect.objectContaining({ id: stuck, stuck: true, provider: 'openai' })]),
  })
})

test('the look after what nothing moves says it in the log', async () => {
  const { databases, temporal, logs, config } = system
  const hourAgo = sql<Date>`clock_timestamp() - interval '1 hour'`
  await databases.ai.updateTable('operations').set({ updated_at: hourAgo, looked_after_at: hourAgo }).execute()
  const logger = createLogger(config, 'test', { write: (line: string) => void logs.push(line) })
  await reconcile({ db: databases.ai, client: temporal, logger, end: () => Promise.reject(new Error('none ends')) })
  const said = logs.find((line) => line.includes('an execution stands still') && line.includes(stuck))
  expect(said).toContain('task_fails')
  expect(said).toContain('non_deterministic_error')
})

test('run --open says which open executions would not go on with this code, and ends with 1', async () => {
  const { code, out } = await replay('run', '--open')
  expect(code).toBe(1)
  expect(out).toMatch(new RegExp(`${stuck}: diverges: `))
  expect(out).toMatch(/^2 open: 2 diverge, 0 could not be read$/m)
})

test('unstick does nothing without --yes and wants a reason; then it goes on, and nothing is paid for twice', async () => {
  expect((await replay('unstick', stuck)).out).toContain('Dry run')
  expect(await replay('unstick', stuck, '--yes')).toMatchObject({ code: 1, err: expect.stringContaining('--reason') })
  expect(await json('unstick', stuck)).toMatchObject({ will: 'reset', paid_steps: ['script'], done: false })
  const done = await replay('unstick', stuck, '--yes', '--reason', 'the step has its old name again')
  expect(done).toMatchObject({ code: 0, out: expect.stringContaining('set back') })
  expect(await system.api.finished(stuck, person.token)).toMatchObject({ status: 'succeeded', attempt: 1 })
  expect(model.requests).toHaveLength(2)
  const { out } = await replay('show', stuck)
  expect(out.match(/^execution /gm)).toHaveLength(2)
  expect(await replay('unstick', stuck)).toMatchObject({
    code: 1,
    err: expect.stringContaining('has ended (succeeded)'),
  })
})

test('unstick --end fails it, keeps what was paid for, and a retry uses it', async () => {
  const id = another
  await replay('unstick', id, '--end', '--yes', '--reason', 'given up')
  expect(await system.api.finished(id, person.token)).toMatchObject({
    status: 'failed',
    error: { code: 'internal.error' },
  })
  await until(async () => hasEnded((await findExecution(system.temporal, id)) ?? { status: 'RUNNING' }))
  await replay('retry', id, '--yes', '--reason', 'again', '--jitter', '0')
  await until(async () => {
    const { rows } = await sql<{ status: string }>`select status from operations where id = ${id}`.execute(
      system.databases.ai,
    )
    return rows[0]?.status === 'succeeded'
  })
  expect(model.requests).toHaveLength(2)
  expect(await replay('run', '--open')).toMatchObject({ code: 0, out: expect.stringContaining('nothing can diverge') })
})
