import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { sql } from 'kysely'
import { PASSWORD, type Person } from '../../support/http.ts'
import { startMailServer, tokenIn, type MailServer } from '../../support/mail-server.ts'
import { securityEventsOf } from '../../support/security-events.ts'
import { startSystem, type System } from '../../support/system.ts'
import { until } from '../../support/until.ts'

const BOSS = `boss-${randomUUID()}@пример.example`
const BOSS_KEPT = BOSS.replace('пример', 'xn--e1afmkfd')

let server: MailServer
let system: System
beforeAll(async () => {
  server = await startMailServer()
  system = await startSystem({ env: { SMTP_URL: server.url, ADMIN_EMAILS: BOSS } })
})
afterAll(async () => {
  await system.stop()
  await server[Symbol.asyncDispose]()
})

const VERIFY = /^(Confirm your address|Подтвердите адрес)$/
const CHANGE = /^(Confirm your new address|Подтвердите новый адрес)$/
const RESET = /^(Set a new password|Новый пароль)$/
const linkTo = async (email: string, after = 0, subject = VERIFY) => tokenIn(await server.mailTo(email, after, subject))
const address = () => `u-${randomUUID()}@example.test`
const confirm = (body: unknown, token?: string) => system.api.call('POST', '/auth/verify-email', { body, token })
const meOf = async (person: Person) => (await person.get('/auth/me')).body
const login = (email: string, password = PASSWORD) =>
  system.api.call('POST', '/auth/login', { body: { email, password } })
/** Somebody who proved the address. */
const confirmed = async (extra = {}): Promise<Person> => {
  const person = await system.api.register(extra)
  expect(await confirm({ token: await linkTo(person.email) }, person.token)).toMatchObject({ status: 204 })
  return person
}
/** As if the last sign-in had been eleven minutes ago. */
const age = (person: Person) =>
  sql`update sessions set created_at = created_at - interval '11 minutes' where account_id = ${person.id}`.execute(
    system.databases.auth,
  )
const NEEDED = { status: 403, body: { code: 'auth.fresh_login_needed' } }

describe('the link of a mail', () => {
  let squatter: Person, owner: Person
  let token: string
  beforeAll(async () => {
    squatter = await system.api.register({ email: BOSS })
    owner = await system.api.register()
    token = await linkTo(BOSS_KEPT)
  })

  test.each<[string, () => Promise<{ status: number; body: { code: string } }>]>([
    ['by its click alone', () => confirm({ token })],
    ['in somebody else’s session', () => confirm({ token }, owner.token)],
    ['with a token that is none', () => confirm({ token }, 'x.y.z')],
    ['with a wrong password', () => confirm({ token, password: 'wrong' })],
    ['with somebody else’s password', () => confirm({ token, password: `${PASSWORD}!` }, owner.token)],
  ])('proves nothing %s, and is not used up', async (_how, call) => {
    expect(await call()).toMatchObject({ status: 403, body: { code: 'auth.proof_needed' } })
    expect(await meOf(squatter)).toMatchObject({ email_verified: false, roles: ['user'] })
  })

  test('that nobody sent is told so first, whoever asks', async () => {
    for (const body of [{ token: 'x' }, { token: 'x', password: PASSWORD }])
      expect(await confirm(body)).toMatchObject({ status: 400, body: { code: 'auth.token_invalid' } })
  })

  test('is good in the account’s own session afterwards, and makes the admin of that address', async () => {
    expect(await confirm({ token }, squatter.token)).toMatchObject({ status: 204 })
    expect(await meOf(squatter)).toMatchObject({ email: BOSS_KEPT, email_verified: true, roles: ['user', 'admin'] })
  })

  test('is good with the password, without a session', async () => {
    const person = await system.api.register()
    const body = { token: await linkTo(person.email), password: person.password }
    expect(await confirm(body)).toMatchObject({ status: 204 })
    expect(await confirm(body)).toMatchObject({ status: 400 })
    expect((await meOf(person)).email_verified).toBe(true)
  })

  test('says what to do if it was somebody else', async () => {
    const person = await system.api.register({ locale: 'en' })
    expect((await server.mailTo(person.email, 0, VERIFY)).text).toMatch(/If it was not you/)
  })
})

