import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { sql } from 'kysely'
import { startWire } from '../support/frozen-wire.ts'
import { holdTable } from '../support/held-table.ts'
import type { Person } from '../support/http.ts'
import { chunk } from '../support/model-behaviours.ts'
import { startModelServer, type Behaviour, type ModelServer } from '../support/model-server.ts'
import { startSystem, type System } from '../support/system.ts'
import { startWorkerProcess, type WorkerProcess } from '../support/worker-process.ts'
import { until } from '../support/until.ts'

/**
 * `kill -9` of the process that writes and stores, at a known point each time. Where a point cannot be hit from outside, a lock on
 * the table that comes next holds the process there.
 */
const BRIEF = 'Ролик о термосе, который держит чай горячим сутки. Закажите на сайте.'
/** A limit for what never comes back, milliseconds; heartbeats and task timeouts of 5 to 10 s lie within. */
const TAKEN_UP_MS = 120_000

let model: ModelServer
let system: System
let person: Person
/** It stays for the next test, where that wants no other environment: starting a process is most of what a test takes. */
let worker: WorkerProcess | undefined
let modelEnv: Record<string, string>
beforeAll(async () => {
  model = await startModelServer()
  modelEnv = { OPENAI_BASE_URL: model.url, OPENAI_API_KEY: 'sk-test' }
  system = await startSystem({ env: modelEnv, workers: ['auth', 'users', 'notifications'] })
  person = await system.api.register()
  await work({ AI_REPAIR_ROUNDS: '1' })
})
afterAll(async () => {
  await kill()
  await system.stop()
  await model[Symbol.asyncDispose]()
})
const work = async (env: Record<string, string> = {}) => {
  worker = await startWorkerProcess(system, { ...modelEnv, WORKERS: 'ai,scenarios', ...env })
}
const kill = async () => {
  const killed = worker
  worker = undefined
  await killed?.kill()
}
beforeEach(async () => {
  model.reset()
  if (!worker) await work()
})
afterEach(() => expect(model.surprises).toEqual([]))

const generate = async (brief = BRIEF, target_duration_s = 30) => {
  const reply = await person.post('/ai/generate', { brief, target_duration_s })
  expect(reply).toMatchObject({ status: 202 })
  return reply.body.id as string
}
const anAnswerIsKept = (id: string) =>
  until(
    () => system.databases.ai.selectFrom('answers').select('step').where('operation_id', '=', id).executeTakeFirst(),
    TAKEN_UP_MS,
  )

const hold = (service: 'ai' | 'scenarios', table: string) => holdTable(system.databases.urls[service], table)
/** An answer that comes when the test says so. */
const heldAnswer = () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  model.plan({ until: promise })
  model.always({})
  return { answer: () => resolve() }
}

/** One script, one result, money settled once, for this many calls (of all that there were, or for this order). */
const endsWell = async (id: string, calls: number, order = '') => {
  const done = await system.api.finished(id, person.token, TAKEN_UP_MS)
  expect(done).toMatchObject({ status: 'succeeded', attempt: 1, result: { version: 1 } })
  expect(model.requests.filter(({ raw }) => raw.includes(order))).toHaveLength(calls)
  const versions = await system.databases.scenarios
    .selectFrom('scenario_versions')
    .select(['scenario_id', 'n'])
    .where('operation_id', '=', id)
    .execute()
  expect(versions).toEqual([{ scenario_id: done.result.scenario_id, n: 1 }])
  const phases = system.databases.ai.selectFrom('ledger').select('phase').where('operation_id', '=', id)
  expect((await phases.orderBy('phase').execute()).map((row) => row.phase)).toEqual(['reserve', 'settle'])
  const made = await system.databases.ai.selectFrom('calls').select('id').where('operation_id', '=', id).execute()
  expect(made).toHaveLength(calls)
  const ended = system.databases.ai.selectFrom('outbox').select('type').where('key', '=', id)
  expect((await ended.orderBy('id').execute()).map((e) => e.type)).toEqual([
    'generation_started',
    'generation_succeeded',
  ])
  await system.temporal.workflow.getHandle(id).result()
}

/** Steps that were asked of the model for an order, in order. */
const askedFor = (order: string) =>
  model.requests
    .filter(({ raw }) => raw.includes(order))
    .map(({ body }) => body.response_format?.json_schema.name ?? 'nothing')
const LONG = ['outline', 'scene', 'scene', 'scene', 'polish', 'repair']
/** Where each order is when the worker dies, and what is asked of the model in all: each step once, the one in flight again. */
const STAGES = [
  { order: 'Заказ А', seconds: 30, at: { step: 'script', nth: 1 }, asked: ['script', 'script', 'repair'] },
  { order: 'Заказ Б', seconds: 30, at: { step: 'repair', nth: 1 }, asked: ['script', 'repair', 'repair'] },
  { order: 'Заказ В', seconds: 200, at: { step: 'outline', nth: 1 }, asked: ['outline', ...LONG] },
  { order: 'Заказ Г', seconds: 200, at: { step: 'scene', nth: 2 }, asked: ['outline', 'scene', ...LONG.slice(1)] },
  {
    order: 'Заказ Д',
    seconds: 200,
    at: { step: 'polish', nth: 1 },
    asked: [...LONG.slice(0, 4), 'polish', ...LONG.slice(4)],
  },
  { order: 'Заказ Е', seconds: 200, at: { step: 'repair', nth: 1 }, asked: [...LONG, 'repair'] },
] as const

