import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Kysely } from 'kysely'
import type { AcceptTables } from '../../db/operations/schema.ts'
import { SERVICES } from '../../services.ts'
import { createLogger } from '../../telemetry/logger.ts'
import { ROLES } from '../../telemetry/catalogue.ts'
import { startTracing, type Tracing } from '../../telemetry/trace-exporter.ts'
import { metricsText } from '../support/figures.ts'
import { startMailServer, type MailServer } from '../support/mail-server.ts'
import { startModelServer, type ModelServer } from '../support/model-server.ts'
import { startOtlpSink, type OtlpSink } from '../support/otlp-sink.ts'
import { sdkLines } from '../support/quiet.ts'
import { startSystem, type System } from '../support/system.ts'
import { until } from '../support/until.ts'

/** What must be nowhere: secrets, and words that people wrote or are known by. Each is a word that nothing else has. */
const CANARY = {
  password: 'plum-orbit-kettle-92',
  newPassword: 'brass-lantern-river-41',
  wrongPassword: 'wrong-teapot-hedge-77',
  email: `pelageya.${randomBytes(4).toString('hex')}@canary.test`,
  invited: `invited.${randomBytes(4).toString('hex')}@canary.test`,
  phone: '+79161234567',
  name: 'Пелагея Канарейкина',
  bio: 'Люблю малахитовые шкатулки',
  brief: 'Ролик о чайнике «Канарейка-Х», который поёт. Закажите на сайте.',
  title: 'Малахитовый чайник',
  comment: 'Здесь скучновато, канарейка',
  key: 'sk-very-secret-canary',
} as const

let sink: OtlpSink
let tracing: Tracing | undefined
let model: ModelServer
let mail: MailServer
let system: System
const tokens: string[] = []
let owner: string
beforeAll(async () => {
  ;[sink, model, mail] = await Promise.all([startOtlpSink(), startModelServer(), startMailServer()])
  model.always({})
  tracing = startTracing(
    { OTEL_EXPORTER_OTLP_ENDPOINT: sink.url, OTEL_EXPORTER_OTLP_HEADERS: undefined, TRACE_SHARE: 1 },
    'test',
    createLogger({ LOG_LEVEL: 'silent' }, 'test'),
  )
  system = await startSystem({
    env: {
      ...{ OPENAI_BASE_URL: model.url, OPENAI_API_KEY: CANARY.key, AI_GIVE_UP_S: '5', LOG_LEVEL: 'trace' },
      ...{ SMTP_URL: mail.url, MAIL_FROM: 'Scenor <mail@scenor.test>' },
    },
  })
})
afterAll(async () => {
  await system.stop()
  await tracing?.stop()
  await Promise.all([sink, model, mail].map((one) => one[Symbol.asyncDispose]()))
})

test('a person does all that leaves words behind, and much of it fails', async () => {
  const { api } = system
  // A mail server that quotes the address in its refusal, and one try later takes the mail.
  mail.plan('refuse', 'later')
  const person = await api.register({
    ...{ email: CANARY.email, password: CANARY.password, phone_number: CANARY.phone, full_name: CANARY.name },
  })
  tokens.push(person.token, person.refresh_token)
  owner = person.id
  const login = { email: CANARY.email, password: CANARY.wrongPassword }
  expect((await api.call('POST', '/auth/login', { body: login })).status).toBe(401)
  await person.put(`/users/${person.id}`, { bio: CANARY.bio, locale: 'not a locale', [CANARY.name]: CANARY.bio })
  await person.post(`/users/${person.id}/phone/code`)
  await api.call('GET', `/scenarios?q=${encodeURIComponent(CANARY.title)}&email=${CANARY.email}`, {
    token: person.token,
  })
  await api.call('GET', `/nowhere/${CANARY.email}`)
  const scenario = await person.post('/scenarios', { title: CANARY.title })
  const id = String(scenario.body.id)
  await person.post(`/scenarios/${id}/comments`, { text: CANARY.comment, body: CANARY.comment })
  await person.post(`/scenarios/${id}/shares`, { email: CANARY.invited, role: 'viewer', message: CANARY.comment })
  // A server of models that quotes what it was asked, and the key, in its refusals.
  const quoting = { error: { message: `bad key ${CANARY.key} for: ${CANARY.brief}` } }
  model.plan({ status: 429, json: quoting, headers: { 'retry-after': '0' } }, { status: 500, json: quoting }, {})
  const written = await person.post('/ai/generate', { brief: CANARY.brief })
  expect(await api.finished(written.body.id, person.token)).toMatchObject({ status: 'succeeded' })
  model.plan({ status: 401, json: quoting })
  const refused = await person.post('/ai/generate', { brief: CANARY.brief })
  expect(await api.finished(refused.body.id, person.token)).toMatchObject({ status: 'failed' })
  await person.put('/auth/password', { current_password: CANARY.password, new_password: CANARY.newPassword })
  await person.post('/auth/password', { current_password: CANARY.password, new_password: CANARY.newPassword })
  await until(() => sink.spans.some(({ name }) => name === 'send email'))
  await until(() => sdkLines.some((line) => line.includes('Activity failed')))
})

