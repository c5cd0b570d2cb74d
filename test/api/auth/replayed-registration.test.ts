import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import { argon2id, hash } from 'argon2'
import { sql } from 'kysely'
import { PASSWORD, type Reply } from '../../support/http.ts'
import { securityEventsOf } from '../../support/security-events.ts'
import { startSystem, type System } from '../../support/system.ts'
import { until } from '../../support/until.ts'
import { mailedToken } from '../../support/verified.ts'

let system: System
beforeAll(async () => {
  system = await startSystem({ env: { TRUSTED_PROXIES: '1', RATE_LIMIT_SCALE: '1' } })
})
afterAll(() => system.stop())

const NEXT = 'plum orbit kettle'
let address = 0
/** Every registration from an address of its own: these limits are for others to try. */
const somewhere = () => `203.0.113.${++address}`

/** A registration that can be sent again, as its client did it. */
async function registration() {
  const body = { email: `u-${randomUUID()}@example.test`, password: PASSWORD }
  const headers = { 'idempotency-key': randomUUID(), 'x-forwarded-for': somewhere() }
  const send = () => system.api.call('POST', '/auth/register', { body, headers })
  const first = await send()
  expect(first).toMatchObject({ status: 201 })
  return { ...body, headers, send, first, id: first.body.user.id as string, token: first.body.access_token as string }
}
type Registration = Awaited<ReturnType<typeof registration>>

const changed = async ({ token }: Registration, from: string, to: string) =>
  expect(
    await system.api.call('POST', '/auth/password/change', {
      token,
      body: { current_password: from, new_password: to },
    }),
  ).toMatchObject({ status: 204 })

/** The owner of the address sets a password by the link that was mailed there. */
async function reset({ email, id }: Registration, password: string) {
  await system.api.call('POST', '/auth/password/forgot', { body: { email } })
  const token = await mailedToken(system, id, 'reset_password')
  const reply = await system.api.call('POST', '/auth/password/reset', { body: { token, password } })
  expect(reply).toMatchObject({ status: 204 })
}

const expectRefused = (reply: Reply) => {
  expect(reply).toMatchObject({ status: 401, body: { code: 'auth.invalid_credentials' } })
  expect(reply.text).not.toMatch(/access_token|refresh_token|user/)
}

describe('a registration that is sent again', () => {
  test('is a sign-in: it is recorded and told as one', async () => {
    const person = await registration()
    expect(await person.send()).toMatchObject({ status: 201, body: { user: person.first.body.user } })
    expect(await securityEventsOf(system, person)).toContain('login')
    const told = await system.databases.auth
      .selectFrom('outbox')
      .select('id')
      .where('key', '=', person.id)
      .where('type', '=', 'user_logged_in')
      .execute()
    expect(told).toHaveLength(1)
  })

  test('gives nothing after the password was changed, and that is recorded', async () => {
    const person = await registration()
    await changed(person, PASSWORD, NEXT)
    expectRefused(await person.send())
    expect(await securityEventsOf(system, person)).toContain('login_failed')
  })

  test('gives nothing after the password was reset: whoever held the address before its owner is out', async () => {
    const squatter = await registration()
    await reset(squatter, NEXT)
    expectRefused(await squatter.send())
  })

  test('gives nothing after the password was changed and changed back', async () => {
    const person = await registration()
    await changed(person, PASSWORD, NEXT)
    await changed(person, NEXT, PASSWORD)
    expectRefused(await person.send())
    const login = { email: person.email, password: PASSWORD }
    expect(await system.api.call('POST', '/auth/login', { body: login })).toMatchObject({ status: 200 })
  })

  test('goes on working when a sign-in makes the hash anew', async () => {
    const person = await registration()
    const { secret } = system.keys.peppers[0]
    const older = { type: argon2id, memoryCost: 8192, timeCost: 1, parallelism: 1, secret } as const
    await system.databases.auth
      .updateTable('accounts')
      .set({ password_hash: await hash(PASSWORD, older) })
      .where('id', '=', person.id)
      .execute()
    expect([(await person.send()).status, (await person.send()).status]).toEqual([201, 201])
  })

  test('passes the same guard as a sign-in: where guesses were put off, it is', async () => {
    const person = await registration()
    const { headers, email } = person
    for (let i = 0; i < 6; i++)
      await system.api.call('POST', '/auth/login', {
        body: { email, password: 'wrong password' },
        headers: { 'x-forwarded-for': headers['x-forwarded-for'] },
      })
    expect(await person.send()).toMatchObject({ status: 429, body: { code: 'rate.limited' } })
  })

  test('after a change counts as a guess, each time', async () => {
    const person = await registration()
    await changed(person, PASSWORD, NEXT)
    const statuses = []
    for (let i = 0; i < 7; i++) statuses.push((await person.send()).status)
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429])
  })
})

describe('what is kept of an answer', () => {
  test('is never a token, whatever was answered', async () => {
    const person = await registration()
    const call = (path: string, body: unknown) =>
      system.api.call('POST', path, { token: person.token, body, headers: { 'idempotency-key': randomUUID() } })
    const scenario = await call('/scenarios', { title: 'A script to share' })
    const link = await call(`/scenarios/${scenario.body.id}/share`, { link: true, role: 'viewer' })
    expect(link.body.token).toMatch(/^[\w-]{43}$/)
    const [ofAuth, ofScenarios] = await Promise.all([
      system.databases.auth.selectFrom('idempotency_keys').select('answer').execute(),
      system.databases.scenarios.selectFrom('idempotency_keys').select('answer').execute(),
    ])
    const kept = [...ofAuth, ...ofScenarios]
    expect(kept.length).toBeGreaterThan(2)
    const text = JSON.stringify(kept)
    for (const secret of [link.body.token, person.token, person.first.body.refresh_token])
      expect(text).not.toContain(secret)
  })
})

test('a sign-in that was at its hash while the password was replaced does not outlive that', async () => {
  const person = await registration()
  const body = { email: person.email, password: PASSWORD }
  const { auth } = system.databases
  const login = await auth.transaction().execute(async (trx) => {
    await trx.updateTable('accounts').set({ password_hash: 'another one' }).where('id', '=', person.id).execute()
    const headers = { 'x-forwarded-for': somewhere() }
    const answered = system.api.call('POST', '/auth/login', { body, headers })
    // Proven with the hash of before, and now at the row that is being replaced.
    await until(async () => {
      const { rows } = await sql`
        select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`.execute(auth)
      return rows.length > 0
    })
    return { answered }
  })
  expectRefused(await login.answered)
})
