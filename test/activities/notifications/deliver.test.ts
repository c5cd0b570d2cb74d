import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { MockActivityEnvironment } from '@temporalio/testing'
import { DefaultLogger } from '@temporalio/worker'
import { sql } from 'kysely'
import {
  createDeliveryActivities,
  type DeliveryActivities,
  type DeliveryDeps,
} from '../../../activities/notifications/deliver.ts'
import { createNotificationsActivities } from '../../../activities/notifications/index.ts'
import { createMailer } from '../../../notifications/channels/mail.ts'
import { UnknownOutcome } from '../../../notifications/channels/unknown-outcome.ts'
import type { SmsProvider, TextMessage } from '../../../notifications/channels/sms.ts'
import { createPushSender } from '../../../notifications/channels/web-push.ts'
import type { Channel } from '../../../notifications/topics.ts'
import { createMessageBudgets } from '../../../notifications/message-budgets.ts'
import { createUnsubscribeTokens } from '../../../notifications/unsubscribe.ts'
import { signServiceToken } from '../../../internal/token.ts'
import { internalClient } from '../../../workers/services/service.ts'
import { PASSWORD, type Person } from '../../support/http.ts'
import { startMailServer, type MailServer } from '../../support/mail-server.ts'
import { startPushServer } from '../../support/push-server.ts'
import { startSystem, type System } from '../../support/system.ts'
import { proven } from '../../support/verified.ts'

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

const heard: SmsProvider = { send: async (message) => void texts.push(message) }
const silent = new DefaultLogger('ERROR', () => {})
const running = new AbortController().signal
/** As a worker calls them: with the context of an activity. */
const inActivity = <A extends object>(steps: A): A =>
  Object.fromEntries(
    Object.entries(steps).map(([name, run]) => [
      name,
      (step: unknown) =>
        new MockActivityEnvironment({}, { logger: silent }).run(run as (step: unknown) => Promise<unknown>, step),
    ]),
  ) as A

/** @param budgetScale times 20 mails, 5 text messages and 60 pushes an hour */
const activities = (budgetScale = 1_000, sms: SmsProvider = heard): DeliveryActivities =>
  inActivity(createDeliveryActivities(deps(budgetScale, sms)))

