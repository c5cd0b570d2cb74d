import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import https from 'node:https'
import type { AddressInfo } from 'node:net'
import { selfSigned } from '../support/certificate.ts'
import type { Person } from '../support/http.ts'
import { chunk, GOOD, USELESS } from '../support/model-behaviours.ts'
import { startModelServer, type Behaviour, type ModelServer } from '../support/model-server.ts'
import { startSystem, type System } from '../support/system.ts'

/** What an order costs at most: three answers over all providers, whatever two of them failed by, and the repairs. */
const BRIEF = 'Ролик о термосе, который держит чай горячим сутки. Закажите на сайте.'
const ORDER = { brief: BRIEF, target_duration_s: 30 }
const PRICE = { input: 2, output: 8 }
const LIMITS = { AI_GIVE_UP_S: '60', AI_TIMEOUT_MS: '2500', AI_FIRST_TOKEN_MS: '2000', AI_IDLE_MS: '600' }

let models: ModelServer[]
let alone: System
let chained: System
beforeAll(async () => {
  models = await Promise.all([1, 2, 3].map(startModelServer))
  const providers = models.map(({ url }, i) => ({ name: `p${i + 1}`, base_url: url, model: 'm', price: PRICE }))
  const start = (count: number, env: object = {}) =>
    startSystem({ env: { AI_PROVIDERS: JSON.stringify(providers.slice(0, count)), ...LIMITS, ...env } })
  ;[alone, chained] = await Promise.all([start(1, { AI_REPAIR_ROUNDS: '2' }), start(3)])
})
afterAll(async () => {
  await Promise.all([alone.stop(), chained.stop()])
  await Promise.all(models.map((model) => model[Symbol.asyncDispose]()))
})
afterEach(() => models.forEach((model) => model.reset()))

const run = async (by: System, person: Person, order: object = ORDER) => {
  const { body, status } = await person.post('/ai/generate', order)
  expect(status).toBe(202)
  const done = await by.api.finished(body.id, person.token)
  const calls = await by.databases.ai.selectFrom('calls').selectAll().where('operation_id', '=', body.id).execute()
  return { id: body.id as string, done, calls, cost: calls.reduce((sum, call) => sum + Number(call.cost_micros), 0) }
}
const requests = () => models.flatMap((model) => model.requests)
const unused = async (person: Person) =>
  (await person.get('/ai/usage')).body.unused as { reason: string; calls: number; cost_micros: number }[]
const healthy = async (person: Person) =>
  (await person.get('/ai/providers')).body.items.map((p: { healthy: boolean }) => p.healthy) as boolean[]