describe('an address that somebody holds unconfirmed', () => {
  test('is its owner’s by a new password: nothing of the squatter’s is left in it', async () => {
    const squatter = await system.api.register({ phone_number: '+79161112233' })
    await system.databases.users
      .updateTable('profiles')
      .set({ phone_verified_at: new Date() })
      .where('id', '=', squatter.id)
      .execute()
    const spare = await linkTo(squatter.email)
    await system.api.call('POST', '/auth/password/forgot', { body: { email: squatter.email } })
    const token = await linkTo(squatter.email, 0, RESET)
    const password = 'другой пароль, 17 слов'
    expect(await system.api.call('POST', '/auth/password/reset', { body: { token, password } })).toMatchObject({
      status: 204,
    })
    expect((await squatter.get('/auth/me')).status).toBe(401)
    expect((await login(squatter.email)).status).toBe(401)
    const { body } = await login(squatter.email, password)
    const me = await system.api.call('GET', '/auth/me', { token: body.access_token })
    expect(me.body).toMatchObject({ id: squatter.id, email_verified: true })
    const phone = await system.api.call('GET', `/users/${squatter.id}/phone`, { token: body.access_token })
    expect(phone.body.verified_at).toBeNull()
    expect(await confirm({ token: spare, password })).toMatchObject({ status: 400 })
  })

  test('goes to the account whose person proves it, and the other one goes on without', async () => {
    const squatter = await system.api.register()
    const spare = await linkTo(squatter.email)
    const owner = await confirmed()
    expect(await owner.post('/auth/email/change', { new_email: squatter.email })).toMatchObject({ status: 202 })
    const token = await linkTo(squatter.email, 0, CHANGE)
    // Before it is proven nothing changes.
    expect((await meOf(squatter)).email).toBe(squatter.email)
    expect(await confirm({ token }, squatter.token)).toMatchObject({ status: 403 })
    expect(await confirm({ token }, owner.token)).toMatchObject({ status: 204 })
    expect(await meOf(owner)).toMatchObject({ id: owner.id, email: squatter.email, email_verified: true })
    expect(await meOf(squatter)).toMatchObject({ email: `${squatter.id}@unconfirmed.invalid`, email_verified: false })
    expect(await confirm({ token: spare }, squatter.token)).toMatchObject({ status: 400 })
    expect(await securityEventsOf(system, squatter)).toContain('email_lost')
    // A mail to nowhere is promised by nobody; another address is to be had with the password.
    expect(await squatter.post('/auth/verify-email/resend')).toMatchObject({ status: 202 })
    const next = address()
    await age(squatter)
    const change = { new_email: next, password: squatter.password }
    expect(await squatter.post('/auth/email/change', change)).toMatchObject({ status: 202 })
    expect(await confirm({ token: await linkTo(next, 0, CHANGE) }, squatter.token)).toMatchObject({ status: 204 })
    expect((await login(next)).status).toBe(200)
  })
})