/** In whatever writing it may have come. */
const forms = (secret: string): string[] => [
  secret,
  encodeURIComponent(secret),
  JSON.stringify(secret).slice(1, -1),
  Buffer.from(secret).toString('base64').replace(/=+$/, ''),
]
const secrets = () => [
  ...Object.values(CANARY),
  ...[CANARY.phone.slice(2), 'Пелагея', 'Канарейка', 'анарейк', 'алахит', 'canary.test'],
  ...tokens,
  ...system.keys.peppers.map(({ secret }) => Buffer.from(secret).toString('base64url')),
]
function expectNone(where: string): void {
  for (const secret of secrets().flatMap(forms)) expect(where).not.toContain(secret)
}

test('the log has none of it, ours and the SDK’s, at the lowest level', () => {
  expect(system.logs.length).toBeGreaterThan(20)
  expectNone(system.logs.join('\n'))
  expectNone(sdkLines.join('\n'))
})

test('the SDK’s line on a step that failed names trace, execution and step as ours do, and has its cause', () => {
  const line = JSON.parse(sdkLines.find((one) => one.includes('Activity failed')) ?? '') as Record<string, unknown>
  for (const name of ['trace.id', 'workflow.id', 'workflow.run_id', 'activity.type', 'activity.attempt'])
    expect(line).toHaveProperty([name], expect.anything())
  expect(line['error']).toMatchObject({ type: expect.any(String), message: expect.any(String) })
})

test.each(ROLES)('metrics of %s have none of it', async (role) => {
  const text = await metricsText(system, role)
  expect(text).toMatch(role === 'api' ? /login_failed"} [1-9]/ : /scenor_deliveries_total\{.* [1-9]/)
  expectNone(text)
})

test('spans have none of it', () => {
  expect(sink.spans.length).toBeGreaterThan(50)
  expectNone(sink.requests.map(({ text }) => text).join('\n'))
})

test('events have none of it', async () => {
  const outboxOf = (db: Kysely<AcceptTables>) => db.selectFrom('outbox').selectAll().execute()
  const rows = await Promise.all(SERVICES.map((service) => outboxOf(system.databases[service])))
  const sent = await system.databases.auth.selectFrom('security_events').selectAll().execute()
  expect(sent.length).toBeGreaterThan(0)
  expectNone(JSON.stringify(rows))
})

test('histories have none of it: what they hold of people is sealed', async () => {
  const said: string[] = []
  const read = (value: unknown): void => {
    if (typeof value === 'string') said.push(value)
    else if (value instanceof Uint8Array) said.push(Buffer.from(value).toString())
    else if (value !== null && typeof value === 'object') Object.values(value).forEach(read)
  }
  const executions = async () => {
    const listed: { readonly workflowId: string; readonly runId: string }[] = []
    for await (const one of system.temporal.workflow.list({ query: `ScenorOwner = '${owner}'` })) listed.push(one)
    return listed
  }
  // Two generations, the registration, a mail or two: the list is made behind what it lists.
  await until(async () => (await executions()).length >= 4)
  for (const { workflowId, runId } of await executions())
    read(await system.temporal.workflow.getHandle(workflowId, runId).fetchHistory())
  expect(said.some((text) => text.includes('generation-'))).toBe(true)
  expectNone(said.join('\n'))
})
