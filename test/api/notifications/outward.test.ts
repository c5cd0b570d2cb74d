import { randomUUID } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { mailId } from '../../../contracts/mail.ts'
import { notificationId } from '../../../contracts/notification.ts'
import { TOPIC_NAMES } from '../../../notifications/topics.ts'
import type { Person } from '../../support/http.ts'
import { startMailServer, tokenIn, type MailServer } from '../../support/mail-server.ts'
import { deliveryOf, listWith, statusOf, toOneself } from '../../support/notifications.ts'
import { startSystem, type System } from '../../support/system.ts'
import { until } from '../../support/until.ts'
import { proven } from '../../support/verified.ts'

/** Numbers that a text was paid for. */
const texts: { number: string; text: string }[] = []
let provider: Server
let sink: MailServer
let system: System
let owner: Person
beforeAll(async () => {
  sink = await startMailServer()
  provider = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => (body += String(chunk)))
    request.on('end', () => {
      texts.push(JSON.parse(body) as (typeof texts)[number])
      response.end('{"success": true}')
    })
  })
  await new Promise<void>((done) => provider.listen(0, '127.0.0.1', done))
  const SMS_BASE_URL = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`
  const sms = { SMS_PROVIDER: 'smsaero', SMS_ACCOUNT: 'a', SMS_KEY: 'k', SMS_SENDER: 'Scenor', SMS_BASE_URL }
  // The limits as they are: what a person may cause is told by them.
  system = await startSystem({ env: { SMTP_URL: sink.url, RATE_LIMIT_SCALE: '1', NOTIFY_GATHER_S: '1', ...sms } })
  owner = await register({ full_name: 'Анна', locale: 'ru' })
})
afterAll(async () => {
  await system.stop()
  await sink[Symbol.asyncDispose]()
  provider.closeAllConnections()
  await new Promise((done) => provider.close(done))
})

/** Somebody with a proven address, whose welcome is not under way any more: it would be a mail of its own. */
const register = async (extra: Record<string, unknown> = {}): Promise<Person> => {
  const person = await system.api.register(extra)
  const items = await listWith(person, (all) => all.some((n) => n.topic === 'welcome'))
  const welcome = items.find((n: { topic: string }) => n.topic === 'welcome')
  expect(await statusOf(system, welcome.id)).toBe('suppressed')
  return proven(system, person)
}
const mailsTo = (address: string) => sink.mails.filter((m) => m.to === address)
const stranger = () => `stranger-${randomUUID()}@example.test`
const notify = (by: Person, extra: Record<string, unknown> = {}) => by.post('/notifications', toOneself(by, extra))
const statusesOf = (reply: { body: { deliveries: { channel: string; status: string }[] } }) =>
  Object.fromEntries(reply.body.deliveries.map((d) => [d.channel, d.status]))
const script = async (by: Person, title = 'Чай летом') =>
  (await by.post('/scenarios', { title, content: 'Раз.' })).body.id as string
const share = async (by: Person, id: string, body: Record<string, unknown>) => {
  const reply = await by.post(`/scenarios/${id}/share`, { role: 'viewer', ...body })
  expect(reply.status).toBe(201)
  return reply.body as { id: string; status: string }
}
/** Once the mail of an invitation has been dealt with. */
const dealtWith = async (shareId: string): Promise<string | undefined> => {
  const handle = system.temporal.workflow.getHandle(mailId(shareId))
  await until(() => handle.describe().catch(() => undefined))
  await handle.result()
  const mails = system.databases.notifications.selectFrom('mails').select('status').where('id', '=', shareId)
  return (await mails.executeTakeFirst())?.status
}
/** Follows the link of the mail, signed in. */
const confirm = async (person: Person) => {
  const mail = await sink.mailTo(person.email, 0, /Confirm your address|Подтвердите адрес/)
  expect((await person.post('/auth/verify-email', { token: tokenIn(mail) })).status).toBe(204)
}

describe('a person', () => {
  test.each(TOPIC_NAMES.filter((topic) => topic !== 'custom'))('says nothing under our topic %s', async (topic) => {
    const reply = await notify(owner, { topic, channels: ['in_app', 'email', 'sms'] })
    expect(reply).toMatchObject({ status: 403, body: { code: 'access.denied' } })
  })

  test('gets no mail but the one that proves the address before it is proven', async () => {
    const unproven = await system.api.register({ locale: 'en' })
    const told = await notify(unproven, { channels: ['in_app', 'email', 'sms'] })
    expect(statusesOf(told)).toEqual({ in_app: 'delivered', email: 'suppressed', sms: 'suppressed' })
    // What nobody can switch off neither.
    const changed = { current_password: unproven.password, new_password: 'another Батарея 42 horse' }
    expect((await unproven.post('/auth/password/change', changed)).status).toBe(204)
    const items = await listWith(unproven, (all) => all.some((n) => n.topic === 'security'))
    const { id } = items.find((n: { topic: string }) => n.topic === 'security')
    expect(await statusOf(system, id)).toBe('suppressed')
    await sink.mailTo(unproven.email)
    expect(mailsTo(unproven.email).map((m) => m.subject)).toEqual(['Confirm your address'])
  })

  test('sends forty mails at once: as many go as fit, the others are told as suppressed, now and later', async () => {
    const eager = await register()
    const replies = await Promise.all(Array.from({ length: 40 }, () => notify(eager, { channels: ['email'] })))
    const all = replies.map((reply) => statusesOf(reply)['email'])
    expect(all.filter((status) => status === 'suppressed')).toHaveLength(20)
    for (const { body } of replies.filter((_, n) => all[n] === 'queued'))
      expect(await statusOf(system, body.id)).toBe('sent')
    expect(mailsTo(eager.email).filter((m) => /notification/.test(m.subject))).toHaveLength(20)
    expect(statusesOf(await notify(eager, { channels: ['email', 'in_app'] }))).toEqual({
      email: 'suppressed',
      in_app: 'delivered',
    })
  })

  test('has five texts paid for in an hour, and none to a number that is not proven', async () => {
    const phone_number = '+79161112233'
    const eager = await register({ phone_number })
    expect(statusesOf(await notify(eager, { channels: ['sms'] }))).toEqual({ sms: 'suppressed' })
    await system.databases.users
      .updateTable('profiles')
      .set({ phone_verified_at: new Date() })
      .where('id', '=', eager.id)
      .execute()
    const body = 'Жми https://evil.example/login'
    const replies = await Promise.all(Array.from({ length: 40 }, () => notify(eager, { channels: ['sms'], body })))
    const queued = replies.filter((reply) => statusesOf(reply)['sms'] === 'queued')
    expect(queued).toHaveLength(5)
    for (const { body: sent } of queued) expect(await statusOf(system, sent.id, 'sms')).toBe('sent')
    expect(texts.map(({ number }) => number)).toEqual(Array(5).fill('79161112233'))
    expect(texts[0]?.text).toBe('Scenor: Напоминание. Жми […]')
  })
})

describe('an invitation', () => {
  test('says nobody’s name in its subject, leads nowhere but to us, and hides nothing', async () => {
    const email = stranger()
    const sly = await register({ full_name: 'Scenor\u202e www.evil.example' })
    const id = await script(sly, 'Приз: раураl.com/вход\r\nBcc: victim@example.test')
    await share(sly, id, { email, message: 'Жми ev\u200bil.example или HTTPS:\\\\evil.example, mailto:a@evil.example' })
    const mail = await sink.mailTo(email)
    expect(mail.subject).toBe('You are invited to Scenor')
    expect(mail.raw.split('\r\n\r\n')[0]).not.toMatch(/evil|victim|Bcc:/i)
    const html = mail.text.slice(mail.text.indexOf('<!doctype html>'))
    const links = [...html.matchAll(/(?:https?:|www\.|mailto:|@)[^\s"<>]*/gi)].map(([link]) => link)
    expect(links.filter((link) => !link.startsWith('http://api.test/'))).toEqual([])
    expect(mail.text).not.toMatch(/evil\.example|раураl\.com|victim|\p{Cf}/u)
    expect(mail.text).toContain('“Scenor […]”')
  })

  test('to a stranger who was taken off and put on again is one mail', async () => {
    const email = stranger()
    const id = await script(owner)
    const outcomes: (string | undefined)[] = []
    for (let n = 0; n < 3; n++) {
      const { id: shareId } = await share(owner, id, { email })
      outcomes.push(await dealtWith(shareId))
      expect((await owner.delete(`/scenarios/${id}/shares/${shareId}`)).status).toBe(204)
    }
    // Another spelling of the same mailbox.
    const spelt = email.replace('@', '+again@')
    outcomes.push(await dealtWith((await share(owner, await script(owner), { email: spelt })).id))
    expect(outcomes).toEqual(['sent', 'suppressed', 'suppressed', 'suppressed'])
    expect(sink.mails.filter((m) => [email, spelt].includes(m.to))).toHaveLength(1)
  })

  test('is never sent again to who wants none, whoever invites and however the address is written', async () => {
    const email = stranger()
    await share(owner, await script(owner), { email })
    const mail = await sink.mailTo(email)
    expect(mail.raw).toMatch(/^List-Unsubscribe-Post: List-Unsubscribe=One-Click/m)
    const link = /http:\/\/api\.test\/api\/v1(\/notifications\/unsubscribe\/[\w-]+)/.exec(mail.text)?.[1] ?? ''
    expect(link).not.toContain(email)
    const asked = await system.api.call('GET', link)
    expect(asked.text).toContain('<button')
    const click = () =>
      system.api.call('POST', link, { raw: 'List-Unsubscribe=One-Click', headers: { accept: 'text/html' } })
    expect((await click()).text).toContain('приглашений на этот адрес больше не будет')
    expect((await click()).status).toBe(200)
    const other = await register()
    for (const address of [email, email.toUpperCase(), email.replace('@', '+x@')])
      expect(await dealtWith((await share(other, await script(other), { email: address })).id)).toBe('suppressed')
    expect(mailsTo(email)).toHaveLength(1)
  })
})

describe('because of somebody whose address is not proven', () => {
  test('nothing goes out until it is: then invitation, share and comment do', async () => {
    const newcomer = await system.api.register({ full_name: 'Новичок' })
    const email = stranger()
    const own = await script(newcomer, 'Первый сценарий')
    const invitation = await share(newcomer, own, { email })
    expect(invitation.status).toBe('invited')
    const reader = await register({ locale: 'ru' })
    await share(newcomer, own, { user_id: reader.id })
    const theirs = await script(owner, 'Чужой сценарий')
    await share(owner, theirs, { user_id: newcomer.id, role: 'commenter' })
    expect((await newcomer.post(`/scenarios/${theirs}/comments`, { body: 'Хорошо' })).status).toBe(201)
    // In the app it is told at once.
    const idOf = async (whom: Person, topic: string) =>
      (await listWith(whom, (all) => all.some((n) => n.topic === topic))).find(
        (n: { topic: string }) => n.topic === topic,
      ).id as string
    const [shared, commented] = [await idOf(reader, 'share'), await idOf(owner, 'comment')]
    const waits = async (id: string) => {
      const handle = system.temporal.workflow.getHandle(id)
      await until(async () => {
        const { events = [] } = await handle.fetchHistory().catch(() => ({ events: [] }))
        return events?.some((event) => event.timerStartedEventAttributes)
      })
    }
    for (const id of [mailId(invitation.id), notificationId(shared), notificationId(commented)]) await waits(id)
    expect([await deliveryOf(system, shared), await deliveryOf(system, commented)].map((d) => d.status)).toEqual([
      'queued',
      'queued',
    ])
    const SHARED = /С вами поделились сценарием/
    expect([...mailsTo(email), ...mailsTo(reader.email).filter((m) => SHARED.test(m.subject))]).toEqual([])
    await confirm(newcomer)
    expect((await sink.mailTo(email)).text).toContain('Первый сценарий')
    const mail = await sink.mailTo(reader.email, 0, SHARED)
    // Who and what, asked for when it was sent.
    expect(mail.text).toContain('«Новичок» открывает вам доступ к сценарию «Первый сценарий».')
    expect((await sink.mailTo(owner.email, 0, /Новый комментарий/)).text).toContain('«Чужой сценарий»')
  })
})

test('the mail about a share that was taken back meanwhile is not sent', async () => {
  const reader = await register()
  const id = await script(owner)
  await system.stopWorkers('notifications')
  const { id: shareId } = await share(owner, id, { user_id: reader.id })
  const items = await listWith(reader, (all) => all.some((n) => n.topic === 'share'))
  expect((await owner.delete(`/scenarios/${id}/shares/${shareId}`)).status).toBe(204)
  await system.startWorkers('notifications')
  const { id: told } = items.find((n: { topic: string }) => n.topic === 'share')
  expect(await statusOf(system, told)).toBe('suppressed')
  expect(mailsTo(reader.email).filter((m) => /shared/.test(m.subject))).toEqual([])
})
