import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import { freePort } from '../../local/processes/ports.ts'
import { PASSWORD } from '../support/http.ts'
import { startWire } from '../support/frozen-wire.ts'
import { testServers } from '../support/servers.ts'
import { startSystem, type System } from '../support/system.ts'

/** The API cannot reach Temporal; workers and relays can, once they are started. */
let system: System
beforeAll(async () => {
  system = await startSystem({
    env: { REGISTER_WAIT_MS: '200' },
    temporalAddress: `127.0.0.1:${await freePort()}`,
    workers: [],
    relays: false,
  })
})
afterAll(() => system.stop())

describe('while Temporal is away', () => {
  test('work is taken with 202, readiness says so, and everything is finished once when it is back', async () => {
    const email = `u-${randomUUID()}@example.test`
    const registered = await system.api.call('POST', '/auth/register', { body: { email, password: PASSWORD } })
    expect(registered).toMatchObject({ status: 202, body: { kind: 'registration', status: 'queued' } })
    expect(registered.headers.get('location')).toBe(`/api/v1/operations/${registered.body.id}`)
    const ready = await system.api.call('GET', '//health/ready')
    expect(ready).toMatchObject({
      status: 200,
      body: { status: 'degraded', checks: { temporal: { status: 'degraded' }, database_ai: { status: 'ok' } } },
    })
    // Not yet an account: it cannot sign in, and says no more than to a stranger.
    expect(await system.api.call('POST', '/auth/login', { body: { email, password: PASSWORD } })).toMatchObject({
      status: 401,
    })

    await system.startWorkers('auth', 'users', 'scenarios', 'ai')
    system.startRelays()
    // Pollable without a token by its id.
    expect(await system.api.finished(registered.body.id)).toMatchObject({ status: 'succeeded' })
    const login = await system.api.call('POST', '/auth/login', { body: { email, password: PASSWORD } })
    expect(login.status).toBe(200)

    const generation = await system.api.call('POST', '/ai/generate', {
      token: login.body.access_token,
      body: { brief: 'A short ad for a warm thermos' },
    })
    expect(generation.status).toBe(202)
    expect(await system.api.finished(generation.body.id, login.body.access_token)).toMatchObject({
      status: 'succeeded',
    })
    expect(await system.databases.auth.selectFrom('start_intents').selectAll().execute()).toEqual([])
    expect(await system.databases.ai.selectFrom('start_intents').selectAll().execute()).toEqual([])
  })

  test('a generation cancelled before it was started never starts', async () => {
    const person = await registerLate()
    const accepted = await person.post('/ai/generate', { brief: 'A short ad for a warm thermos' })
    const cancelled = await person.post(`/operations/${accepted.body.id}/cancel`)
    expect(cancelled).toMatchObject({ status: 202, body: { status: 'cancelled' } })
    await expect(system.temporal.workflow.getHandle(accepted.body.id).describe()).rejects.toThrow(/not found/i)
  })

  test('an intent whose workflow was started already is dropped, and nothing runs twice', async () => {
    const person = await registerLate()
    const accepted = await person.post('/ai/generate', { brief: 'A short ad for a warm thermos' })
    await system.api.finished(accepted.body.id, person.token)
    // As if the process had died between the start and the removal of the intent.
    await system.databases.ai
      .insertInto('start_intents')
      .values({ operation_id: accepted.body.id, due_at: new Date(0) })
      .execute()
    for (;;) {
      const left = await system.databases.ai
        .selectFrom('start_intents')
        .selectAll()
        .where('operation_id', '=', accepted.body.id)
        .executeTakeFirst()
      if (!left) break
    }
    const versions = await system.databases.scenarios
      .selectFrom('scenario_versions')
      .selectAll()
      .where('operation_id', '=', accepted.body.id)
      .execute()
    expect(versions).toHaveLength(1)
  })
})

/** The relay starts the registration: before the API stops waiting (201) or after it (202). */
async function registerLate() {
  const email = `u-${randomUUID()}@example.test`
  const reply = await system.api.call('POST', '/auth/register', { body: { email, password: PASSWORD } })
  if (reply.status === 202) await system.api.finished(reply.body.id)
  else expect(reply.status).toBe(201)
  const login = await system.api.call('POST', '/auth/login', { body: { email, password: PASSWORD } })
  return system.api.as({
    id: '',
    email,
    password: PASSWORD,
    token: login.body.access_token,
    refresh_token: login.body.refresh_token,
  })
}

test('readiness notices a Temporal server that has fallen silent, and a registration is taken all the same', async () => {
  const wire = await startWire(testServers().temporal)
  const silent = await startSystem({
    env: { REGISTER_WAIT_MS: '200' },
    temporalAddress: wire.address,
    workers: [],
    relays: false,
  })
  try {
    expect(await silent.api.call('GET', '//health/ready')).toMatchObject({ status: 200 })
    wire.freeze()
    expect(await silent.api.call('GET', '//health/ready')).toMatchObject({
      status: 200,
      body: { status: 'degraded', checks: { temporal: { status: 'degraded' } } },
    })
    const body = { email: `u-${randomUUID()}@example.test`, password: PASSWORD }
    expect(await silent.api.call('POST', '/auth/register', { body })).toMatchObject({ status: 202 })
  } finally {
    await silent.stop()
    await wire[Symbol.asyncDispose]()
  }
})
