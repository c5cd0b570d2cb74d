import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { sql } from 'kysely'
import { v7 as uuidv7 } from 'uuid'
import { listDeadLetters, removeDeadLetter, wantReplay } from '../../../db/inbox/dead-letters.ts'
import { dataSchema, type Envelope } from '../../../events/envelope.ts'
import type { Channel } from '../../../notifications/topics.ts'
import type { Person } from '../../support/http.ts'
import { startMailServer, type MailServer } from '../../support/mail-server.ts'
import { deliveryOf, listWith, statusOf, toOneself } from '../../support/notifications.ts'
import { startSystem, type System } from '../../support/system.ts'
import { proven } from '../../support/verified.ts'
import { until } from '../../support/until.ts'

let sink: MailServer
let system: System
beforeAll(async () => {
  sink = await startMailServer()
  system = await startSystem({
    env: { SMTP_URL: sink.url, MAIL_FROM: 'Scenor <robot@scenor.test>', NOTIFY_GIVE_UP_S: '6', NOTIFY_GATHER_S: '1' },
  })
})
afterAll(async () => {
  await system.stop()
  await sink[Symbol.asyncDispose]()
})

const notify = (person: Person, extra: Record<string, unknown> = {}) =>
  person.post('/notifications', toOneself(person, { channels: ['email'], ...extra }))
/** Whose subject, or words, are such. */
const mailsTo = (person: Person, words: RegExp) =>
  sink.mails.filter((m) => m.to === person.email && (words.test(m.subject) || words.test(m.text)))
/** Somebody with a proven address, whose welcome is not under way any more: what a test plans for the server is for its own mails. */
const register = async (extra = {}): Promise<Person> => {
  const person = await system.api.register(extra)
  const items = await listWith(person, (all) => all.some((n) => n.topic === 'welcome'))
  const welcome = items.find((n: { topic: string }) => n.topic === 'welcome')
  await ended(welcome.id, 'suppressed')
  return proven(system, person)
}
const ended = async (id: string, status: string, channel: Channel = 'email') =>
  expect(await statusOf(system, id, channel)).toBe(status)
const event = (type: string, data: Record<string, unknown>, key: string): Envelope => ({
  specversion: '1.0',
  id: uuidv7(),
  source: '/services/ai',
  type,
  subject: key,
  time: new Date().toISOString(),
  datacontenttype: 'application/json',
  dataschema: dataSchema(type, 1),
  partitionkey: key,
  data,
})

test('a mail arrives in text and HTML, escaped, none of a person’s words in a header, with one click to stop it', async () => {
  const person = await register({ locale: 'ru' })
  const title = 'Счёт <b>&"\r\nBcc: victim@example.test\r\n\r\n<script>alert(1)</script>'
  const reply = await notify(person, { title, body: '<img src=x onerror=alert(1)>' })
  expect(reply.status).toBe(201)
  await until(() => mailsTo(person, /Счёт/).length > 0)
  const [mail] = mailsTo(person, /Счёт/)
  expect(mail?.subject).toBe('Уведомление Scenor')
  expect(mail?.text).toContain('Счёт <b>&" Bcc: […] <script>alert(1)</script>')
  expect(mail?.raw.split('\r\n\r\n')[0]).not.toMatch(/victim|Счёт|script/)
  expect(mail?.raw.split('\r\n\r\n')[0]).not.toMatch(/^Bcc:/im)
  expect(mail?.text).toContain('&#60;img src=x')
  expect(mail?.text.slice(mail.text.indexOf('<!doctype html>'))).not.toMatch(/<img|<script/)
  expect(mail?.raw).toMatch(/^List-Unsubscribe-Post: List-Unsubscribe=One-Click/m)
  expect(mail?.raw).toMatch(/^From: Scenor <robot@scenor\.test>/m)
  await ended(reply.body.id, 'sent')
})

const wantMailOfGenerations = async (person: Person) => {
  const generation_finished = { in_app: true, email: true, sms: false, web_push: false }
  const wished = await person.put('/notifications/preferences', { topics: { generation_finished } })
  expect(wished.status).toBe(200)
}

