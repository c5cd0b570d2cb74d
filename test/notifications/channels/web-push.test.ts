import { lookup } from 'node:dns'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { UnknownOutcome } from '../../../notifications/channels/unknown-outcome.ts'
import { TryLater } from '../../../notifications/channels/try-later.ts'
import {
  createPushSender,
  PushRefused,
  pushSubject,
  SubscriptionGone,
  type PushNetwork,
} from '../../../notifications/channels/web-push.ts'
import { loadConfig } from '../../../config.ts'
import { loadKeys, type Keys } from '../../../keys/keys.ts'
import { newVapid, parseVapid } from '../../../keys/rings.ts'
import { isPublicAddress } from '../../../network/public-address.ts'
import { startPushServer, vapidClaims, type Browser } from '../../support/push-server.ts'

let service: Awaited<ReturnType<typeof startPushServer>>
let keys: Keys
let folder: string
const load = () => loadKeys(loadConfig({ DATA_DIR: folder }))
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'scenor-push-'))
  keys = await load()
  service = await startPushServer()
})
afterAll(async () => {
  await service.stop()
  await rm(folder, { recursive: true })
})
beforeEach(() => void (service.messages.length = 0))

const MESSAGE = { id: '01-93', title: 'Сценарий готов', body: 'Его можно читать 🎬' }
const send = (browser: Browser, network: PushNetwork = service.network, message = MESSAGE, vapid = keys.vapid) =>
  createPushSender(
    vapid,
    'https://api.test',
    network,
  )(
    {
      id: '0',
      user_id: '0',
      session_id: null,
      endpoint: browser.endpoint,
      ...browser.subscription.keys,
      created_at: new Date(),
    },
    message,
  )
const failure = (...of: Parameters<typeof send>) =>
  send(...of).then(
    () => undefined,
    (error: Error) => {
      // Neither what the service says nor where it is.
      expect(error.message).not.toMatch(/quotes|example/)
      return error
    },
  )

test('the browser alone can read it, and the service sees who sends', async () => {
  const browser = service.subscribe()
  await send(browser)
  const [message] = service.messages
  if (!message) throw new Error('nothing came')
  expect(message.body.toString('latin1')).not.toContain('title')
  expect(browser.read(message)).toEqual({ title: MESSAGE.title, body: MESSAGE.body })
  expect(() => service.subscribe().read(message)).toThrow()
  expect(message.headers).toMatchObject({ topic: '0193', ttl: '86400', 'content-encoding': 'aes128gcm' })
  const claims = await vapidClaims(message, keys.vapid[0].public)
  expect(claims).toMatchObject({ sub: 'https://api.test', aud: new URL(browser.endpoint).origin })
})

test.each([
  [{ PUBLIC_URL: 'https://api.test' }, 'https://api.test'],
  [{ PUBLIC_URL: 'http://localhost:3000', MAIL_FROM: 'Scenor <robot@scenor.test>' }, 'mailto:robot@scenor.test'],
  [{ PUBLIC_URL: 'http://localhost:3000' }, 'mailto:no-reply@scenor.invalid'],
])('the subject is one that push services take: %j', async (env, subject) => {
  const config = loadConfig({ DATA_DIR: folder, ...env })
  const browser = service.subscribe()
  const target = {
    id: '0',
    user_id: '0',
    ...browser.subscription.keys,
    session_id: null,
    endpoint: browser.endpoint,
    created_at: new Date(),
  }
  await createPushSender(keys.vapid, pushSubject(config), service.network)(target, MESSAGE)
  const [message] = service.messages
  expect(message && (await vapidClaims(message, keys.vapid[0].public)).sub).toBe(subject)
})

test('the longest title and text fit into what push services take', async () => {
  const browser = service.subscribe()
  await send(browser, service.network, { id: 'n1', title: '😀'.repeat(200), body: '😀'.repeat(5_000) })
  const [message] = service.messages
  expect(message?.body.length).toBeLessThan(4_096)
  expect(message && browser.read(message).body).toBe('😀'.repeat(300))
})

test.each([404, 410])('%s: the browser has unsubscribed', async (status) => {
  service.plan({ status })
  expect(await failure(service.subscribe())).toBeInstanceOf(SubscriptionGone)
})

test.each([400, 401, 403, 413, 301])('%s: it will never be taken', async (status) => {
  service.plan({ status, headers: { location: 'https://elsewhere.example.test/' } })
  expect(await failure(service.subscribe())).toBeInstanceOf(PushRefused)
  expect(service.messages).toHaveLength(1)
})

