import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { sql } from 'kysely'
import { createDeliveryActivities, type DeliveryActivities } from '../../activities/notifications/deliver.ts'
import { createMailer } from '../../activities/notifications/mail.ts'
import type { TextMessage } from '../../activities/notifications/sms.ts'
import { createPushSender } from '../../activities/notifications/web-push.ts'
import type { Channel } from '../../db/notifications/schema.ts'
import { createUnsubscribeTokens } from '../../notifications/unsubscribe.ts'
import { internalClient } from '../../workers/services.ts'
import type { Person } from '../support/http.ts'
import { startMailServer, type MailServer } from '../support/mail-server.ts'
import { startPushServer } from '../support/push-server.ts'
import { startSystem, type System } from '../support/system.ts'

/** The steps of the workflow, called as it calls them; nothing else delivers here. */
let system: System
let sink: MailServer
let service: Awaited<ReturnType<typeof startPushServer>>
const texts: TextMessage[] = []
beforeAll(async () => {
  sink = await startMailServer()
  service = await startPushServer()
  system = await startSystem({ workers: ['auth', 'users'], relays: false })
})
afterAll(async () => {
  await system.stop()
  await service.stop()
  await sink[Symbol.asyncDispose]()
})
beforeEach(() => void (texts.length = 0))

/** @param limitScale times 20 mails, 5 text messages and 60 pushes an hour */
const activities = (limitScale = 1_000): DeliveryActivities =>
  createDeliveryActivities({
    db: system.databases.notifications,
    internal: internalClient(system.config, system.keys, 'notifications'),
    mailer: createMailer({ SMTP_URL: sink.url, MAIL_FROM: 'robot@scenor.test', publicUrl: system.config.publicUrl }),
    sms: { send: async (message) => void texts.push(message) },
    push: createPushSender(system.keys.vapid, 'https://api.test', service.network),
    tokens: createUnsubscribeTokens(system.keys.pepper.secret),
    publicUrl: system.config.publicUrl,
    limitScale,
  })
const tell = async (whom: Person, title: string, channels: Channel[], extra = {}): Promise<string> => {
  const body = { user_id: whom.id, topic: 'custom', title, body: 'Текст', channels, ...extra }
  const reply = await whom.post('/notifications', body)
  expect(reply.status).toBe(201)
  return reply.body.id
}
const statuses = async (whom: Person): Promise<Record<string, [string, number]>> => {
  const { rows } = await sql<{ title: string; channel: string; status: string; attempts: number }>`
    select title, channel, status, attempts from deliveries join notifications on id = notification_id
    where user_id = ${whom.id}`.execute(system.databases.notifications)
  return Object.fromEntries(rows.map((r) => [`${r.title} ${r.channel}`, [r.status, r.attempts]]))
}
const mailsTo = (person: Person) => sink.mails.filter((m) => m.to === person.email)
const proven = async (phone = '+79161234567'): Promise<Person> => {
  const person = await system.api.register({ phone_number: phone })
  await sql`update profiles set phone_verified_at = clock_timestamp() where id = ${person.id}`.execute(
    system.databases.users,
  )
  return person
}