const deps = (budgetScale: number, sms: SmsProvider = heard): DeliveryDeps => ({
  db: system.databases.notifications,
  internal: internalClient(system.config, system.keys, 'notifications'),
  mailer: createMailer(
    { SMTP_URL: sink.url, MAIL_FROM: 'robot@scenor.test', publicUrl: system.config.publicUrl },
    running,
    { afterTextMs: 1_000 },
  ),
  sms,
  push: createPushSender(system.keys.vapid, 'https://api.test', service.network),
  tokens: createUnsubscribeTokens([system.keys.unsubscribe[0].secret]),
  publicUrl: system.config.publicUrl,
  appUrl: system.config.appUrl,
  budgets: createMessageBudgets(system.keys.limits[0].secret, budgetScale),
  gatherS: 60,
})
/** In one's own words; of another topic, in those of another backend. */
const tell = async (
  whom: Person,
  title: string,
  channels: Channel[],
  extra: { topic?: string } = {},
): Promise<string> => {
  const body = { user_id: whom.id, topic: 'custom', title, body: 'Текст', channels, ...extra }
  const scope = 'notifications:send'
  const token = extra.topic && (await signServiceToken(system.keys.serviceToken, 'billing', 'notifications', scope))
  const reply = await whom.post('/notifications', body, token ? { token } : {})
  expect(reply.status).toBe(201)
  // It was counted by the system's own budgets; here it is to be by those of the test.
  await sql`delete from outgoing where key like ${`%:${reply.body.id}`}`.execute(system.databases.notifications)
  return reply.body.id
}
const register = async (extra = {}): Promise<Person> => proven(system, await system.api.register(extra))
/** Of the notification that a mail tells of. */
const titleOf = ({ text }: { text: string }) => /^(.*)\r?\n\r?\nТекст/m.exec(text)?.[1]
const statuses = async (whom: Person): Promise<Record<string, [string, number]>> => {
  const { rows } = await sql<{ title: string; channel: string; status: string; attempts: number }>`
    select title, channel, status, attempts from deliveries join notifications on id = notification_id
    where user_id = ${whom.id}`.execute(system.databases.notifications)
  return Object.fromEntries(rows.map((r) => [`${r.title} ${r.channel}`, [r.status, r.attempts]]))
}
const mailsTo = (person: Person) => sink.mails.filter((m) => m.to === person.email)
const reachable = async (phone = '+79161234567'): Promise<Person> => {
  const person = await register({ phone_number: phone })
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
    const person = await register()
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

  test('a browser whose session is over, by whatever way, is told nothing and loses its subscription', async () => {
    const person = await system.api.register()
    await subscribe(person)
    await sql`update sessions set expires_at = clock_timestamp() - interval '1 second' where account_id = ${person.id}`.execute(
      system.databases.auth,
    )
    const login = await system.api.call('POST', '/auth/login', { body: { email: person.email, password: PASSWORD } })
    const again = system.api.as({ ...person, token: login.body.access_token })
    const { id, endpoint } = await subscribe(again)
    const before = service.messages.length
    await push(await tell(again, 'Кому', ['web_push']))
    expect(service.messages.slice(before).map((m) => endpoint.endsWith(m.path))).toEqual([true])
    expect(await subscriptions(person)).toEqual([id])
  })

  test('a browser that is gone loses its subscription, the other one is told', async () => {
    const person = await register()
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
    const person = await register()
    const { id: subscription } = await subscribe(person)
    service.plan({ status: 429, headers: { 'retry-after': '30' } }, { status: 503 }, { status: 500 }, { status: 413 })
    const id = await tell(person, 'Туго', ['web_push'])
    await expect(push(id)).rejects.toMatchObject({ type: 'delivery.later', nextRetryDelay: 30_000 })
    await expect(push(id)).rejects.toThrow('503')
    await expect(push(id)).rejects.toThrow('500')
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

describe('of which nobody knows what became of it', () => {
  const mail = (id: string) => activities().deliver({ notification_id: id, channel: 'email', digest: false })
  const messageId = ({ raw }: { raw: string }) => /^Message-ID: (.*)\r$/m.exec(raw)?.[1]

  test('a mail goes out once more under the same Message-ID, and then counts as perhaps sent', async () => {
    const person = await register()
    const id = await tell(person, 'Кто знает', ['email'])
    sink.plan('take_and_disconnect', 'take_and_say_nothing')
    await expect(mail(id)).rejects.toThrow('ECONNECTION')
    await expect(mail(id)).rejects.toThrow('no answer')
    for (let n = 0; n < 3; n++) await mail(id)
    expect(await statuses(person)).toEqual({ 'Кто знает email': ['perhaps_sent', 2] })
    const mails = mailsTo(person)
    expect(mails.map(messageId)).toEqual([messageId(mails[0]!), messageId(mails[0]!)])
  })

  test('the second time may go well, and a refusal of it is a refusal', async () => {
    const person = await register()
    const [well, badly] = [await tell(person, 'Дошло', ['email']), await tell(person, 'Нет', ['email'])]
    sink.plan('take_and_disconnect')
    await expect(mail(well)).rejects.toThrow('ECONNECTION')
    await mail(well)
    sink.plan('take_and_disconnect', 'refuse')
    await expect(mail(badly)).rejects.toThrow('ECONNECTION')
    await expect(mail(badly)).rejects.toMatchObject({ type: 'delivery.refused' })
    expect(await statuses(person)).toEqual({ 'Дошло email': ['sent', 2], 'Нет email': ['queued', 2] })
  })

  test('what a server says it has not taken is tried as long as it takes', async () => {
    const person = await register()
    const id = await tell(person, 'Потом', ['email'])
    sink.plan('later', 'later', 'later', 'hang_up_early')
    for (let n = 0; n < 4; n++) await expect(mail(id)).rejects.toThrow('did not take it')
    await mail(id)
    expect(await statuses(person)).toEqual({ 'Потом email': ['sent', 5] })
  })

  test('a server that takes its time is waited for', async () => {
    const person = await register()
    const id = await tell(person, 'Медленно', ['email'])
    sink.plan('take_slowly')
    await mail(id)
    expect(await statuses(person)).toEqual({ 'Медленно email': ['sent', 1] })
    expect(mailsTo(person)).toHaveLength(1)
  })

  test('a process that stops waits for so long, and no longer', async () => {
    const stopping = new AbortController()
    const mailer = createMailer(
      { SMTP_URL: sink.url, MAIL_FROM: undefined, publicUrl: 'http://api.test' },
      stopping.signal,
      {
        whenStoppingMs: 100,
      },
    )
    sink.plan('take_and_say_nothing')
    const sent = mailer?.send({ id: 'stopping', address: 'stopping@example.test', subject: 'a', text: 'b', html: 'c' })
    const outcome = expect(sent).rejects.toThrow('no answer')
    await sink.mailTo('stopping@example.test')
    stopping.abort()
    await outcome
  })

  test('a text message, too, goes out twice at most', async () => {
    const person = await reachable('+79161234599')
    const id = await tell(person, 'Смс', ['sms'])
    const lost = { send: () => Promise.reject(new UnknownOutcome('lost')) }
    const step = { notification_id: id, channel: 'sms' as const, digest: false }
    for (let n = 0; n < 2; n++) await expect(activities(1_000, lost).deliver(step)).rejects.toThrow('lost')
    await activities().deliver(step)
    expect(texts).toEqual([])
    expect(await statuses(person)).toEqual({ 'Смс sms': ['perhaps_sent', 2] })
  })
})

describe('the daily digest', () => {
  const daily = async (extra = {}, registered = {}) => {
    const person = await register(registered)
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
      const [, last] = mailsTo(person)
      expect(last && titleOf(last)).toBe('Пароль')
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
    expect(mailsTo(person).map(titleOf)).toEqual(['Да'])
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
    // Nobody is sent a mail for each finished generation unless they ask for it.
    expect(off.toSorted()).toEqual(['custom', 'generation_finished', 'share'])
  })
})

describe('budgets', () => {
  const deliver = (id: string, channel: 'email' | 'sms') =>
    activities(0.1).deliver({ notification_id: id, channel, digest: false })

  test('a person gets so many mails an hour; the next one is suppressed, mandatory ones and other people’s are not', async () => {
    const [person, other] = [await register(), await register()]
    for (const title of ['1', '2']) expect(await deliver(await tell(person, title, ['email']), 'email')).toEqual({})
    const third = await tell(person, '3', ['email'])
    expect(await deliver(third, 'email')).toEqual({})
    expect(await statuses(person)).toMatchObject({ '3 email': ['suppressed', 0] })
    expect(await deliver(await tell(person, 'Важно', ['email'], { topic: 'account' }), 'email')).toEqual({})
    expect(await deliver(await tell(other, '1', ['email']), 'email')).toEqual({})
    // An hour later.
    await sql`update outgoing set created_at = created_at - interval '61 minutes'`.execute(
      system.databases.notifications,
    )
    expect(await deliver(await tell(person, '4', ['email']), 'email')).toEqual({})
    expect(mailsTo(person).map(titleOf)).toEqual(['1', '2', 'Важно', '4'])
  })

  test('each channel has its own: text messages are few', async () => {
    const person = await reachable()
    const ids = [await tell(person, '1', ['sms', 'email']), await tell(person, '2', ['sms', 'email'])]
    expect(await deliver(ids[0] as string, 'sms')).toEqual({})
    expect(await deliver(ids[1] as string, 'sms')).toEqual({})
    expect(await statuses(person)).toMatchObject({ '2 sms': ['suppressed', 0] })
    expect(await deliver(ids[1] as string, 'email')).toEqual({})
    expect(texts).toMatchObject([{ to: '+79161234567', text: 'Scenor: 1. Текст' }])
  })

  test('of many strangers invited at once, as many get a mail as one person may invite, and no restart gives more', async () => {
    const sharer = await register({ locale: 'en' })
    const shares = await Promise.all(
      Array.from({ length: 6 }, async (_, n) => {
        const { id } = (await sharer.post('/scenarios', { title: 'Script', content: 'One.' })).body
        const stranger = { email: `crowd-${n}@example.test`, role: 'viewer' }
        return (await sharer.post(`/scenarios/${id}/share`, stranger)).body.id as string
      }),
    )
    // Each with budgets of its own, as in a process that has just begun.
    const invite = (share_id: string) => {
      const { db, internal, mailer, tokens, budgets } = deps(0.1)
      const shared = { db, internal, mailer, tokens, budgets, sms: undefined }
      const { publicUrl, appUrl } = system.config
      return inActivity(createNotificationsActivities({ ...shared, publicUrl, appUrl })).sendInvitation({ share_id })
    }
    await Promise.all(shares.map(invite))
    for (const share of shares) await invite(share)
    expect(sink.mails.filter((m) => m.to.startsWith('crowd-'))).toHaveLength(2)
    const { rows } = await sql<{ status: string }>`select status from mails where account_id = ${sharer.id}`.execute(
      system.databases.notifications,
    )
    expect(rows.map((r) => r.status).toSorted()).toEqual(['sent', 'sent', ...Array(4).fill('suppressed')])
  })

  test('where there is no room in all, a message waits for its turn, for a day', async () => {
    const db = system.databases.notifications
    const person = await register()
    const id = await tell(person, 'Позже', ['email'], { topic: 'share' })
    // As many as an installation of a hundredth of the usual size sends in an hour.
    await sql`
      insert into outgoing (key, channel, weight, recipient_hash)
      select 'email:many ' || n, 'email', 'everyday', decode(md5(n::text), 'hex') from generate_series(1, 20) n`.execute(
      db,
    )
    const small = () => activities(0.01).deliver({ notification_id: id, channel: 'email', digest: false })
    expect(await small()).toEqual({ wait_ms: 600_000 })
    expect(await statuses(person)).toEqual({ 'Позже email': ['queued', 0] })
    await sql`update notifications set created_at = created_at - interval '25 hours' where id = ${id}`.execute(db)
    expect(await small()).toEqual({})
    expect(await statuses(person)).toEqual({ 'Позже email': ['suppressed', 0] })
    await sql`delete from outgoing where key like 'email:many %'`.execute(db)
  })

  test('a number that is not proven gets nothing', async () => {
    const person = await register({ phone_number: '+79160000000' })
    await deliver(await tell(person, '1', ['sms'], { topic: 'security' }), 'sms')
    expect(texts).toEqual([])
    expect(await statuses(person)).toEqual({ '1 sms': ['suppressed', 0] })
  })
})
