import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { createScenor, DeadlinePassed, Refused, Unreadable } from '../../client/index.ts'
import { PASSWORD, type Person } from '../support/http.ts'
import { startSystem, type System } from '../support/system.ts'
import { startScripted } from './scripted-server.ts'

const BRIEF = { brief: 'A thermos that keeps tea hot for a day. Order on the site.' }
const problem = (status: number, code: string, headers: Record<string, string> = {}) => ({
  status,
  headers: { 'Content-Type': 'application/problem+json', ...headers },
  body: JSON.stringify({ title: 'No', status, code }),
})

/** The refusal that a call ends with. */
const refusalOf = async (call: PromiseLike<unknown>): Promise<Refused> => {
  const error = await call.then(
    () => 'it was not refused',
    (refused: unknown) => refused,
  )
  if (!(error instanceof Refused)) throw error
  return error
}

describe('with the whole system', () => {
  let system: System
  let person: Person
  beforeAll(async () => {
    system = await startSystem()
    person = await system.api.register()
  })
  afterAll(() => system?.stop())
  const scenor = () => createScenor(system.api.origin, { token: person.token })

  test('has a script written, reads it and changes it', async () => {
    const stages: string[] = []
    const { result } = await scenor().generate(BRIEF, { onEvent: ({ event }) => void stages.push(event) })
    expect(stages.at(-1)).toBe('succeeded')
    const params = { id: result?.scenario_id ?? '' }
    const read = await scenor().call('GET /scenarios/{id}', { params }).withResponse()
    expect([read.status, read.data.id]).toEqual([200, params.id])
    const body = { title: 'Tea', scenes: [] }
    const headers = { 'If-Match': read.headers.get('etag') ?? '' }
    expect((await scenor().call('PUT /scenarios/{id}', { params, body, headers })).title).toBe('Tea')
    const refused = await refusalOf(scenor().call('PUT /scenarios/{id}', { params, body, headers }))
    expect([refused.code, refused.status, refused.retry]).toEqual(['precondition.failed', 412, false])
  })

  test('says which fields are wrong, in the language asked for', async () => {
    const russian = createScenor(system.api.origin, { token: person.token, language: 'ru' })
    const call = russian.call('POST /ai/generate', { body: { brief: 'x' } })
    const { message, errors, requestId, source } = await refusalOf(call)
    expect([message, errors[0]?.path, source]).toEqual(['Некоторые поля заполнены неверно', '/brief', 'api'])
    expect(requestId).toMatch(/\S/)
  })

  test('reads lists page by page', async () => {
    const own = await system.api.register()
    const mine = createScenor(system.api.origin, { token: own.token })
    for (const title of ['a', 'b', 'c']) await mine.call('POST /scenarios', { body: { title, content: 'x' } })
    const titles: string[] = []
    for await (const { title } of mine.pages('GET /scenarios', { query: { limit: 2 } })) titles.push(title)
    expect(titles).toEqual(['c', 'b', 'a'])
  })

  test('a file comes as bytes', async () => {
    const { id } = await scenor().call('POST /scenarios', { body: { title: 'File', content: 'One line.' } })
    const file = await scenor().call('GET /scenarios/{id}/export', { params: { id }, query: { format: 'md' } })
    expect(file).toBeInstanceOf(Blob)
    expect(await (file as Blob).text()).toContain('One line.')
  })

  test('keeps a session: many calls at once refresh it once, and its end is told', async () => {
    const { email } = await system.api.register()
    const kept: (string | undefined)[] = []
    let ends = 0
    const signedIn = createScenor(system.api.origin, {
      onRefreshToken: (token) => kept.push(token),
      onSignedOut: () => (ends += 1),
    })
    expect(await signedIn.auth.signedIn()).toBe(false)
    await signedIn.auth.login({ email, password: PASSWORD })
    // Another client that goes on with what the first one kept: as after a reload.
    const later: (string | undefined)[] = []
    const reloaded = createScenor(system.api.origin, {
      refreshToken: kept[0]!,
      onRefreshToken: (token) => later.push(token),
    })
    const all = await Promise.all([1, 2, 3, 4, 5].map(() => reloaded.call('GET /auth/me')))
    expect(all.map((me) => me.email)).toEqual(Array(5).fill(email))
    expect(later).toHaveLength(1)
    await reloaded.auth.logout()
    expect(later.at(-1)).toBeUndefined()
    expect([await reloaded.auth.signedIn(), ends]).toEqual([false, 0])
  })

  test('registers, and refuses an address twice by its code', async () => {
    const made = createScenor(system.api.origin)
    const body = { email: `client-${person.id}@example.test`, password: PASSWORD }
    expect((await made.auth.register(body)).email).toBe(body.email)
    expect((await made.call('GET /auth/me')).email).toBe(body.email)
    const again = await createScenor(system.api.origin)
      .auth.register(body)
      .catch((error: unknown) => error)
    expect(again instanceof Refused && again.is('auth.email_taken')).toBe(true)
  })

  test('stops waiting at the deadline, at once when told to; the work goes on', async () => {
    const { id } = await scenor().call('POST /ai/generate', { body: BRIEF })
    const late = scenor().operations.wait('generation-0', { deadline: new Date(Date.now() - 1) })
    await expect(late).rejects.toBeInstanceOf(DeadlinePassed)
    const controller = new AbortController()
    const waiting = scenor().operations.wait(id, { signal: controller.signal })
    controller.abort(new Error('enough'))
    await expect(waiting).rejects.toThrow('enough')
    // A moment so far away that no timer reaches it is none that has passed.
    const deadline = new Date('2100-01-01')
    expect((await scenor().operations.wait(id, { deadline })).status).toBe('succeeded')
  })
})

