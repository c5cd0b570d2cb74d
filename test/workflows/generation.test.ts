import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import type { Person } from '../support/http.ts'
import { startModelServer, type ModelServer } from '../support/model-server.ts'
import { startSystem, type System } from '../support/system.ts'

const BRIEF = 'Ролик о термосе, который держит чай горячим сутки. Закажите на сайте.'

let model: ModelServer
let system: System
let person: Person
beforeAll(async () => {
  model = await startModelServer()
  system = await startSystem({
    env: { OPENAI_BASE_URL: model.url, OPENAI_API_KEY: 'sk-test', AI_GIVE_UP_S: '3', AI_TIMEOUT_MS: '2000' },
  })
  person = await system.api.register()
})
afterAll(async () => {
  await system.stop()
  await model[Symbol.asyncDispose]()
})
beforeEach(() => model.reset())
afterEach(() => expect(model.surprises).toEqual([]))

const generate = async (headers: Record<string, string> = {}) => {
  const reply = await person.post('/ai/generate', { brief: BRIEF, target_duration_s: 30 }, { headers })
  expect(reply.status).toBe(202)
  return reply.body.id as string
}
const finished = (id: string) => system.api.finished(id, person.token)
const versionsOf = async (operationId: string) => {
  const all = await system.databases.scenarios.selectFrom('scenario_versions').selectAll().execute()
  return all.filter((v) => v.operation_id === operationId)
}
const eventsOf = (operationId: string) =>
  system.databases.ai.selectFrom('outbox').select('type').where('key', '=', operationId).orderBy('id').execute()