describe('web push', () => {
  const push = (id: string) => activities().deliver({ notification_id: id, channel: 'web_push', digest: false })
  const subscribe = async (whom: Person) => {
    const browser = service.subscribe()
    const reply = await whom.post('/notifications/push-subscriptions', browser.subscription)
    expect(reply.status).toBe(201)
    return { ...browser, id: reply.body.id as string }
  }
  const subscriptions = async (whom: Person) =>
    (
      await system.databases.notifications
        .selectFrom('push_subscriptions')
        .select('id')
        .where('user_id', '=', whom.id)
        .execute()
    ).map((row) => row.id)

  test('reaches every browser of the person, in the words of the notification', async () => {
    const person = await system.api.register()
    const browsers = [await subscribe(person), await subscribe(person)]
    const before = service.messages.length
    await push(await tell(person, 'Готово', ['web_push']))
    const read = service.messages.slice(before).map((m) => {
      const browser = browsers.find((b) => b.endpoint.endsWith(m.path))
      return browser?.read(m)
    })
    expect(read).toEqual(Array(2).fill({ title: 'Готово', body: 'Текст' }))
    expect(await statuses(person)).toEqual({ 'Готово web_push': ['sent', 1] })
  })

  test('a browser that is gone loses its subscription, the other one is told', async () => {
    const person = await system.api.register()
    const browsers = [await subscribe(person), await subscribe(person)]
    service.plan({ status: 410 })
    await push(await tell(person, 'Раз', ['web_push']))
    expect(await statuses(person)).toEqual({ 'Раз web_push': ['sent', 1] })
    const [left, ...none] = await subscriptions(person)
    expect(none).toEqual([])
    expect(browsers.map((b) => b.id)).toContain(left)
    service.plan({ status: 404 })
    await push(await tell(person, 'Два', ['web_push']))
    expect(await subscriptions(person)).toEqual([])
    expect(await statuses(person)).toMatchObject({ 'Два web_push': ['suppressed', 1] })
    await push(await tell(person, 'Три', ['web_push']))
    expect(await statuses(person)).toMatchObject({ 'Три web_push': ['not_configured', 0] })
  })

  test('too busy: again when the service says; refused: never again; away: again by back-off, the subscription stays', async () => {
    const person = await system.api.register()
    const { id: subscription } = await subscribe(person)
    service.plan({ status: 429, headers: { 'retry-after': '30' } }, { status: 500 }, 'hang_up', { status: 413 })
    const id = await tell(person, 'Туго', ['web_push'])
    await expect(push(id)).rejects.toMatchObject({ type: 'delivery.later', nextRetryDelay: 30_000 })
    await expect(push(id)).rejects.toThrow('500')
    await expect(push(id)).rejects.toThrow('ECONNRESET')
    await expect(push(id)).rejects.toMatchObject({ type: 'delivery.refused', nonRetryable: true })
    expect(await statuses(person)).toEqual({ 'Туго web_push': ['queued', 4] })
    expect(await subscriptions(person)).toEqual([subscription])
    await activities().giveUpDelivery({ notification_id: id, channel: 'web_push' })
    expect(await statuses(person)).toEqual({ 'Туго web_push': ['failed', 4] })
    // What has ended is left alone.
    const before = service.messages.length
    await push(id)
    expect(service.messages).toHaveLength(before)
  })
})

describe('the daily digest', () => {
  const daily = async (extra = {}, registered = {}) => {
    const person = await system.api.register(registered)
    expect((await person.put('/notifications/preferences', { digest: 'daily', ...extra })).status).toBe(200)
    return person
  }
  const plan = async (id: string) => (await activities().planDeliveries({ notification_id: id }))[0]
  const digest = (id: string) => activities().deliver({ notification_id: id, channel: 'email', digest: true })
  const clockAt = (timeZone: string, ms: number) =>
    new Date(Date.now() + ms).toLocaleTimeString('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' })

  test('waits for nine in the person’s zone; what is mandatory and other channels do not wait', async () => {
    const person = await daily()
    const timezone = 'Asia/Vladivostok'
    expect((await person.put(`/users/${person.id}`, { timezone })).status).toBe(200)
    const step = await plan(await tell(person, 'Позже', ['email']))
    expect(step).toMatchObject({ channel: 'email', digest: true })
    expect(clockAt(timezone, step?.wait_ms ?? 0)).toBe('09:00')
    expect(await plan(await tell(person, 'Сейчас', ['sms']))).toMatchObject({ wait_ms: 0, digest: false })
    const urgent = await tell(person, 'Срочно', ['email'], { topic: 'security' })
    expect(await plan(urgent)).toEqual({ channel: 'email', wait_ms: 0, digest: false })
  })

  test('is one mail for all, with the right plural, however many workflows wake at nine', async () => {
    for (const [locale, count, subject] of [
      ['ru', 2, '2 уведомления'],
      ['ru', 5, '5 уведомлений'],
      ['ru', 21, '21 уведомление'],
      ['en', 2, '2 notifications'],
    ] as const) {
      const person = await daily({}, { locale })
      const ids: string[] = []
      for (let n = 1; n <= count; n++) ids.push(await tell(person, `№${n}`, ['email']))
      const urgent = await tell(person, 'Пароль', ['email'], { topic: 'security' })
      await Promise.all(ids.map(digest))
      const mails = mailsTo(person)
      expect(mails.map((m) => m.subject)).toEqual([subject])
      for (let n = 1; n <= count; n++) expect(mails[0]?.text).toContain(`№${n}. Текст`)
      // In the order in which they came.
      expect(mails[0]?.text.indexOf('№1. ')).toBeLessThan(mails[0]?.text.indexOf('№2. ') ?? -1)
      const all = await statuses(person)
      expect(all[`№${count} email`]).toEqual(['sent', 1])
      expect(all['Пароль email']).toEqual(['queued', 0])
      await Promise.all(ids.map(digest))
      await activities().deliver({ notification_id: urgent, channel: 'email', digest: false })
      expect(mailsTo(person).map((m) => m.subject)).toEqual([subject, 'Пароль'])
    }
  })

  test('a mail server that is away gets the same digest again; given up, all of it has failed', async () => {
    const person = await daily()
    const ids = [await tell(person, 'А', ['email']), await tell(person, 'Б', ['email'])]
    sink.plan('later')
    await expect(digest(ids[0] as string)).rejects.toThrow('451')
    // Told meanwhile: it goes with the next one.
    const next = await tell(person, 'В', ['email'])
    await digest(ids[1] as string)
    expect(mailsTo(person)).toHaveLength(0)
    await digest(ids[0] as string)
    expect(mailsTo(person).map((m) => m.subject)).toEqual(['2 notifications'])
    expect(await statuses(person)).toEqual({ 'А email': ['sent', 2], 'Б email': ['sent', 2], 'В email': ['queued', 0] })
    sink.plan('later')
    const last = await tell(person, 'Г', ['email'])
    await expect(digest(next)).rejects.toThrow('451')
    await activities().giveUpDelivery({ notification_id: next, channel: 'email' })
    await digest(last)
    expect(mailsTo(person)).toHaveLength(1)
    expect(await statuses(person)).toMatchObject({ 'В email': ['failed', 1], 'Г email': ['failed', 1] })
  })

  test('a topic that is switched off while it waits is left out', async () => {
    const person = await daily()
    const [kept, dropped] = [
      await tell(person, 'Да', ['email'], { topic: 'share' }),
      await tell(person, 'Нет', ['email']),
    ]
    const off = { digest: 'daily', topics: { custom: { email: false } } }
    expect((await person.put('/notifications/preferences', off)).status).toBe(200)
    await digest(kept)
    await digest(dropped)
    expect(mailsTo(person).map((m) => m.subject)).toEqual(['Да'])
    expect(await statuses(person)).toMatchObject({ 'Нет email': ['suppressed', 0] })
  })

  test('one click stops mails about all that the digest told of', async () => {
    const person = await daily()
    const ids = [await tell(person, 'А', ['email'], { topic: 'share' }), await tell(person, 'Б', ['email'])]
    await digest(ids[1] as string)
    const link = /unsubscribe\/([\w-]+)/.exec(mailsTo(person)[0]?.text ?? '')?.[1]
    expect((await system.api.call('POST', `/notifications/unsubscribe/${link}`)).status).toBe(204)
    const { topics } = (await person.get('/notifications/preferences')).body
    const off = Object.entries(topics as Record<string, { email: boolean }>).flatMap(([t, on]) => (on.email ? [] : [t]))
    // Nobody is sent a mail for each finished generation unless he asks for it.
    expect(off.toSorted()).toEqual(['custom', 'generation_finished', 'share'])
  })
})