describe('with one provider', () => {
  const ROWS: readonly (readonly [keyof typeof USELESS, string, string])[] = [
    ['half an answer, and silence', 'ai.timeout', 'timeout'],
    ['half an answer, and a broken connection', 'ai.provider_unavailable', 'connection'],
    ['thoughts, and silence', 'ai.timeout', 'timeout'],
  ]
  test(`${ROWS.map(([name]) => name).join('; ')}: each ends after three calls, each charged once with its reason`, async () => {
    const people = await Promise.all(ROWS.map(() => alone.api.register()))
    const orderOf = (place: number) => `${BRIEF} Заказ ${place}.`
    models[0]!.always(({ raw }) => USELESS[ROWS.find((_, place) => raw.includes(orderOf(place)))![0]])
    const ended = await Promise.all(
      people.map((person, place) => run(alone, person, { ...ORDER, brief: orderOf(place) })),
    )
    for (const [place, [, code, reason]] of ROWS.entries()) {
      const { done, calls, cost } = ended[place]!
      const person = people[place]!
      expect(done).toMatchObject({ status: 'failed', error: { code } })
      expect(calls).toHaveLength(3)
      const sent = requests().filter(({ raw }) => raw.includes(orderOf(place)))
      expect(sent).toHaveLength(3)
      expect(sent.reduce((sum, { served }) => sum + served, 0)).toBeLessThanOrEqual(3 * 4_000)
      expect(cost).toBeGreaterThan(0)
      expect(await unused(person)).toEqual([{ reason, calls: 3, cost_micros: cost }])
      expect((await person.get('/ai/usage')).body.cost_micros).toBe(cost)
    }
  })

  test('a repair of no use costs one call, and the script is stored', async () => {
    const person = await alone.api.register()
    models[0]!.plan({ content: GOOD })
    models[0]!.always({ content: 'Готово!' })
    const { done, calls } = await run(alone, person)
    expect(done.status).toBe('succeeded')
    expect(calls.map((c) => [c.step, c.outcome])).toEqual([
      ['script', 'stop'],
      ['repair:1', 'malformed'],
    ])
  })

  const about = (message: string, status = 400): Behaviour => ({ status, json: { error: { message } } })
  test.each<[string, Behaviour, string]>([
    ['a brief that is too long', about('The prompt is too long'), 'ai.provider_rejected'],
    ['a brief that is moderated', about('Input flagged by moderation', 403), 'ai.refused'],
    ['a parameter', about('temperature is not supported'), 'ai.provider_rejected'],
  ])('a refusal about %s says nothing of its health', async (_, behaviour, code) => {
    const person = await alone.api.register()
    models[0]!.always({ content: GOOD })
    await run(alone, person)
    models[0]!.always(behaviour)
    const { done } = await run(alone, person)
    expect(done).toMatchObject({ status: 'failed', error: { code } })
    expect(await healthy(person)).toEqual([true])
  })

  test('a model that thinks its limits away costs no more than was said, however high they are raised', async () => {
    const person = await alone.api.register()
    const { cost_micros_high: high } = (await person.post('/ai/estimate', ORDER)).body
    let vain = 0
    const limit = ({ body }: { body: Record<string, unknown> }) => Number(body['max_tokens'])
    models[0]!.always((request) => {
      const usage = { prompt_tokens: request.raw.length, completion_tokens: limit(request) }
      if (vain-- > 0)
        return { events: [chunk({ reasoning_content: 'Hm.' }), chunk({}, 'length', { usage }), 'data: [DONE]\n\n'] }
      return { content: GOOD, usage }
    })
    for (const asked of [
      [4_096, 8_192, 16_384, 16_384],
      [16_384, 16_384, 16_384, 16_384],
    ]) {
      vain = 2
      models[0]!.requests.length = 0
      const { done, cost } = await run(alone, person)
      expect(done.status).toBe('succeeded')
      expect(requests().map(limit)).toEqual(asked)
      expect(cost).toBe(requests().reduce((sum, { raw, body }) => sum + raw.length * 2 + limit({ body }) * 8, 0))
      expect(cost).toBeLessThanOrEqual(high)
    }
  })

  test('what an order will cost is said before it, and whether it would be accepted', async () => {
    const person = await alone.api.register()
    const { status, body } = await person.post('/ai/estimate', ORDER)
    expect({ status, body }).toMatchObject({ status: 200, body: { currency: 'USD', fits: true } })
    expect(requests()).toEqual([])
    models[0]!.always({ content: 'Вот идея.' })
    const { cost } = await run(alone, person)
    expect(body.cost_micros_low).toBeGreaterThan(0)
    expect(cost).toBeLessThanOrEqual(body.cost_micros_high)

    const { remaining_micros } = (await person.post('/ai/estimate', ORDER)).body
    expect(remaining_micros).toBe((await person.get('/ai/usage')).body.remaining_micros)
    await alone.databases.ai
      .updateTable('budgets')
      .set({ committed_micros: String(alone.config.AI_BUDGET_MICROS * alone.config.RATE_LIMIT_SCALE - 1) })
      .where('owner_id', '=', person.id)
      .execute()
    expect((await person.post('/ai/estimate', ORDER)).body).toMatchObject({ remaining_micros: 1, fits: false })
    expect(await person.post('/ai/generate', ORDER)).toMatchObject({ status: 402 })
    const nowhere = { ...ORDER, template_id: '00000000-0000-7000-8000-000000000000' }
    const [estimated, ordered] = await Promise.all(
      ['/ai/estimate', '/ai/generate'].map((path) => person.post(path, nowhere)),
    )
    expect([estimated!.status, estimated!.body.code]).toEqual([422, 'template.not_found'])
    expect(ordered!.body).toEqual({ ...estimated!.body, request_id: expect.anything() })
  })
})

