import { sign } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { createApi, type RunningApi } from '../../api/root.ts'
import { MOST_STREAMS } from '../../api/streams/slots.ts'
import { createLogger } from '../../telemetry/logger.ts'
import { openStream, type OpenStream } from '../support/event-stream.ts'
import { createApiClient, type Api, type Person } from '../support/http.ts'
import { startRedis, type RedisServer } from '../support/redis.ts'
import { startSystem, type System } from '../support/system.ts'
import { until } from '../support/until.ts'

let redis: RedisServer
let system: System
/** Another process of the same installation, as far as a stream can tell. */
let other: RunningApi
let elsewhere: Api
let person: Person
beforeAll(async () => {
  redis = await startRedis()
  system = await startSystem({ relays: false, workers: ['auth', 'users'], env: { REDIS_URL: redis.url } })
  other = await createApi(
    { ...system.config, PORT: 0, INTERNAL_PORT: 0, METRICS_PORT: 0 },
    {
      databases: system.databases,
      logger: createLogger(system.config, 'other', { write: (line) => void system.logs.push(line) }),
    },
  )
  elsewhere = createApiClient(`http://127.0.0.1:${other.port}`)
})
afterAll(async () => {
  await Promise.all([other.stop(), system.stop()])
  await redis.kill()
})
beforeEach(async () => {
  person = await system.api.register()
})

const STREAM = '/notifications/stream'
const tell = async (title: string, who = person) => {
  const told = { user_id: who.id, topic: 'custom', title, body: 'b', channels: ['in_app'] }
  expect((await system.api.call('POST', '/notifications', { token: who.token, body: told })).status).toBe(201)
}
const titles = (events: readonly { data: { title: string } }[]) => events.map((e) => e.data.title)
const ticketFor = async (body: object = {}, who = person) =>
  (await who.post('/streams/ticket', body)).body.ticket as string
const byTicket = (ticket: string, path = STREAM, api: Api = system.api) =>
  api.call('GET', `${path}?ticket=${ticket}&wait=0`)

describe('POST /streams/ticket', () => {
  test('needs a token', async () => {
    expect((await system.api.call('POST', '/streams/ticket', { body: {} })).status).toBe(401)
  })

  test.each(['/scenarios', 'https://evil.example/api/v1/notifications/stream', '/notifications/stream?a=b', 7])(
    'is 422 for what is no path of a stream: %s',
    async (path) => expect((await person.post('/streams/ticket', { path })).body.errors?.[0].path).toBe('/path'),
  )

  test('gives one that lives for 30 s', async () => {
    const { status, body, headers } = await person.post('/streams/ticket', {})
    expect(status).toBe(201)
    const life = Date.parse(body.expires_at) - Date.parse(headers.get('date') ?? '')
    expect(life).toBeGreaterThan(25_000)
    expect(life).toBeLessThanOrEqual(31_500)
    expect(headers.get('cache-control')).toBe('no-store')
  })

  test('opens a stream without a token, at whichever process, once', async () => {
    const ticket = await ticketFor()
    const gone = new AbortController()
    const first = await fetch(`${elsewhere.origin}/api/v1${STREAM}?ticket=${ticket}`, { signal: gone.signal })
    expect([first.status, first.headers.get('content-type')]).toEqual([200, expect.stringMatching('text/event-stream')])
    gone.abort()
    expect((await byTicket(ticket)).body.code).toBe('auth.token_rejected')
  })

  test('opens one of ten at once', async () => {
    const ticket = await ticketFor()
    const apis = [system.api, elsewhere]
    const replies = await Promise.all(Array.from({ length: 10 }, (_, n) => byTicket(ticket, STREAM, apis[n % 2])))
    expect(replies.map((r) => r.status).toSorted()).toEqual([200, ...Array.from({ length: 9 }, () => 401)])
  })

  test.each([STREAM, `/api/v1${STREAM}`])(
    'is for the stream that it names, %s, and is not used up by another',
    async (path) => {
      const { id } = await system.databases.auth
        .selectFrom('operations')
        .select('id')
        .where('owner_id', '=', person.id)
        .executeTakeFirstOrThrow()
      const ticket = await ticketFor({ path })
      expect((await byTicket(ticket, `/operations/${id}/events`)).status).toBe(401)
      expect((await byTicket(ticket)).status).toBe(200)
    },
  )

  test('is for streams alone', async () => {
    const ticket = await ticketFor()
    expect((await system.api.call('GET', `/auth/me?ticket=${ticket}`)).status).toBe(401)
    expect((await system.api.call('GET', '/auth/me', { token: ticket })).status).toBe(401)
  })

  test('is worth nothing when its time is over, or its session', async () => {
    const late = await ticketFor()
    await system.databases.auth
      .updateTable('stream_tickets')
      .set({ expires_at: new Date(0) })
      .execute()
    expect((await byTicket(late)).status).toBe(401)
    const ticket = await ticketFor()
    await person.post('/auth/logout')
    expect((await byTicket(ticket)).status).toBe(401)
  })

  test.each(['', 'x', 'A'.repeat(43), `${'A'.repeat(43)}&ticket=b`])(
    'opens nothing that it did not give: %s',
    async (ticket) => {
      expect((await byTicket(ticket)).status).toBe(401)
    },
  )

  test('stands in no log', async () => {
    const ticket = await ticketFor()
    expect((await byTicket(ticket)).status).toBe(200)
    expect((await byTicket(ticket)).status).toBe(401)
    expect(system.logs.some((line) => line.includes(STREAM))).toBe(true)
    expect(system.logs.filter((line) => line.includes(ticket))).toEqual([])
  })
})

