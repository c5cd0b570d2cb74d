import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { TOPICS } from '../../events/catalogue.ts'
import { mailId } from '../../contracts/mail.ts'
import { PASSWORD, type Person } from '../support/http.ts'
import { createRecorder } from '../support/events.ts'
import { startSystem, type System } from '../support/system.ts'
import { until } from '../support/until.ts'

let system: System
let person: Person
const recorder = createRecorder()
beforeAll(async () => {
  // The API cannot reach Temporal: what it accepts is started by the relay, from the rows.
  system = await startSystem({ temporalAddress: '127.0.0.1:9' })
  for (const topic of TOPICS) await system.bus.subscribe({ topic, group: 'traced', ...recorder })
  person = await system.api.register()
})
afterAll(() => system.stop())

const trace = () => randomBytes(16).toString('hex')
const SPAN = '00f067aa0ba902b7'
const eventOf = async (type: string, subject: (data: Record<string, unknown>) => boolean) => {
  const find = () => recorder.events.find((e) => e.type === type && subject(e.data as Record<string, unknown>))
  await recorder.until(() => find() !== undefined)
  return find()
}

test('an event carries the trace of the request that caused it, in a step of its own', async () => {
  const id = trace()
  const reply = await person.post('/scenarios', { title: 'След' }, { headers: { traceparent: `00-${id}-${SPAN}-01` } })
  const event = await eventOf('scenario_created', (d) => d['scenario_id'] === reply.body.id)
  expect(event?.traceparent).toMatch(new RegExp(`^00-${id}-[\\da-f]{16}-01$`))
  expect(event?.traceparent).not.toContain(SPAN)
  expect(event?.correlationid).toBe(reply.headers.get('x-request-id'))
  expect(system.logs.some((line) => line.includes(`"trace.id":"${id}"`))).toBe(true)
})

test.each([
  ['none', undefined],
  ['nonsense', 'x'],
  ['zeros', `00-${'0'.repeat(32)}-${SPAN}-01`],
  ['a version that is forbidden', `ff-${'a'.repeat(32)}-${SPAN}-01`],
])('a request with %s begins a trace', async (_, given) => {
  const reply = await person.post('/scenarios', { title: 'След' }, { headers: given ? { traceparent: given } : {} })
  const event = await eventOf('scenario_created', (d) => d['scenario_id'] === reply.body.id)
  expect(event?.traceparent).toMatch(/^00-(?!0{32}|a{32})[\da-f]{32}-(?!0{16})[\da-f]{16}-00$/)
})

test('the mail of a registration is sent in its trace', async () => {
  const id = trace()
  const { status, body } = await system.api.call('POST', '/auth/register', {
    body: { email: `traced-${id}@example.test`, password: PASSWORD },
    headers: { traceparent: `00-${id}-${SPAN}-01` },
  })
  expect(status).toBe(201)
  const mail = await until(() =>
    system.databases.auth
      .selectFrom('letters')
      .select('id')
      .where('account_id', '=', body.user.id)
      .where('handed_over_at', 'is not', null)
      .executeTakeFirst(),
  )
  const { events } = await system.temporal.workflow.getHandle(mailId(mail.id)).fetchHistory()
  const { header } = events?.[0]?.workflowExecutionStartedEventAttributes ?? {}
  expect(Buffer.from(header?.fields?.['traceparent']?.data ?? []).toString()).toContain(`00-${id}-`)
})

test('a generation that the relay starts goes through three services in one trace, to the person who is told', async () => {
  const id = trace()
  const brief = 'Ролик о чайнике, который поёт. 30 секунд.'
  const accepted = await person.post('/ai/generate', { brief }, { headers: { traceparent: `00-${id}-${SPAN}-01` } })
  expect(accepted.status).toBe(202)
  const started = await eventOf('generation_started', (d) => d['operation_id'] === accepted.body.id)
  const ended = await eventOf('generation_succeeded', (d) => d['operation_id'] === accepted.body.id)
  const { scenario_id } = ended?.data as { scenario_id: string }
  const written = await eventOf('scenario_created', (d) => d['scenario_id'] === scenario_id)
  const told = await eventOf('notification_created', (d) => d['topic'] === 'generation_finished')
  for (const event of [started, ended, written, told]) expect(event?.traceparent).toMatch(new RegExp(`^00-${id}-`))
  // One each: every step has its own.
  expect(new Set([started, ended, written, told].map((e) => e?.traceparent)).size).toBe(4)
})
