import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import type { Person } from '../support/http.ts'
import { startModelServer, type ModelServer } from '../support/model-server.ts'
import { startSystem, type System } from '../support/system.ts'
import { until } from '../support/until.ts'

let model: ModelServer
let system: System
let person: Person
beforeAll(async () => {
  model = await startModelServer()
  system = await startSystem({
    env: {
      OPENAI_BASE_URL: model.url,
      OPENAI_API_KEY: 'sk-test',
      OPENAI_MODEL: 'gpt-4.1-mini',
      AI_GIVE_UP_S: '5',
      AI_TIMEOUT_MS: '3000',
      // Ten cents a month, unscaled: 100 of a thousandth.
      AI_BUDGET_MICROS: '100',
    },
  })
  person = await system.api.register()
})
afterAll(async () => {
  await system.stop()
  await model[Symbol.asyncDispose]()
})
beforeEach(() => {
  model.reset()
  model.always({})
})
afterEach(() => expect(model.surprises).toEqual([]))

const BRIEF = 'Ролик о термосе, который держит чай горячим сутки. Закажите на сайте.'
const finished = (id: string) => system.api.finished(id, person.token)
const row = (text: string) => ({
  visual: 'Кадр',
  audio: [{ speaker: 'Диктор', type: 'vo', text }],
  on_screen_text: null,
  duration_s: 3,
})
const scene = (heading: string, locked = false) => ({ heading, beat: 'free', locked, rows: [row(`Слова: ${heading}`)] })
const write = async (scenes = [scene('Первая'), scene('Вторая', true), scene('Третья')]) =>
  (await person.post('/scenarios', { title: 'Термос', language: 'ru', scenes })).body

describe('a new version of a scenario', () => {
  test('keeps locked scenes byte for byte at their places, and is of both', async () => {
    const base = await write()
    const accepted = await person.post('/ai/generate', { brief: BRIEF, scenario_id: base.id })
    expect(accepted.status).toBe(202)
    const done = await finished(accepted.body.id)
    expect(done).toMatchObject({ status: 'succeeded', result: { scenario_id: base.id, version: 2 } })
    const { body: now } = await person.get(`/scenarios/${base.id}`)
    expect(now.scenes[1]).toEqual(base.scenes[1])
    expect(now).toMatchObject({ source: 'mixed', version: 2 })
    expect(now.scenes[0].id).not.toBe(base.scenes[0].id)
    const versions = await person.get(`/scenarios/${base.id}/versions`)
    expect(versions.body.items[0]).toMatchObject({ n: 2, origin: 'ai' })
  })

  test('is refused at once for a version that is gone', async () => {
    const base = await write()
    const reply = await person.post('/ai/generate', { brief: BRIEF, scenario_id: base.id, base_version: 7 })
    expect(reply).toMatchObject({ status: 412, body: { code: 'ai.base_version_changed' } })
    expect(model.requests).toHaveLength(0)
  })

  test('that somebody else was faster with is kept as a proposal, and cannot be retried', async () => {
    const base = await write()
    model.plan({ delayMs: 1_500 })
    const { body } = await person.post('/ai/generate', { brief: BRIEF, scenario_id: base.id })
    await model.received(1)
    const { headers } = await person.get(`/scenarios/${base.id}`)
    const changed = { title: 'Мой', scenes: base.scenes.map(({ ...s }) => s) }
    const put = await person.put(`/scenarios/${base.id}`, changed, { headers: { 'if-match': headers.get('etag')! } })
    expect(put.status).toBe(200)
    const done = await finished(body.id)
    expect(done).toMatchObject({ status: 'failed', retryable: false, error: { code: 'ai.base_version_changed' } })
    const proposal = await person.get(done.result.proposal_url.replace('/api/v1', ''))
    expect(proposal).toMatchObject({ status: 200, body: { scenario_id: base.id, base_version: 1 } })
    expect(proposal.body.scenes.length).toBeGreaterThan(0)
    expect((await person.get(`/scenarios/${base.id}`)).body).toMatchObject({ title: 'Мой', version: 2 })
    expect((await person.post(`/operations/${body.id}/retry`)).status).toBe(409)
  })

  test('of what one may not change, or does not see, is refused', async () => {
    const base = await write()
    const stranger = await system.api.register()
    const foreign = await stranger.post('/ai/generate', { brief: BRIEF, scenario_id: base.id })
    expect(foreign).toMatchObject({ status: 422, body: { code: 'scenario.not_found' } })
    expect(foreign.body.errors[0].path).toBe('/scenario_id')
    const template = await person.post('/ai/generate', { brief: BRIEF, template_id: randomUUID() })
    expect(template).toMatchObject({ status: 422, body: { code: 'template.not_found' } })
  })
})