describe('a stream', () => {
  const ways: [string, (api: Api) => Promise<unknown>][] = [
    ['its session signs out', () => person.post('/auth/logout')],
    [
      'its session is ended from another',
      async () => {
        const { body } = await system.api.call('POST', '/auth/login', {
          body: { email: person.email, password: person.password },
        })
        const { items } = (await person.get('/auth/sessions')).body
        const mine = items.find((s: { current: boolean }) => s.current).id
        await system.api.call('DELETE', `/auth/sessions/${mine}`, { token: body.access_token })
      },
    ],
    [
      'the password is changed from another session',
      async () => {
        const { email, password } = person
        const { body } = await system.api.call('POST', '/auth/login', { body: { email, password } })
        const change = { current_password: password, new_password: `${password} neu` }
        await system.api.call('POST', '/auth/password/change', { token: body.access_token, body: change })
      },
    ],
    [
      'its refresh token is used twice',
      async () => {
        const refresh = () =>
          system.api.call('POST', '/auth/refresh', { body: { refresh_token: person.refresh_token } })
        await refresh()
        await system.databases.auth
          .updateTable('refresh_tokens')
          .set({ used_at: new Date(Date.now() - 60_000) })
          .where('used_at', 'is not', null)
          .execute()
        expect((await refresh()).body.code).toBe('auth.refresh_reused')
      },
    ],
  ]
  test.each(ways)('ends when %s, at whichever process, and tells nothing more', async (_, end) => {
    const stream = await openStream(elsewhere.origin, person, STREAM)
    await tell('before')
    await stream.until((e) => e.data.title === 'before')
    await end(system.api)
    await stream.ended
    expect(titles(stream.events)).toEqual(['before'])
  })

  test('goes on when another session of the person ends', async () => {
    const { email, password } = person
    const { body } = await system.api.call('POST', '/auth/login', { body: { email, password } })
    const ended = await openStream(system.api.origin, { token: body.access_token }, STREAM)
    const stream = await openStream(system.api.origin, person, STREAM)
    await system.api.call('POST', '/auth/logout', { token: body.access_token })
    await ended.ended
    await tell('after')
    await stream.until((e) => e.data.title === 'after')
    stream.close()
  })

  test('ends with the token that it was opened by, or its ticket was got by', async () => {
    const token = await shortLived(person)
    const stream = await openStream(system.api.origin, { token }, STREAM)
    const { body } = await system.api.call('POST', '/streams/ticket', { token, body: {} })
    const ticketed = await fetch(`${system.api.origin}/api/v1${STREAM}?ticket=${body.ticket}`)
    expect(ticketed.status).toBe(200)
    await Promise.all([stream.ended, ticketed.text()])
    expect((await person.get('/auth/me')).status).toBe(200)
  })

  test(`is one of ${MOST_STREAMS} a person, over all processes: 429 beyond, polls included, until one ends`, async () => {
    const streams: OpenStream[] = []
    for (let n = 0; n < MOST_STREAMS; n += 1)
      streams.push(await openStream((n % 2 ? elsewhere : system.api).origin, person, STREAM))
    expect(streams.map((s) => s.status)).toEqual(streams.map(() => 200))
    for (const api of [system.api, elsewhere])
      for (const path of [STREAM, `${STREAM}?wait=1`]) {
        const refused = await api.call('GET', path, { token: person.token })
        expect(refused).toMatchObject({ status: 429, body: { code: 'rate.limited' } })
        expect(refused.headers.get('ratelimit-policy')).toBe(`"streams";q=${MOST_STREAMS}`)
        expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
      }
    const another = await system.api.register()
    expect((await another.get(`${STREAM}?wait=0`)).status).toBe(200)
    streams[0]?.close()
    await until(async () => (await elsewhere.call('GET', `${STREAM}?wait=0`, { token: person.token })).status === 200)
    for (const stream of streams) stream.close()
  })

  test('is one of ten of twenty at once', async () => {
    const streams = await Promise.all(
      Array.from({ length: 2 * MOST_STREAMS }, (_, n) =>
        openStream((n % 2 ? elsewhere : system.api).origin, person, STREAM),
      ),
    )
    expect(streams.filter((s) => s.status === 200)).toHaveLength(MOST_STREAMS)
    for (const stream of streams) stream.close()
  })
})