describe('a generation', () => {
  test('stores what the model wrote, with one call', async () => {
    model.plan({})
    const id = await generate()
    const done = await finished(id)
    expect(done).toMatchObject({ status: 'succeeded', stage: 'done', progress: 1, result: { version: 1 } })
    expect(model.requests).toHaveLength(1)
    const scenario = await person.get(`/scenarios/${done.result.scenario_id}`)
    expect(scenario.body).toMatchObject({ is_demo: false, source: 'ai', version: 1 })
    expect(scenario.body.content).toContain('Проверочный текст')
    expect((await eventsOf(id)).map((e) => e.type)).toEqual(['generation_started', 'generation_succeeded'])
  })

  test('waits as long as the provider asks after 429, and then succeeds', async () => {
    model.plan({ status: 429, headers: { 'retry-after-ms': '300' } }, { status: 503 }, {})
    const id = await generate()
    expect(await finished(id)).toMatchObject({ status: 'succeeded' })
    expect(model.requests).toHaveLength(3)
    expect(await versionsOf(id)).toHaveLength(1)
  })

  test.each([
    ['a refusal', { refusal: 'no' }, 'ai.refused', 1],
    ['a content filter', { finish: 'content_filter' as const, content: '' }, 'ai.refused', 1],
    ['a wrong key', { status: 401 }, 'ai.provider_rejected', 1],
    ['an exhausted quota', { status: 429, json: { error: { code: 'insufficient_quota' } } }, 'ai.quota', 1],
    ['an exhausted quota', { status: 402 }, 'ai.quota', 1],
    ['an answer cut off each time', { finish: 'length' as const, content: '{"title":' }, 'ai.output_invalid', 2],
    ['an answer that is no script each time', { content: 'Sure! Here is your script.' }, 'ai.output_invalid', 3],
  ])('fails for good on %s, with its code in the language of the reader', async (_, behaviour, code, calls) => {
    model.always(behaviour)
    const id = await generate()
    expect(await finished(id)).toMatchObject({ status: 'failed', result: null, retryable: true, error: { code } })
    expect(model.requests).toHaveLength(calls)
    expect(await versionsOf(id)).toEqual([])
    const [ru, en] = await Promise.all(
      ['ru', 'en'].map((language) => person.get(`/operations/${id}`, { headers: { 'accept-language': language } })),
    )
    expect(ru?.body.error.title).toMatch(/[а-я]/)
    expect(en?.body.error.title).not.toMatch(/[а-я]/)
  })

  test('gives up on an outage after AI_GIVE_UP_S', async () => {
    model.always({ status: 500 })
    const id = await generate()
    expect(await finished(id)).toMatchObject({ status: 'failed', error: { code: 'ai.provider_unavailable' } })
    expect(model.requests.length).toBeGreaterThan(1)
  })

  test('cancelled in the middle of a call ends the call at the socket and stores nothing', async () => {
    model.plan({ hang: true })
    const id = await generate()
    const call = await model.received(1)
    expect(await person.post(`/operations/${id}/cancel`)).toMatchObject({ status: 202 })
    expect(await finished(id)).toMatchObject({ status: 'cancelled', cancellable: false, retryable: true })
    expect(call.aborted).toBe(true)
    expect(await versionsOf(id)).toEqual([])
    expect((await eventsOf(id)).map((e) => e.type)).toEqual(['generation_started', 'generation_cancelled'])
    expect(await person.post(`/operations/${id}/cancel`)).toMatchObject({
      status: 409,
      body: { code: 'operation.finished' },
    })
  })

  test.each([
    ['generation', '/ai/generate', { brief: BRIEF, target_duration_s: 30 }],
    ['title', '/ai/generate/title', { brief: BRIEF }],
  ])(
    'a %s that is cancelled while its answer comes is cancelled, and a retry need not pay again',
    async (_, path, body) => {
      const { promise, resolve } = Promise.withResolvers<void>()
      model.plan({ until: promise })
      const accepted = await person.post(path, body, { headers: { prefer: 'respond-async' } })
      const { id } = accepted.body
      await model.received(1)
      expect((await person.post(`/operations/${id}/cancel`)).status).toBe(202)
      // Faster than the next heartbeat, by which the step would hear of it.
      resolve()
      expect(await finished(id)).toMatchObject({ status: 'cancelled', result: null })
      expect(await versionsOf(id)).toEqual([])
      model.always({})
      await person.post(`/operations/${id}/retry`)
      expect(await finished(id)).toMatchObject({ status: 'succeeded', attempt: 2 })
      const kept = await system.databases.ai
        .selectFrom('calls')
        .select('outcome')
        .where('operation_id', '=', id)
        .execute()
      expect(model.requests).toHaveLength(kept.some((call) => call.outcome === 'cancelled') ? 2 : 1)
    },
  )

  test('retried after a failure keeps its id, counts its attempt and succeeds', async () => {
    model.plan({ status: 401 }, {})
    const id = await generate()
    await finished(id)
    expect(await person.post(`/operations/${id}/retry`)).toMatchObject({
      status: 202,
      body: { id, attempt: 2, error: null },
    })
    expect(await finished(id)).toMatchObject({ status: 'succeeded', attempt: 2 })
    expect(await person.post(`/operations/${id}/retry`)).toMatchObject({
      status: 409,
      body: { code: 'operation.not_retryable' },
    })
    expect(await versionsOf(id)).toHaveLength(1)
  })

  test('retried twice with one Idempotency-Key is one attempt', async () => {
    model.plan({ status: 401 }, {})
    const id = await generate()
    await finished(id)
    const headers = { 'idempotency-key': randomUUID() }
    const first = await person.post(`/operations/${id}/retry`, undefined, { headers })
    await finished(id)
    const again = await person.post(`/operations/${id}/retry`, undefined, { headers })
    expect(again).toMatchObject({ status: 202, body: first.body })
    expect(again.headers.get('idempotent-replayed')).toBe('true')
    expect((await finished(id)).attempt).toBe(2)
  })

  test('of 5 retries at once starts one attempt', async () => {
    model.plan({ status: 401 }, {})
    const id = await generate()
    await finished(id)
    const replies = await Promise.all([1, 2, 3, 4, 5].map(() => person.post(`/operations/${id}/retry`)))
    expect(replies.map((r) => r.status).toSorted()).toEqual([202, 409, 409, 409, 409])
    expect(await finished(id)).toMatchObject({ status: 'succeeded', attempt: 2 })
  })

  test('started twice with one Idempotency-Key is one generation', async () => {
    model.plan({})
    const headers = { 'idempotency-key': randomUUID() }
    const replies = await Promise.all(
      Array.from({ length: 5 }, () => person.post('/ai/generate', { brief: BRIEF }, { headers })),
    )
    const ids = new Set(replies.filter((r) => r.status === 202).map((r) => r.body.id))
    expect(ids.size).toBe(1)
    for (const r of replies) if (r.status !== 202) expect(r.body.code).toBe('idempotency.in_progress')
    const [id] = ids
    await finished(id)
    const again = await person.post('/ai/generate', { brief: BRIEF }, { headers })
    // The first answer, as it was then.
    expect(again).toMatchObject({ status: 202, body: { id, status: 'queued' } })
    expect(again.headers.get('idempotent-replayed')).toBe('true')
    expect(model.requests).toHaveLength(1)
  })

  test('takes an answer that an earlier attempt paid for instead of paying again', async () => {
    model.plan({})
    await system.stopWorkers('scenarios')
    const id = await generate()
    await model.received(1)
    for (;;) {
      const row = await system.databases.ai
        .selectFrom('generations')
        .select('draft')
        .where('operation_id', '=', id)
        .executeTakeFirst()
      if (row?.draft) break
    }
    // The execution is lost with its history; the row has the answer.
    await system.temporal.workflow.getHandle(id).terminate('lost')
    await system.databases.ai
      .updateTable('operations')
      .set({ status: 'failed', error_code: 'internal.error', finished_at: new Date() })
      .where('id', '=', id)
      .execute()
    await system.startWorkers('scenarios')
    await person.post(`/operations/${id}/retry`)
    expect(await finished(id)).toMatchObject({ status: 'succeeded' })
    expect(model.requests).toHaveLength(1)
    expect(await versionsOf(id)).toHaveLength(1)
  })

  test('takes 18 history events and a request id in its memo', async () => {
    model.plan({})
    const id = await generate({ 'x-request-id': 'a-request-of-mine' })
    await finished(id)
    const handle = system.temporal.workflow.getHandle(id)
    await handle.result()
    const { events } = await handle.fetchHistory()
    expect(events?.length).toBeLessThanOrEqual(20)
    expect((await handle.describe()).memo).toMatchObject({ request_id: 'a-request-of-mine', attempt: 1 })
  })
})