describe('against a server that follows a script', () => {
  test('a refused token is asked for anew at each connection', async () => {
    await using server = await startScripted([
      { send: ['id: 1\nevent: stage\ndata: {}\n\n'] },
      problem(401, 'auth.token_rejected'),
      { last_event_id: '1', send: ['id: 2\nevent: succeeded\ndata: {}\n\n'] },
    ])
    let tokens = 0
    const scenor = createScenor(server.origin, { token: () => `t${++tokens}` })
    const ids: string[] = []
    for await (const { id } of scenor.operations.events('generation-1')) ids.push(id)
    expect(ids).toEqual(['1', '2'])
    expect(tokens).toBeGreaterThanOrEqual(4)
  })

  test('a status that it does not know is an error, no loop', async () => {
    const known = { body: '{"status":"running"}', headers: { 'Retry-After': '1' } }
    await using server = await startScripted([{ status: 204 }, known, { body: '{"status":"paused"}' }])
    const waiting = createScenor(server.origin, { token: 't' }).operations.wait('generation-1')
    await expect(waiting).rejects.toBeInstanceOf(Unreadable)
    expect(server.asked).toHaveLength(3)
  })

  test('obeys the server both ways: what may pass is tried again, what may not is not', async () => {
    const passing = problem(409, 'idempotency.in_progress', { 'X-Should-Retry': 'true', 'Retry-After': '1' })
    const final = problem(503, 'service.unavailable', { 'X-Should-Retry': 'false' })
    await using server = await startScripted([passing, final])
    const scenor = createScenor(server.origin, { token: 't' })
    const refused = await refusalOf(scenor.call('POST /ai/generate', { body: BRIEF }))
    expect([refused.code, server.asked.length]).toEqual(['service.unavailable', 2])
  })

  test('a change whose answer was lost is not sent again: nobody knows what became of it', async () => {
    await using server = await startScripted([
      { status: 502, body: '' },
      { status: 200, body: '{}' },
    ])
    const scenor = createScenor(server.origin, { token: 't' })
    const params = { id: 'a' }
    const refused = await refusalOf(scenor.call('PUT /scenarios/{id}', { params, body: { title: 't' } }))
    expect([refused.code, refused.source, server.asked.length]).toEqual([null, 'gateway', 1])
  })
})