test('a mail about a script leads to it, in the reader’s language; the lines of a text stay lines', async () => {
  const person = await register({ locale: 'ru' })
  await wantMailOfGenerations(person)
  const [operation_id, scenario_id] = [`generation-${randomUUID()}`, randomUUID()]
  const data = { operation_id, owner_id: person.id, scenario_id, version: 1 }
  await system.bus.publish('ai_events', [event('generation_succeeded', data, operation_id)])
  await until(() => mailsTo(person, /Сценарий готов/).length > 0)
  const [mail] = mailsTo(person, /Сценарий готов/)
  const url = `http://api.test/scenarios/${scenario_id}`
  expect(mail?.text).toContain(`Открыть сценарий: ${url}`)
  expect(mail?.text).toContain(`<a href="${url}"`)
  expect(mail?.text).toContain('<html lang="ru">')
  await notify(person, { title: 'Строки', body: 'Раз\nдва\n\nтри' })
  await until(() => mailsTo(person, /Строки/).length > 0)
  expect(mailsTo(person, /Строки/)[0]?.text).toMatch(/<p>Раз<br>\s*два<\/p>\s*<p>три<\/p>/)
})

test('a server that puts off is asked again; one that refuses for good is not; one that stays away ends as failed', async () => {
  const person = await register()
  await until(() => mailsTo(person, /Confirm/).length > 0)
  sink.plan('later', 'disconnect')
  const late = await notify(person, { title: 'Late' })
  await ended(late.body.id, 'sent')
  expect((await deliveryOf(system, late.body.id)).attempts).toBe(3)
  sink.plan('refuse')
  const refused = await notify(person, { title: 'Refused' })
  await ended(refused.body.id, 'failed')
  expect((await deliveryOf(system, refused.body.id)).attempts).toBe(1)
  // At 0, 1 and 3 s; the next would come after the 6 s for which it is tried.
  sink.plan('later', 'later', 'later')
  const away = await notify(person, { title: 'Away' })
  await ended(away.body.id, 'failed')
  expect(mailsTo(person, /Late/)).toHaveLength(1)
  expect(mailsTo(person, /Refused|Away/)).toHaveLength(0)
})

test('an event that comes three times is told once, in the list and by mail', async () => {
  const person = await register()
  const operation_id = `generation-${randomUUID()}`
  const same = event('generation_failed', { operation_id, owner_id: person.id, code: 'ai.timeout' }, operation_id)
  await system.bus.publish('ai_events', [same])
  await until(() => mailsTo(person, /could not be written/).length > 0)
  await republish(same)
  await republish(same)
  const last = await notify(person, { title: 'Last' })
  await ended(last.body.id, 'sent')
  const { items } = (await person.get('/notifications?limit=100')).body
  expect(items.filter((n: { topic: string }) => n.topic === 'generation_failed')).toHaveLength(1)
  expect(mailsTo(person, /could not be written/)).toHaveLength(1)
})

test('events of a key that come again out of order tell nothing again', async () => {
  const person = await register()
  await wantMailOfGenerations(person)
  const operation_id = `generation-${randomUUID()}`
  const failed = event('generation_failed', { operation_id, owner_id: person.id, code: 'ai.timeout' }, operation_id)
  const done = { operation_id, owner_id: person.id, scenario_id: randomUUID(), version: 1 }
  const succeeded = event('generation_succeeded', done, operation_id)
  await system.bus.publish('ai_events', [failed, succeeded])
  await until(() => mailsTo(person, /is ready/).length > 0)
  for (const again of [succeeded, failed, failed, succeeded]) await republish(again)
  const last = await notify(person, { title: 'Last' })
  await ended(last.body.id, 'sent')
  const { items } = (await person.get('/notifications?limit=100')).body
  const topics = items.map((n: { topic: string }) => n.topic).filter((t: string) => t.startsWith('generation'))
  expect(topics.toSorted()).toEqual(['generation_failed', 'generation_finished'])
  expect([mailsTo(person, /is ready/), mailsTo(person, /could not be written/)].map((m) => m.length)).toEqual([1, 1])
})

/** The same event again, as a bus delivers that does not know ids: behind the bus's own dedupe. */
async function republish(again: Envelope): Promise<void> {
  const { handleEvent } = await import('../../../commands/notifications.ts')
  await handleEvent(system.databases.notifications, again, async () => undefined)
}

