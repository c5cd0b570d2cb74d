import { beforeAll, describe, expect, test } from '@jest/globals'
import type { Person, Reply } from '../../support/http.ts'
import { until } from '../../support/until.ts'
import { BRIEF, withModel, writeThermos } from '../../support/with-model.ts'

// Ten cents a month, unscaled: 100 of a thousandth.
const app = withModel({ AI_BUDGET_MICROS: '100' })
const finished = (id: string, person: Person) => app.system.api.finished(id, person.token)
const month = () => new Date().toISOString().slice(0, 7)

test.each(['/ai/usage', '/ai/providers', '/operations/generation-1/proposal'])('%s needs a token', async (path) => {
  expect(await app.system.api.call('GET', path)).toMatchObject({ status: 401 })
})

describe('GET /ai/usage', () => {
  test('shows what was used, settled and counted', async () => {
    const spender = await app.system.api.register()
    const { body } = await spender.post('/ai/generate', { brief: BRIEF, target_duration_s: 30 })
    await finished(body.id, spender)
    // 120 tokens in at 0.4, 480 out at 1.6 millionths each.
    expect((await spender.get('/ai/usage')).body).toMatchObject({
      period: month(),
      generations: 1,
      input_tokens: 120,
      output_tokens: 480,
      cost_micros: 816,
      currency: 'USD',
      budget_micros: 100_000,
      remaining_micros: 100_000 - 816,
    })
  })

  describe('of 15 orders at once, more than the budget holds,', () => {
    let spender: Person
    let failed: Reply['body']
    let replies: Reply[]
    let retried: Reply
    const of = (status: number) => replies.filter((r) => r.status === status)
    beforeAll(async () => {
      spender = await app.system.api.register()
      app.model.plan({ status: 401 })
      failed = (await spender.post('/ai/generate', { brief: BRIEF, target_duration_s: 300 })).body
      await finished(failed.id, spender)
      app.model.always({ delayMs: 800 })
      replies = await Promise.all(
        Array.from({ length: 15 }, () => spender.post('/ai/generate', { brief: BRIEF, target_duration_s: 300 })),
      )
      retried = await spender.post(`/operations/${failed.id}/retry`)
    })

    test('the rest is 402', () => {
      expect(of(402).length).toBeGreaterThan(0)
      expect(of(402)[0]!.body.code).toBe('ai.budget_exhausted')
      expect(of(402).length + of(202).length).toBe(15)
    })

    test('one that failed before is no way around it, and stays as it is', async () => {
      expect(retried).toMatchObject({
        status: 402,
        body: { code: 'ai.budget_exhausted' },
      })
      expect(await finished(failed.id, spender)).toMatchObject({ status: 'failed', attempt: 1 })
    })

    test('those that were taken and cancelled leave no more promised than was used', async () => {
      for (const { body } of of(202)) await spender.post(`/operations/${body.id}/cancel`)
      for (const { body } of of(202)) await finished(body.id, spender)
      const budget = await app.system.databases.ai
        .selectFrom('budgets')
        .selectAll()
        .where('owner_id', '=', spender.id)
        .executeTakeFirstOrThrow()
      const { body: usage } = await spender.get('/ai/usage')
      expect(Number(budget.committed_micros)).toBe(usage.cost_micros)
    })
  })

  test('tells once that 80 and that 100 percent of the budget are spent', async () => {
    const spender = await app.system.api.register({ locale: 'en' })
    const spend = async (completion_tokens: number) => {
      app.model.plan({ usage: { prompt_tokens: 0, completion_tokens, total_tokens: completion_tokens } })
      expect((await spender.post('/ai/generate/title', { brief: BRIEF, count: 3 })).status).toBe(200)
    }
    const events = async () =>
      (
        await app.system.databases.ai
          .selectFrom('outbox')
          .select('data')
          .where('type', '=', 'budget_spent')
          .where('key', '=', spender.id)
          .orderBy('seq')
          .execute()
      ).map(({ data }) => data)
    const told = (percent: number) => ({ owner_id: spender.id, period: month(), percent })
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

test('GET /ai/providers shows who writes, without secrets', async () => {
  const { body, text } = await app.person.get('/ai/providers')
  expect(body).toEqual({ items: [{ name: 'openai', model: 'gpt-4.1-mini', is_demo: false, healthy: true }] })
  expect(text).not.toContain('sk-test')
})

describe('a new version that somebody else was faster with', () => {
  let base: Reply['body']
  let put: Reply
  let done: Reply['body']
  let path: string
  beforeAll(async () => {
    base = await writeThermos(app.person)
    app.model.reset()
    app.model.always({})
    app.model.plan({ delayMs: 1_500 })
    const { body } = await app.person.post('/ai/generate', { brief: BRIEF, scenario_id: base.id })
    await app.model.received(1)
    const { headers } = await app.person.get(`/scenarios/${base.id}`)
    const changed = { title: 'Мой', scenes: base.scenes }
    put = await app.person.put(`/scenarios/${base.id}`, changed, { headers: { 'if-match': headers.get('etag')! } })
    done = await finished(body.id, app.person)
    path = done.result.proposal_url.replace('/api/v1', '')
  })

  test('leaves what the person wrote', async () => {
    expect(put.status).toBe(200)
    expect((await app.person.get(`/scenarios/${base.id}`)).body).toMatchObject({ title: 'Мой', version: 2 })
  })

  test('ends as failed and cannot be retried', async () => {
    expect(done).toMatchObject({ status: 'failed', retryable: false, error: { code: 'ai.base_version_changed' } })
    expect((await app.person.post(`/operations/${done.id}/retry`)).status).toBe(409)
  })

  test('is kept as a proposal', async () => {
    const proposal = await app.person.get(path)
    expect(proposal).toMatchObject({ status: 200, body: { scenario_id: base.id, base_version: 1 } })
    expect(proposal.body.scenes.length).toBeGreaterThan(0)
  })

  test('is a proposal for nobody else', async () => {
    const stranger = await app.system.api.register()
    expect(await stranger.get(path)).toMatchObject({ status: 404, body: { code: 'operation.not_found' } })
  })
})

test('an order that could cost more than its cap is refused before anything is spent, a retry too', async () => {
  const person = await app.system.api.register()
  const order = { brief: BRIEF, target_duration_s: 30 }
  const { cost_micros_high: high } = (await person.post('/ai/estimate', order)).body
  expect(high).toBeGreaterThan(0)
  const dear = { ...order, max_cost_micros: high - 1 }
  expect((await person.post('/ai/estimate', dear)).body).toMatchObject({ fits: false })
  expect(await person.post('/ai/generate', dear)).toMatchObject({ status: 402, body: { code: 'ai.cap_exceeded' } })
  expect((await person.get('/operations?kind=generation')).body.items).toEqual([])
  expect((await person.get('/ai/usage')).body).toMatchObject({ cost_micros: 0, remaining_micros: 100_000 })
  expect(await person.post('/ai/generate', { ...order, max_cost_micros: -1 })).toMatchObject({ status: 422 })
  // What an attempt has cost counts for the next one.
  app.model.always({ content: 'no script at all' })
  const { body } = await person.post('/ai/generate', { ...order, max_cost_micros: high })
  expect((await finished(body.id, person)).status).toBe('failed')
  expect((await person.get('/ai/usage')).body.cost_micros).toBeGreaterThan(0)
  expect(await person.post(`/operations/${body.id}/retry`)).toMatchObject({
    ...{ status: 402, body: { code: 'ai.cap_exceeded' } },
  })
})