describe('POST /auth/email/change', () => {
  test('needs a token, an address and nothing else', async () => {
    const person = await system.api.register()
    expect((await system.api.call('POST', '/auth/email/change', { body: { new_email: address() } })).status).toBe(401)
    for (const [body, path] of [
      [{}, '/new_email'],
      [{ new_email: 'x' }, '/new_email'],
      [{ new_email: address(), email: 'x' }, '/email'],
    ] as const)
      expect(await person.post('/auth/email/change', body)).toMatchObject({ status: 422, body: { errors: [{ path }] } })
  })

  test('of an address that somebody has proven, one’s own too, is 409', async () => {
    const [person, other] = [await confirmed(), await confirmed()]
    for (const new_email of [other.email, other.email.toUpperCase(), person.email])
      expect(await person.post('/auth/email/change', { new_email })).toMatchObject({
        status: 409,
        body: { code: 'auth.email_taken' },
      })
  })

  test('tells both addresses, and counts once the new one is proven', async () => {
    const person = await confirmed({ locale: 'en' })
    const new_email = address()
    await person.post('/auth/password/forgot', { email: person.email })
    const spare = await linkTo(person.email, 0, RESET)
    expect(await person.post('/auth/email/change', { new_email })).toMatchObject({ status: 202, text: '' })
    await server.mailTo(person.email, 0, /^Another address was asked for$/)
    const token = await linkTo(new_email, 0, CHANGE)
    expect(await meOf(person)).toMatchObject({ email: person.email, email_verified: true })
    expect((await login(new_email)).status).toBe(401)

    expect(await confirm({ token, password: person.password })).toMatchObject({ status: 204 })
    expect(await meOf(person)).toMatchObject({ email: new_email, email_verified: true })
    const told = await server.mailTo(person.email, 0, /^Your address was changed$/)
    expect(told.text).not.toContain(new_email)
    expect([(await login(new_email)).status, (await login(person.email)).status]).toEqual([200, 401])
    // A link for a new password that lies in the old mailbox opens nothing.
    expect(
      await system.api.call('POST', '/auth/password/reset', { body: { token: spare, password: 'ещё один пароль 9' } }),
    ).toMatchObject({ status: 400 })
    expect(
      (await system.api.call('POST', '/auth/register', { body: { email: person.email, password: PASSWORD } })).status,
    ).toBe(201)
    expect(await securityEventsOf(system, person)).toContain('email_changed')
  })

  test('of two people who ask for one address gives it to the first who proves it', async () => {
    const [first, second] = [await confirmed(), await confirmed()]
    const new_email = address()
    await first.post('/auth/email/change', { new_email })
    const one = await linkTo(new_email, 0, CHANGE)
    const after = server.mails.length
    await second.post('/auth/email/change', { new_email })
    const two = await linkTo(new_email, after, CHANGE)
    const replies = await Promise.all([confirm({ token: one }, first.token), confirm({ token: two }, second.token)])
    expect(replies.map((reply) => reply.status).toSorted()).toEqual([204, 409])
  })

  test('once for each Idempotency-Key', async () => {
    const person = await confirmed()
    const headers = { 'idempotency-key': randomUUID() }
    const body = { new_email: address() }
    await person.post('/auth/email/change', body, { headers })
    const again = await person.post('/auth/email/change', body, { headers })
    expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([202, 'true'])
    const letters = await system.databases.auth
      .selectFrom('letters')
      .select('id')
      .where('account_id', '=', person.id)
      .where('kind', '=', 'change_email')
      .execute()
    expect(letters).toHaveLength(1)
  })

  test('makes an admin of an address of the list, once it is proven, in either spelling', async () => {
    // The one who held it is dislodged by who proves it: the tests above confirmed it, so it is another one here.
    const listed = `second-${BOSS}`
    const own = await startSystem({ env: { SMTP_URL: server.url, ADMIN_EMAILS: listed } })
    try {
      const person = await own.api.register()
      const kept = listed.replace('пример', 'xn--e1afmkfd')
      expect(await person.post('/auth/email/change', { new_email: listed })).toMatchObject({ status: 202 })
      const token = await linkTo(kept, 0, CHANGE)
      expect((await person.get('/auth/me')).body.roles).toEqual(['user'])
      await person.post('/auth/verify-email', { token })
      expect((await person.get('/auth/me')).body).toMatchObject({ email: kept, roles: ['user', 'admin'] })
    } finally {
      await own.stop()
    }
  })
})