test('a template fills what the order leaves open', async () => {
  const { body: list } = await person.get('/templates?limit=50')
  const template = list.items.find((t: { language: string }) => t.language === 'ru')
  const { body } = await person.post('/ai/generate', { brief: BRIEF, template_id: template.id, target_duration_s: 30 })
  const done = await finished(body.id)
  expect(done.status).toBe('succeeded')
  const { body: scenario } = await person.get(`/scenarios/${done.result.scenario_id}`)
  expect(scenario).toMatchObject({ template_id: template.id, kind: template.kind, platform: template.platform })
  expect(model.requests[0]!.raw).toContain('Beats of the template')
})

test('a template that is deleted before the work begins is done without', async () => {
  const template = await person.post('/templates', { name: 'Наш', beats: [{ beat: 'hook', share: 1 }] })
  await system.stopWorkers('scenarios')
  const { body } = await person.post('/ai/generate', { brief: BRIEF, template_id: template.body.id })
  const gone = await person.delete(`/templates/${template.body.id}`, {
    headers: { 'if-match': template.headers.get('etag')! },
  })
  expect(gone.status).toBe(204)
  await system.startWorkers('scenarios')
  expect(await finished(body.id)).toMatchObject({ status: 'succeeded' })
})

describe('one scene anew', () => {
  test('leaves the others as they are and keeps its id', async () => {
    const base = await write()
    const order = { scenario_id: base.id, scene_id: base.scenes[0].id, base_version: 1, note: 'Короче' }
    const accepted = await person.post('/ai/generate/scene', order)
    expect(accepted).toMatchObject({ status: 202, body: { kind: 'generation' } })
    expect(await finished(accepted.body.id)).toMatchObject({ status: 'succeeded', result: { version: 2 } })
    const { body: now } = await person.get(`/scenarios/${base.id}`)
    expect(now.scenes.slice(1)).toEqual(base.scenes.slice(1))
    expect(now.scenes[0].id).toBe(base.scenes[0].id)
    expect(now.scenes[0].rows).not.toEqual(base.scenes[0].rows)
  })

  test('is refused for a locked one, an unknown one and an old version', async () => {
    const base = await write()
    const order = { scenario_id: base.id, scene_id: base.scenes[1].id, base_version: 1, note: 'Короче' }
    expect(await person.post('/ai/generate/scene', order)).toMatchObject({
      status: 409,
      body: { code: 'scenario.scene_locked' },
    })
    expect((await person.post('/ai/generate/scene', { ...order, base_version: 2 })).status).toBe(412)
    const unknown = await person.post('/ai/generate/scene', { ...order, scene_id: randomUUID() })
    expect(unknown).toMatchObject({ status: 422, body: { errors: [{ path: '/scene_id' }] } })
    expect(model.requests).toHaveLength(0)
  })
})

describe('titles', () => {
  test('come at once, distinct, with their length; asked again by the same key they are the same', async () => {
    const headers = { 'idempotency-key': randomUUID() }
    const first = await person.post('/ai/generate/title', { brief: BRIEF, count: 3 }, { headers })
    expect(first.status).toBe(200)
    expect(first.body.titles).toHaveLength(3)
    for (const { text, chars } of first.body.titles) expect([...text]).toHaveLength(chars)
    const again = await person.post('/ai/generate/title', { brief: BRIEF, count: 3 }, { headers })
    expect(again).toMatchObject({ status: 200, body: first.body })
    expect(again.headers.get('idempotent-replayed')).toBe('true')
    expect(model.requests).toHaveLength(1)
    expect(await finished(first.body.operation_id)).toMatchObject({
      kind: 'title',
      result: { titles: first.body.titles },
    })
  })

  test('for a scenario', async () => {
    const base = await write()
    expect((await person.post('/ai/generate/title', { scenario_id: base.id })).status).toBe(200)
    expect(model.requests[0]!.raw).toContain('Слова: Вторая')
  })

  test('can be left to an operation', async () => {
    const reply = await person.post('/ai/generate/title', { brief: BRIEF }, { headers: { prefer: 'respond-async' } })
    expect(reply).toMatchObject({ status: 202, body: { kind: 'title' } })
    expect((await finished(reply.body.id)).result.titles.length).toBeGreaterThan(0)
  })

  test('a provider that fails while one waits is 502 with its code', async () => {
    model.always({ refusal: 'no' })
    const reply = await person.post('/ai/generate/title', { brief: BRIEF })
    expect(reply).toMatchObject({ status: 502, body: { code: 'ai.refused', status: 502 } })
  })

  test.each([{}, { brief: BRIEF, scenario_id: randomUUID() }, { brief: BRIEF, count: 11 }])(
    'are refused for %j',
    async (body) => expect((await person.post('/ai/generate/title', body)).status).toBe(422),
  )
})