describe('with three providers', () => {
  test('the third is reached although two drip until their times are over, and who watches begins anew with each', async () => {
    const person = await chained.api.register()
    const drip: Behaviour = {
      events: [chunk({ content: '{"title":"Первый текст, который не придёт' })],
      endless: { text: `data: ${JSON.stringify(chunk({ content: 'о' }))}\n\n`, everyMs: 50 },
    }
    models[0]!.always(drip)
    models[1]!.always(drip)
    models[2]!.always({ content: GOOD })
    const { id, done, calls } = await run(chained, person)
    expect(done.status).toBe('succeeded')
    expect(calls.map((c) => [c.provider, c.outcome])).toEqual([
      ['p1', 'timeout'],
      ['p2', 'timeout'],
      ['p3', 'stop'],
    ])
    const told = await chained.databases.ai
      .selectFrom('operation_events')
      .select(['type', 'data'])
      .where('operation_id', '=', id)
      .where('type', 'in', ['delta', 'attempt_reset'])
      .orderBy('seq')
      .execute()
    const kinds = told.map((t) => t.type).filter((type, i, all) => type !== all[i - 1])
    expect(kinds).toEqual(['delta', 'attempt_reset', 'delta', 'attempt_reset', 'delta'])
    const last = told.slice(told.findLastIndex((t) => t.type === 'attempt_reset') + 1)
    expect(JSON.stringify(last)).not.toContain('который не придёт')
  })

  test('an answer that is cut off or of another shape moves on', async () => {
    const person = await chained.api.register()
    models[0]!.always({ content: '{"title":"Т', finish: 'length' })
    models[1]!.always({ content: '{"scenes":[]}' })
    models[2]!.always({ content: GOOD })
    const { done, calls } = await run(chained, person)
    expect(done.status).toBe('succeeded')
    expect(calls.map((c) => c.outcome)).toEqual(['truncated', 'invalid', 'stop'])
  })

  test('what may be spent in vain is for all of them together', async () => {
    const person = await chained.api.register()
    for (const model of models) model.always({ content: 'Вот идея.' })
    const { done } = await run(chained, person)
    expect(done).toMatchObject({ status: 'failed', error: { code: 'ai.output_invalid' } })
    expect(requests()).toHaveLength(3)
  })

  test('nobody else is asked for what one refuses to write', async () => {
    const person = await chained.api.register()
    models[0]!.always({ finish: 'blacklist', content: '' })
    expect((await run(chained, person)).done).toMatchObject({ error: { code: 'ai.refused' } })
    expect(requests()).toHaveLength(1)
  })
})

test('a certificate that nobody here vouches for is told at once, not waited out', async () => {
  const server = https.createServer(selfSigned('localhost'))
  await new Promise<void>((resolve) => server.listen(0, resolve))
  const url = `https://localhost:${(server.address() as AddressInfo).port}/v1`
  const system = await startSystem({ env: { OPENAI_BASE_URL: url, OPENAI_API_KEY: 'k' } })
  try {
    const person = await system.api.register()
    const { done, calls, cost } = await run(system, person)
    expect(done).toMatchObject({ status: 'failed', error: { code: 'ai.provider_rejected' } })
    expect(calls.map((c) => c.note)).toEqual([
      expect.stringMatching(/certificate is not trusted, .*NODE_EXTRA_CA_CERTS/),
    ])
    expect(cost).toBe(0)
  } finally {
    await system.stop()
    server.close()
  }
})