describe('a sign-in of eleven minutes ago', () => {
  type Act = readonly [what: string, ask: (person: Person, body?: object) => Promise<{ status: number }>]
  const ACTS: readonly Act[] = [
    [
      'erases nobody',
      (person, body) => system.api.call('DELETE', `/users/${person.id}`, { token: person.token, body }),
    ],
    ['exports nothing', (person, body) => person.post(`/users/${person.id}/export`, body)],
    ['changes no address', (person, body) => person.post('/auth/email/change', { new_email: address(), ...body })],
  ]

  test.each(ACTS)('%s without the password', async (_what, ask) => {
    const person = await system.api.register()
    await age(person)
    expect(await ask(person)).toMatchObject(NEEDED)
    expect(await ask(person, {})).toMatchObject(NEEDED)
    expect(await ask(person, { password: 'wrong' })).toMatchObject(NEEDED)
    expect((await ask(person, { password: 5 })).status).toBe(422)
    // A new pair of tokens is no sign-in.
    const { body } = await system.api.call('POST', '/auth/refresh', { body: { refresh_token: person.refresh_token } })
    const refreshed = system.api.as({ ...person, token: body.access_token })
    expect(await ask(refreshed)).toMatchObject(NEEDED)
    expect(await securityEventsOf(system, person)).toContain('password_proof_failed')
    expect((await ask(refreshed, { password: person.password })).status).toBe(202)
  })

  test.each(ACTS)('%s, but one of now does', async (_what, ask) => {
    const person = await system.api.register()
    await age(person)
    const { body } = await login(person.email)
    expect((await ask(system.api.as({ ...person, token: body.access_token }))).status).toBe(202)
  })

  test('is enough for an admin to erase somebody else, as before', async () => {
    const admin = await confirmed()
    await system.databases.auth
      .updateTable('accounts')
      .set({ roles: ['user', 'admin'] })
      .where('id', '=', admin.id)
      .execute()
    const { body } = await login(admin.email)
    await age(admin)
    const other = await system.api.register()
    const reply = await system.api.call('DELETE', `/users/${other.id}`, { token: body.access_token })
    expect(reply.status).toBe(202)
  })
})

describe('an address of an internationalised domain', () => {
  test('is one account in either spelling, kept as A-label', async () => {
    const name = randomUUID()
    const [letters, labels] = [`${name}@ПОЧТА.рф`, `${name}@xn--80a1acny.XN--P1AI`]
    const person = await system.api.register({ email: letters })
    expect(person.email).toBe(`${name}@xn--80a1acny.xn--p1ai`)
    const again = await system.api.call('POST', '/auth/register', { body: { email: labels, password: PASSWORD } })
    expect(again).toMatchObject({ status: 409, body: { code: 'auth.email_taken' } })
    for (const email of [letters, labels]) expect((await login(email)).status).toBe(200)
    expect((await server.mailTo(person.email, 0, VERIFY)).to).toBe(person.email)
  })

  test.each([
    'a@bücher.example/evil.test',
    'a@bücher.example:80',
    'a@ｅxample.test',
    'a@exa\u200dmple.test',
    'a@xn--.test',
    'a@bü cher.example',
    'a@ä..test',
    'a@1.1',
    `a@${'ä'.repeat(60)}.test`,
    'a@xn--abc-.test',
  ])('%s is none', async (email) => {
    const reply = await system.api.call('POST', '/auth/register', { body: { email, password: PASSWORD } })
    expect(reply).toMatchObject({ status: 422, body: { errors: [{ path: '/email' }] } })
  })

  test('that was invited in letters is let in by its labels', async () => {
    const owner = await system.api.register()
    const email = `${randomUUID()}@bücher.example`
    const { body: scenario } = await owner.post('/scenarios', { title: 'Чай' })
    const share = await owner.post(`/scenarios/${scenario.id}/share`, { email, role: 'viewer' })
    expect(share.body).toMatchObject({
      status: 'invited',
      grantee: { email: email.replace('bücher', 'xn--bcher-kva') },
    })
    const guest = await confirmed({ email: email.replace('bücher', 'xn--bcher-kva') })
    await until(async () => (await guest.get(`/scenarios/${scenario.id}`)).status === 200)
  })
})