describe('limits', () => {
  const deliver = (id: string, channel: 'email' | 'sms') =>
    activities(0.1).deliver({ notification_id: id, channel, digest: false })
  const TEN_MINUTES = { wait_ms: 600_000 }

  test('a person gets so many mails an hour; the next one waits, mandatory ones and other people do not', async () => {
    const [person, other] = [await system.api.register(), await system.api.register()]
    for (const title of ['1', '2']) expect(await deliver(await tell(person, title, ['email']), 'email')).toEqual({})
    const third = await tell(person, '3', ['email'])
    expect(await deliver(third, 'email')).toEqual(TEN_MINUTES)
    expect(await statuses(person)).toMatchObject({ '3 email': ['queued', 0] })
    expect(await deliver(await tell(person, 'Важно', ['email'], { topic: 'account' }), 'email')).toEqual({})
    expect(await deliver(await tell(other, '1', ['email']), 'email')).toEqual({})
    // An hour later.
    await sql`update deliveries set updated_at = updated_at - interval '61 minutes' where status = 'sent'`.execute(
      system.databases.notifications,
    )
    expect(await deliver(third, 'email')).toEqual({})
    expect(mailsTo(person).map((m) => m.subject)).toEqual(['1', '2', 'Важно', '3'])
  })

  test('each channel has its own: text messages are few', async () => {
    const person = await proven()
    const ids = [await tell(person, '1', ['sms', 'email']), await tell(person, '2', ['sms', 'email'])]
    expect(await deliver(ids[0] as string, 'sms')).toEqual({})
    expect(await deliver(ids[1] as string, 'sms')).toEqual(TEN_MINUTES)
    expect(await deliver(ids[1] as string, 'email')).toEqual({})
    expect(texts).toMatchObject([{ to: '+79161234567', text: 'Scenor: 1. Текст' }])
  })

  test('a number that is not proven gets nothing', async () => {
    const person = await system.api.register({ phone_number: '+79160000000' })
    await deliver(await tell(person, '1', ['sms']), 'sms')
    expect(texts).toEqual([])
    expect(await statuses(person)).toEqual({ '1 sms': ['suppressed', 0] })
  })
})