describe('GET /notifications/stream?wait=', () => {
  const poll = (query: string) => person.get(`${STREAM}?${query}`)

  test.each(['wait=-1', 'wait=x', 'wait=31', 'wait=1&wait=2', 'wait='])('is 422 for %s', async (query) => {
    expect(await poll(query)).toMatchObject({ status: 422, body: { errors: [{ path: '/wait' }] } })
  })

  test('is empty when nothing came, with the id to go on with', async () => {
    expect((await poll('wait=0')).body).toEqual({ events: [], last_id: '0', closed: false })
    await tell('a')
    const { last_id } = (await poll('wait=0')).body
    expect(Number(last_id)).toBeGreaterThan(0)
    expect((await poll(`wait=0&last_event_id=${last_id}`)).body).toEqual({ events: [], last_id, closed: false })
  })

  test('answers as soon as there is one, and tells on without loss or repetition', async () => {
    let { last_id } = (await poll('wait=0')).body
    const heard: string[] = []
    for (const title of ['a', 'b', 'c']) {
      const waiting = poll(`wait=30&last_event_id=${last_id}`)
      await tell(title)
      const { body } = await waiting
      heard.push(...titles(body.events))
      expect(body.events[0]).toMatchObject({ event: 'notification', id: body.last_id })
      ;({ last_id } = body)
    }
    expect(heard).toEqual(['a', 'b', 'c'])
    const all = await poll('wait=0&last_event_id=0')
    expect(titles(all.body.events)).toEqual(heard)
    expect(all.headers.get('cache-control')).toBe('no-store')
  })

  test.each(['beyond', '999999999999999', '1e3', '-1'])('is 410 for an id that was never given: %s', async (kind) => {
    await tell('a')
    const { last_id } = (await poll('wait=0')).body
    const id = kind === 'beyond' ? String(Number(last_id) + 1) : kind
    for (const reply of [
      await poll(`wait=0&last_event_id=${id}`),
      await person.get(STREAM, { headers: { 'last-event-id': id } }),
    ])
      expect(reply).toMatchObject({ status: 410, body: { code: 'stream.id_gone' } })
  })

  test('is 410 for an id of somebody else, and for one that is gone', async () => {
    const stranger = await system.api.register()
    await tell('theirs', stranger)
    const { last_id: theirs } = (await stranger.get(`${STREAM}?wait=0`)).body
    expect((await poll(`wait=0&last_event_id=${theirs}`)).status).toBe(410)
    await tell('a')
    const { last_id } = (await poll('wait=0')).body
    await system.databases.notifications.deleteFrom('notifications').where('user_id', '=', person.id).execute()
    expect((await poll(`wait=0&last_event_id=${last_id}`)).status).toBe(410)
  })
})

/** An access token of the person's session with four seconds to live. */
async function shortLived({ token }: Person): Promise<string> {
  const [head, claims] = token.split('.') as [string, string]
  const exp = Math.floor(Date.now() / 1000) + 4
  const body = { ...(JSON.parse(Buffer.from(claims, 'base64url').toString('utf8')) as object), exp }
  const text = `${head}.${Buffer.from(JSON.stringify(body)).toString('base64url')}`
  const key = system.keys.signing.list().find((k) => k.state === 'active')
  return `${text}.${sign(null, Buffer.from(text), key!.privateKey).toString('base64url')}`
}