test('429 and 503 say when to come again; other faults of the service leave open whether it has it', async () => {
  service.plan({ status: 429, headers: { 'retry-after': '7' } }, { status: 503 }, { status: 500 }, 'hang_up')
  expect(await failure(service.subscribe())).toMatchObject({ name: 'TryLater', afterMs: 7_000 })
  const silent = await failure(service.subscribe())
  expect(silent).toBeInstanceOf(TryLater)
  expect(silent).toMatchObject({ afterMs: undefined })
  for (const what of [/500/, /ECONNRESET/]) {
    const error = await failure(service.subscribe())
    expect(error).toBeInstanceOf(UnknownOutcome)
    expect(error?.message).toMatch(what)
  }
})

test('a service that never answers is left; one that never stops answering is not listened to', async () => {
  service.plan('hang', 'endless')
  expect((await failure(service.subscribe(), { ...service.network, timeLimitMs: 300 }))?.message).toMatch(/in time/)
  await send(service.subscribe())
})

test('a service is called by few at a time, and those that wait have their time still', async () => {
  service.plan(...Array<'hang'>(20).fill('hang'))
  const sender = createPushSender(keys.vapid, 'https://api.test', { ...service.network, timeLimitMs: 1_000 })
  const before = service.connections()
  const outcomes = await Promise.allSettled(
    Array.from({ length: 20 }, () => {
      const { endpoint, subscription } = service.subscribe()
      const whose = { id: '0', user_id: '0', session_id: null, created_at: new Date() }
      return sender({ ...whose, endpoint, ...subscription.keys }, MESSAGE)
    }),
  )
  expect(outcomes.map((o) => o.status)).toEqual(Array(20).fill('rejected'))
  expect(service.connections() - before).toBe(20)
  // Ten; a connection that was left may be seen to close a little later.
  expect(service.mostAtOnce()).toBeLessThan(16)
})

test.each([
  ['127.0.0.1', 4],
  ['10.1.2.3', 4],
  ['169.254.169.254', 4],
  ['192.168.0.1', 4],
  ['100.64.0.1', 4],
  ['::1', 6],
  ['::ffff:127.0.0.1', 6],
  ['::ffff:10.0.0.1', 6],
  ['fd00::1', 6],
  ['fe80::1', 6],
])('a public name that leads to %s when it is called is refused before a connection', async (address, family) => {
  const resolve = ((_name: string, _options: unknown, callback: (...all: unknown[]) => void) =>
    callback(null, [
      { address: '93.184.215.14', family: 4 },
      { address, family },
    ])) as unknown as typeof lookup
  const before = service.connections()
  const error = await failure(service.subscribe(), { ...service.network, resolve, isPublic: isPublicAddress })
  expect(error).toBeInstanceOf(SubscriptionGone)
  expect(service.connections()).toBe(before)
})

test('what the resolver of the machine says is judged', async () => {
  const before = service.connections()
  const resolve = ((_name: string, options: never, callback: never) =>
    lookup('localhost', options, callback)) as unknown as typeof lookup
  const error = await failure(service.subscribe(), { ca: service.network.ca, resolve })
  expect(error).toBeInstanceOf(SubscriptionGone)
  expect(service.connections()).toBe(before)
})

test.each([400, 401, 403])(
  'a browser that subscribed with the key before (%i for the new one) is told with that',
  async (status) => {
    const [older, newer] = [newVapid(), newVapid()].map((text) => parseVapid(text)[0])
    service.plan({ status })
    await send(service.subscribe(), service.network, MESSAGE, [newer!, older!])
    expect(service.messages).toHaveLength(2)
    for (const [i, key] of [newer!, older!].entries()) await vapidClaims(service.messages[i]!, key.public)
  },
)

test('what is refused with every key is refused', async () => {
  const [older, newer] = [newVapid(), newVapid()].map((text) => parseVapid(text)[0])
  service.plan({ status: 403 }, { status: 403 })
  await expect(send(service.subscribe(), service.network, MESSAGE, [newer!, older!])).rejects.toThrow(PushRefused)
})

test('the keys are made once and kept', async () => {
  expect((await load()).vapid).toEqual(keys.vapid)
  const fresh = await mkdtemp(join(tmpdir(), 'scenor-push-'))
  expect((await loadKeys(loadConfig({ DATA_DIR: fresh }))).vapid).not.toEqual(keys.vapid)
  await rm(fresh, { recursive: true })
})