test('unknown types, versions and data go to the dead letters; a replay handles what can be handled by then', async () => {
  const person = await register()
  const db = system.databases.notifications
  const before = (await listDeadLetters(db, 100)).length
  const key = `generation-${randomUUID()}`
  const good = event(
    'generation_succeeded',
    { operation_id: key, owner_id: person.id, scenario_id: randomUUID(), version: 1 },
    key,
  )
  const bad = [
    { ...good, id: uuidv7(), dataschema: dataSchema('generation_succeeded', 9) },
    { ...good, id: uuidv7(), data: { owner_id: person.id } },
    { ...good, id: uuidv7(), data: { ...(good.data as object), email: 'a@example.test' } },
  ]
  // No publisher of ours knows its type: straight into the log.
  const stranger = { ...good, id: uuidv7(), type: 'generation_exploded' }
  await sql`insert into bus.log (topic, id, key, body) values ('ai_events', ${stranger.id}, ${key}, ${JSON.stringify(stranger)})`.execute(
    db,
  )
  await until(async () => (await listDeadLetters(db, 100)).length === before + 1)
  const [unknown] = (await listDeadLetters(db, 100)).slice(before)
  expect(unknown).toMatchObject({ reason: expect.stringMatching(/type that is not in the catalogue/), tries: 1 })
  await removeDeadLetter(db, unknown?.id ?? '')
  await system.bus.publish('ai_events', [...bad, good])
  await until(async () => (await listDeadLetters(db, 100)).length === before + 3)
  const deadLetters = (await listDeadLetters(db, 100)).slice(before)
  expect(deadLetters.map((l) => l.reason)).toEqual([
    expect.stringMatching(/version/),
    expect.stringMatching(/schema/),
    expect.stringMatching(/schema/),
  ])
  expect(JSON.stringify(deadLetters.map((l) => l.reason))).not.toContain('@')
  // The good one behind them was not held up.
  const told = async () =>
    (await person.get('/notifications?limit=100')).body.items.filter(
      (n: { topic: string }) => n.topic === 'generation_finished',
    ).length
  await until(async () => (await told()) === 1)
  // As after an upgrade that knows the version: what was kept is handled now.
  await db
    .updateTable('dead_letters')
    .set({ body: JSON.stringify({ ...bad[0], dataschema: good.dataschema }) })
    .where('id', '=', deadLetters[0]?.id ?? '')
    .execute()
  expect(await wantReplay(db)).toBeGreaterThanOrEqual(3)
  await until(async () => (await told()) === 2)
  await until(async () => (await listDeadLetters(db, 100)).filter((l) => l.replay_wanted_at).length === 0)
  expect((await listDeadLetters(db, 100)).length).toBe(before + 2)
})

test('quiet hours put mails off, not what stands in the list; security is told at any hour', async () => {
  const person = await register()
  const clock = (shift: number) => new Date(Date.now() + shift * 3_600_000).toISOString().slice(11, 16)
  const quiet_hours = { start: clock(-1), end: clock(2), timezone: 'UTC' }
  expect((await person.put('/notifications/preferences', { quiet_hours })).status).toBe(200)
  const put = await notify(person, { title: 'Later', channels: ['in_app', 'email'] })
  expect(put.body.deliveries[0]).toMatchObject({ channel: 'in_app', status: 'delivered' })
  await system.bus.publish('user_events', [event('user_password_changed', { user_id: person.id }, person.id)])
  await until(() => mailsTo(person, /password was changed/).length > 0)
  expect((await deliveryOf(system, put.body.id)).status).toBe('queued')
  expect(mailsTo(person, /Later/)).toHaveLength(0)
})

test('without a provider or a subscription the other channels say so', async () => {
  const person = await register()
  const told = await notify(person, { channels: ['sms', 'web_push'] })
  await ended(told.body.id, 'not_configured', 'sms')
  await ended(told.body.id, 'not_configured', 'web_push')
})

test('forty comments are one mail', async () => {
  const author = await register({ locale: 'ru' })
  const critic = await register()
  const { id } = (await author.post('/scenarios', { title: 'Обсуждаемый сценарий', content: 'Раз.' })).body
  expect((await author.post(`/scenarios/${id}/share`, { user_id: critic.id, role: 'commenter' })).status).toBe(201)
  // All are there before any workflow looks how long to wait.
  await system.stopWorkers('notifications')
  for (let n = 0; n < 40; n++)
    expect((await critic.post(`/scenarios/${id}/comments`, { body: `№ ${n}` })).status).toBe(201)
  const items = await listWith(author, (all) => all.filter((n) => n.topic === 'comment').length === 40)
  await system.startWorkers('notifications')
  const comments = items.filter((n: { topic: string }) => n.topic === 'comment')
  for (const { id: told } of comments) expect(await statusOf(system, told)).toBe('sent')
  const mails = mailsTo(author, /комментари/)
  expect(mails.map((m) => m.subject)).toEqual(['40 новых комментариев'])
  expect(mails[0]?.text).toContain('«Обсуждаемый сценарий»: 40 новых комментариев.')
  expect(mails[0]?.text).toContain(`http://api.test/scenarios/${id}`)
})