test('long scripts are planned, written scene by scene and polished, each step paid once', async () => {
  const { body } = await person.post('/ai/generate', { brief: BRIEF, target_duration_s: 300 })
  const done = await finished(body.id)
  expect(done.status).toBe('succeeded')
  const asked = model.requests.map((r) => r.body.response_format!.json_schema.name)
  expect(asked).toEqual(['outline', 'scene', 'scene', 'scene', 'polish'])
  const { body: scenario } = await person.get(`/scenarios/${done.result.scenario_id}`)
  expect(scenario.scenes).toHaveLength(3)
})

test('an advertisement is marked on the screen by code', async () => {
  const { body } = await person.post('/ai/generate', {
    brief: BRIEF,
    kind: 'ad',
    language: 'ru',
    target_duration_s: 30,
  })
  const { result } = await finished(body.id)
  const { body: scenario } = await person.get(`/scenarios/${result.scenario_id}`)
  expect(scenario.disclosure).toContain('Реклама')
  expect(scenario.checks.find((c: { check: string }) => c.check === 'disclosure')).toMatchObject({ pass: true })
})

describe('money', () => {
  test('what was used is settled, counted and shown', async () => {
    const spender = await system.api.register()
    const { body } = await spender.post('/ai/generate', { brief: BRIEF, target_duration_s: 30 })
    await system.api.finished(body.id, spender.token)
    // 120 tokens in at 0.4, 480 out at 1.6 millionths each.
    expect((await spender.get('/ai/usage')).body).toMatchObject({
      period: new Date().toISOString().slice(0, 7),
      generations: 1,
      input_tokens: 120,
      output_tokens: 480,
      cost_micros: 816,
      currency: 'USD',
      budget_micros: 100_000,
      remaining_micros: 100_000 - 816,
    })
  })

  test('of many orders at once no more are taken than the budget holds; the rest is 402', async () => {
    const spender = await system.api.register()
    model.plan({ status: 401 })
    const { body: failed } = await spender.post('/ai/generate', { brief: BRIEF, target_duration_s: 300 })
    await system.api.finished(failed.id, spender.token)
    model.always({ delayMs: 800 })
    const replies = await Promise.all(
      Array.from({ length: 15 }, () => spender.post('/ai/generate', { brief: BRIEF, target_duration_s: 300 })),
    )
    const refused = replies.filter((r) => r.status === 402)
    expect(refused.length).toBeGreaterThan(0)
    expect(refused[0]!.body.code).toBe('ai.budget_exhausted')
    const taken = replies.filter((r) => r.status === 202)
    // One that failed before is no way around it, and stays as it is.
    expect(await spender.post(`/operations/${failed.id}/retry`)).toMatchObject({
      status: 402,
      body: { code: 'ai.budget_exhausted' },
    })
    expect(await system.api.finished(failed.id, spender.token)).toMatchObject({ status: 'failed', attempt: 1 })
    for (const { body } of taken) await spender.post(`/operations/${body.id}/cancel`)
    for (const { body } of taken) await system.api.finished(body.id, spender.token)
    const budget = await system.databases.ai
      .selectFrom('budgets')
      .selectAll()
      .where('owner_id', '=', spender.id)
      .executeTakeFirstOrThrow()
    const { body: usage } = await spender.get('/ai/usage')
    expect(Number(budget.committed_micros)).toBe(usage.cost_micros)
  })

  test('the person is told once that 80 and that 100 percent of the budget are spent', async () => {
    const spender = await system.api.register({ locale: 'en' })
    const spend = async (completion_tokens: number) => {
      model.plan({ usage: { prompt_tokens: 0, completion_tokens, total_tokens: completion_tokens } })
      expect((await spender.post('/ai/generate/title', { brief: BRIEF, count: 3 })).status).toBe(200)
    }
    const events = async () =>
      (
        await system.databases.ai
          .selectFrom('outbox')
          .select('data')
          .where('type', '=', 'budget_spent')
          .where('key', '=', spender.id)
          .orderBy('seq')
          .execute()
      ).map(({ data }) => data)
    const told = (percent: number) => ({ owner_id: spender.id, period: new Date().toISOString().slice(0, 7), percent })
    // 1.6 millionths each, of 100,000.
    await spend(49_000)
    expect(await events()).toEqual([])
    await spend(1_000)
    await spend(100)
    expect(await events()).toEqual([told(80)])
    await spend(12_400)
    expect(await events()).toEqual([told(80), told(100)])
    const titles = async () => {
      const { items } = (await spender.get('/notifications?limit=100')).body
      return items.filter((n: { topic: string }) => n.topic === 'budget').map((n: { title: string }) => n.title)
    }
    await until(async () => (await titles()).length >= 2)
    expect(await titles()).toEqual(['The budget for this month is spent', '80 % of the budget is spent'])
  })
})

test('providers are shown without secrets', async () => {
  const { body, text } = await person.get('/ai/providers')
  expect(body).toEqual({ items: [{ name: 'openai', model: 'gpt-4.1-mini', is_demo: false, healthy: true }] })
  expect(text).not.toContain('sk-test')
})
