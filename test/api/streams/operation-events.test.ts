import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import { openStream } from '../../support/event-stream.ts'
import type { Person } from '../../support/http.ts'
import { startModelServer, type ModelServer } from '../../support/model-server.ts'
import { startSystem, type System } from '../../support/system.ts'
import { until } from '../../support/until.ts'

let model: ModelServer
let system: System
let person: Person
beforeAll(async () => {
  model = await startModelServer()
  system = await startSystem({
    silenceMs: 300,
    env: { OPENAI_BASE_URL: model.url, OPENAI_API_KEY: 'sk-test', AI_GIVE_UP_S: '20', AI_TIMEOUT_MS: '20000' },
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

const BRIEF = 'Ролик о термосе, который держит чай горячим сутки. Закажите на сайте.'
const TERMINAL = ['succeeded', 'failed', 'cancelled']
const generate = async (): Promise<string> =>
  (await person.post('/ai/generate', { brief: BRIEF, target_duration_s: 30 })).body.id
const polled = async (id: string, query: string, last?: string) =>
  (
    await person.get(`/operations/${id}/events?${query}`, {
      headers: last === undefined ? {} : { 'last-event-id': last },
    })
  ).body
type OpenStream = Awaited<ReturnType<typeof openStream>>
const open = (id: string, last?: string) => openStream(system.api.origin, person, `/operations/${id}/events`, last)

test('tells stages, progress and the text while it is written, then the end, once, and closes', async () => {
  model.plan({ dripMs: 60 })
  const id = await generate()
  const stream = await open(id)
  expect(stream.headers.get('content-type')).toMatch(/^text\/event-stream/)
  expect(stream.headers.get('x-accel-buffering')).toBe('no')
  const first = await stream.until((e) => e.event === 'delta')
  expect((await person.get(`/operations/${id}`)).body.status).toBe('running')
  expect(first.data.text).toContain('Проверочный текст')
  await stream.ended
  const names = stream.events.map((e) => e.event)
  expect(names[0]).toBe('stage')
  expect(names).toContain('progress')
  expect(names.filter((n) => n === 'delta').length).toBeGreaterThan(1)
  expect(names.filter((n) => TERMINAL.includes(n))).toEqual(['succeeded'])
  expect(stream.events.map((e) => Number(e.id))).toEqual(stream.events.map((_, i) => i + 1))
  expect(stream.events.at(-1)?.data).toEqual((await person.get(`/operations/${id}`)).body)
})

test('who holds one operation holds up the telling of no other, and no word is lost by it', async () => {
  model.plan({ dripMs: 60 }, { dripMs: 60 })
  const ids = [await generate(), await generate()]
  const [held, free] = (await Promise.all(ids.map((id) => open(id)))) as [OpenStream, OpenStream]
  await Promise.all([held, free].map((stream) => stream.until((e) => e.event === 'delta')))
  const before = held.events.length
  await system.databases.ai.transaction().execute(async (trx) => {
    await trx.selectFrom('operations').select('id').where('id', '=', ids[0]!).forUpdate().execute()
    await free.ended
  })
  await held.ended
  expect(held.events.length).toBeGreaterThan(before)
  const text = ({ events }: OpenStream) => events.map((e) => (e.event === 'delta' ? e.data.text : '')).join('')
  expect(text(held)).toBe(text(free))
})

test('resumes after any event without loss and without repetition', async () => {
  const id = await generate()
  await system.api.finished(id, person.token)
  const whole = await open(id)
  await whole.ended
  for (const { id: last } of whole.events) {
    const rest = await open(id, last)
    await rest.ended
    expect(rest.events).toEqual(whole.events.slice(Number(last)))
  }
})

test('has no more to say to who has heard the end, 204, so that an EventSource stops coming back', async () => {
  const id = await generate()
  await system.api.finished(id, person.token)
  const { events } = await polled(id, 'wait=0')
  const last = events.at(-1).id
  const known = { headers: { 'last-event-id': last } }
  expect(await person.get(`/operations/${id}/events`, known)).toMatchObject({ status: 204, text: '' })
  expect((await person.get(`/operations/${id}/events?last_event_id=${last}`)).status).toBe(204)
  expect(await polled(id, 'wait=30', last)).toEqual({ events: [], last_id: last, closed: true })
})

test('one that failed and is tried again is told on from the end that was heard', async () => {
  model.plan({ status: 401 })
  const id = await generate()
  expect(await system.api.finished(id, person.token)).toMatchObject({ status: 'failed' })
  const { last_id, closed } = await polled(id, 'wait=0')
  expect(closed).toBe(true)
  await person.post(`/operations/${id}/retry`)
  const rest = await open(id, last_id)
  await rest.ended
  expect(Number(rest.events[0]?.id)).toBe(Number(last_id) + 1)
  expect(rest.events.filter((e) => TERMINAL.includes(e.event)).map((e) => e.data.attempt)).toEqual([2])
})

test('is 410 for an id that was never given, whether it is finished or at work', async () => {
  model.plan({ hang: true })
  const working = await generate()
  await model.received(1)
  model.plan({})
  const done = await generate()
  await system.api.finished(done, person.token)
  const { last_id } = await polled(done, 'wait=0')
  for (const [id, last] of [
    [done, String(Number(last_id) + 1)],
    [done, 'x'],
    [done, '1.5'],
    [working, '1000'],
  ] as const) {
    const reply = await person.get(`/operations/${id}/events`, { headers: { 'last-event-id': last } })
    expect(reply).toMatchObject({ status: 410, body: { code: 'stream.id_gone' } })
  }
  await person.post(`/operations/${working}/cancel`)
})

test('asked again and again it tells the same as a stream', async () => {
  model.plan({ dripMs: 20 })
  const id = await generate()
  const heard = []
  for (let last = '0', over = false; !over;) {
    const page = await polled(id, 'wait=30', last)
    heard.push(...page.events)
    last = page.last_id
    over = page.closed
  }
  const whole = await open(id)
  await whole.ended
  expect(heard).toEqual(whole.events)
})

test('an operation of which only the end is known has it told once', async () => {
  const id = await generate()
  await system.api.finished(id, person.token)
  await system.databases.ai.deleteFrom('operation_events').where('operation_id', '=', id).execute()
  const { events, last_id } = await polled(id, 'wait=0')
  expect(events.map((e: { event: string }) => e.event)).toEqual(['succeeded'])
  expect((await person.get(`/operations/${id}/events?last_event_id=${last_id}`)).status).toBe(204)
  expect((await person.get(`/operations/${id}/events?last_event_id=1`)).status).toBe(410)
})

test('says that it is still there while nothing happens', async () => {
  model.plan({ hang: true })
  const id = await generate()
  const stream = await open(id)
  await model.received(1)
  await until(() => stream.comments.length >= 3)
  await person.post(`/operations/${id}/cancel`)
  await stream.ended
  expect(stream.events.at(-1)).toMatchObject({ event: 'cancelled', data: { status: 'cancelled', retryable: true } })
})

test('a broken answer resets the text; ids go on over a retry, with one end for each attempt', async () => {
  // Slow and long enough for its text to be shown before it breaks off.
  const cut = {
    content: `{"title":"Тихий вечер","scenes":[{"rows":[{"visual":"${'Окно, свет, тишина. '.repeat(60)}`,
    dripMs: 60,
    finish: 'length',
  } as const
  model.plan(cut, cut, {})
  const id = await generate()
  expect(await system.api.finished(id, person.token)).toMatchObject({ status: 'failed' })
  const firstAttempt = await open(id)
  await firstAttempt.ended
  expect(firstAttempt.events.map((e) => e.event)).toContain('attempt_reset')
  await person.post(`/operations/${id}/retry`)
  const stream = await open(id)
  await stream.ended
  const ends = stream.events.filter((e) => TERMINAL.includes(e.event))
  expect(ends.map((e) => [e.event, e.data.attempt])).toEqual([
    ['failed', 1],
    ['succeeded', 2],
  ])
  expect(stream.events.slice(0, firstAttempt.events.length)).toEqual(firstAttempt.events)
  const ids = stream.events.map((e) => Number(e.id))
  expect(ids).toEqual(ids.toSorted((a, b) => a - b))
})

test('work of other services is streamed by its row', async () => {
  const { id } = await system.databases.auth
    .selectFrom('operations')
    .select('id')
    .where('owner_id', '=', person.id)
    .executeTakeFirstOrThrow()
  const stream = await open(id)
  await stream.ended
  expect(stream.events.map((e) => e.event)).toEqual(['succeeded'])
  const last = stream.events[0]?.id ?? ''
  const status = async (seen: string) => (await person.get(`/operations/${id}/events?last_event_id=${seen}`)).status
  expect([await status(last), await status(String(Number(last) + 1)), await status('5')]).toEqual([204, 410, 410])
})

test('needs a token, and shows strangers nothing', async () => {
  const id = await generate()
  expect((await system.api.call('GET', `/operations/${id}/events`)).status).toBe(401)
  const stranger = await system.api.register()
  expect((await stranger.get(`/operations/${id}/events`)).status).toBe(404)
  expect((await person.get(`/operations/generation-${randomUUID()}/events`)).status).toBe(404)
})