describe('the ai worker killed', () => {
  test('in every stage of short and long scripts: the call in flight is made again, nothing else', async () => {
    const held = new Set<string>()
    const allHeld = Promise.withResolvers<void>()
    model.always(({ raw, body }) => {
      const { order, at } = STAGES.find((stage) => raw.includes(stage.order))!
      const step = body.response_format?.json_schema.name
      if (held.has(order) || step !== at.step || askedFor(order).filter((s) => s === step).length < at.nth) return {}
      held.add(order)
      if (held.size === STAGES.length) allHeld.resolve()
      return { hang: true }
    })
    const ids = await Promise.all(STAGES.map(({ order, seconds }) => generate(`${BRIEF} ${order}.`, seconds)))
    await allHeld.promise
    await kill()
    await work({ AI_REPAIR_ROUNDS: '1' })
    for (const [i, { order, asked }] of STAGES.entries()) {
      await endsWell(ids[i]!, asked.length, order)
      expect(askedFor(order)).toEqual(asked)
    }
  })

  test('several times within one order: lost calls do not count, and no more is paid than three answers and one for each death', async () => {
    await kill()
    await work()
    const deaths = 2
    const hold: Behaviour = { events: [chunk({ content: '{"title":"Т' })], open: true }
    model.plan(...Array<Behaviour>(deaths).fill(hold), { content: 'Вот идея.' }, { content: 'Вот идея.' })
    model.always({})
    const id = await generate()
    for (let death = 1; death <= deaths; death++) {
      await model.received(death)
      await kill()
      await work()
    }
    const done = await system.api.finished(id, person.token, TAKEN_UP_MS)
    expect(done).toMatchObject({ status: 'succeeded', attempt: 1 })
    expect(model.requests).toHaveLength(deaths + 3)
    const calls = await system.databases.ai
      .selectFrom('calls')
      .select('outcome')
      .where('operation_id', '=', id)
      .orderBy('started_at')
      .execute()
    expect(calls.map((call) => call.outcome)).toEqual([null, null, 'malformed', 'malformed', 'stop'])
  })

  test('as often as no chance explains: the order ends, and no model is asked any more', async () => {
    model.always({ hang: true })
    const id = await generate()
    await model.received(1)
    await kill()
    // As twenty deaths leave them.
    await sql`
      insert into calls select (c2).* from (
        select jsonb_populate_record(c, jsonb_build_object('id', gen_random_uuid())) as c2
        from calls c, generate_series(1, 19) where operation_id = ${id}
      ) copies`.execute(system.databases.ai)
    await work()
    const done = await system.api.finished(id, person.token, TAKEN_UP_MS)
    expect(done).toMatchObject({ status: 'failed', error: { code: 'internal.error' } })
    expect(model.requests).toHaveLength(1)
  })

  test('in the middle of a streamed answer: those who watch are told to begin anew', async () => {
    model.plan({ dripMs: 400 })
    model.always({})
    const id = await generate()
    const typesOf = async () => {
      const query = system.databases.ai.selectFrom('operation_events').select('type').where('operation_id', '=', id)
      return (await query.orderBy('seq').execute()).map((e) => e.type)
    }
    await until(async () => (await typesOf()).includes('delta'), TAKEN_UP_MS)
    await kill()
    await work()
    await endsWell(id, 2)
    const types = await typesOf()
    expect(types.filter((t) => t === 'attempt_reset')).toHaveLength(1)
    expect(types.indexOf('attempt_reset')).toBeGreaterThan(types.indexOf('delta'))
    expect(types.at(-1)).toBe('succeeded')
  })

  test('after the paid answer is kept and before Temporal heard of it: it is not paid again', async () => {
    const { answer } = heldAnswer()
    const id = await generate()
    await model.received(1)
    const held = await hold('ai', 'operations')
    answer()
    await anAnswerIsKept(id)
    await kill()
    await held.release()
    await work()
    await endsWell(id, 1)
  })

  test('while a version is stored and while another one is settled: each happens once', async () => {
    const [storing, settling] = [heldAnswer(), heldAnswer()]
    const first = await generate(`${BRIEF} Первый.`)
    await model.received(1)
    const second = await generate(`${BRIEF} Второй.`)
    await model.received(2)
    const ledger = await hold('ai', 'ledger')
    settling.answer()
    await ledger.someoneWaits('write')
    const versions = await hold('scenarios', 'scenario_versions')
    storing.answer()
    await versions.someoneWaits()
    await kill()
    await Promise.all([ledger.release(), versions.release()])
    await work()
    await endsWell(first, 1, 'Первый.')
    await endsWell(second, 1, 'Второй.')
  })

  test('after the settle and before Temporal heard of it: it is not settled again', async () => {
    await kill()
    await using wire = await startWire(system.config.TEMPORAL_ADDRESS as string)
    await work({ TEMPORAL_ADDRESS: wire.address })
    const { answer } = heldAnswer()
    const id = await generate()
    await model.received(1)
    const held = await hold('ai', 'ledger')
    answer()
    await held.someoneWaits('write')
    wire.freeze()
    await held.release()
    await system.api.finished(id, person.token, TAKEN_UP_MS)
    expect((await system.temporal.workflow.getHandle(id).describe()).status.name).toBe('RUNNING')
    await kill()
    await work()
    await endsWell(id, 1)
  })
})
