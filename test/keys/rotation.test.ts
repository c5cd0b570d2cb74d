import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createApi, type RunningApi } from '../../api/root.ts'
import type { Config } from '../../config.ts'
import { loadKeys } from '../../keys/keys.ts'
import { newSecret, newVapid, RINGS, secretsOf } from '../../keys/rings.ts'
import { createUnsubscribeTokens } from '../../notifications/unsubscribe.ts'
import { createLogger } from '../../telemetry/logger.ts'
import { startCommand } from '../support/command.ts'
import { createApiClient, type Api, type Person } from '../support/http.ts'
import { startSystem, type System } from '../support/system.ts'
import { until } from '../support/until.ts'

const ring = (): string => newSecret().replace(/^\w+/, `k${randomUUID().slice(0, 8)}`)
const [PEPPER, UNSUBSCRIBE, IDEMPOTENCY, PHONE, LIMIT, LINK] = [ring(), ring(), ring(), ring(), ring(), ring()]
const OWN = {
  UNSUBSCRIBE_KEYS: UNSUBSCRIBE,
  IDEMPOTENCY_KEYS: IDEMPOTENCY,
  PHONE_CODE_KEYS: PHONE,
  LIMIT_KEYS: LIMIT,
  LINK_KEYS: LINK,
  VAPID_KEYS: newVapid(),
}

let system: System
const apis: RunningApi[] = []
/** An installation of before: its keys come by variables, and all but passwords hangs on the pepper too. */
beforeAll(async () => {
  system = await startSystem({ env: { PASSWORD_PEPPER: PEPPER } })
})
afterAll(async () => {
  for (const api of apis) await api.stop()
  await system.stop()
})

/** The same installation, started with other keys. */
const restarted = async (keys: Partial<Config>): Promise<{ api: Api; logs: string[] }> => {
  const logs: string[] = []
  const config = { ...system.config, ...keys }
  const logger = createLogger(config, 'test', { write: (line: string) => void logs.push(line) })
  const running = await createApi(config, { logger, databases: system.databases })
  apis.push(running)
  return { api: createApiClient(`http://127.0.0.1:${running.port}`), logs }
}
const linkBy = async (person: Person, keys: Partial<Config>) =>
  createUnsubscribeTokens(secretsOf((await loadKeys({ ...system.config, ...keys })).unsubscribe)).make(person.id, [
    'custom',
  ])
/** Whether the link of a mail ends mails about `custom`. */
const stops = async (api: Api, person: Person, token: string): Promise<boolean> => {
  await person.put('/notifications/preferences', {})
  expect(await api.call('POST', `/notifications/unsubscribe/${token}`)).toMatchObject({ status: 204 })
  return (await person.get('/notifications/preferences')).body.topics.custom.email === false
}

/** What somebody has in hand: a link of a mail, an answer that was kept, a code on the telephone. */
interface InHand {
  readonly person: Person
  readonly link: string
  readonly headers: Record<string, string>
  readonly scenario: string
  readonly code: string
}
let phones = 79_261_000_000
async function inHand(api: Api, keys: Partial<Config>): Promise<InHand> {
  const phone = `+${phones++}`
  const registered = await system.api.register({ phone_number: phone })
  const person = createApiClient(api.origin).as(registered)
  const headers = { 'idempotency-key': randomUUID() }
  const { body } = await person.post('/scenarios', { title: 'Чай' }, { headers })
  await person.post(`/users/${person.id}/phone/code`)
  const code = await until(async () => {
    const texts = system.databases.notifications.selectFrom('text_messages').select('text')
    return /\b\d{6}\b/.exec((await texts.where('recipient', '=', phone).executeTakeFirst())?.text ?? '')?.[0]
  })
  return { person, link: await linkBy(person, keys), headers, scenario: body.id, code }
}
/** What of it is still good at that API. */
async function stillGood(api: Api, { person, link, headers, scenario, code }: InHand) {
  const there = createApiClient(api.origin).as(person)
  const again = await there.post('/scenarios', { title: 'Чай' }, { headers })
  const proven = await there.post(`/users/${person.id}/phone/verify`, { code })
  return { link: await stops(api, person, link), answer: again.body.id === scenario, code: proven.status === 204 }
}
const ALL = { link: true, answer: true, code: true }

describe('an installation whose keys come by variables, from before they were set apart', () => {
  test('goes on with its pepper, alike in every process, and says which variables are to be set', async () => {
    const elsewhere = await mkdtemp(join(tmpdir(), 'scenor-keys-'))
    // The keys that have variables of their own already, as each container has them.
    await cp(join(system.config.DATA_DIR, 'keys'), join(elsewhere, 'keys'), { recursive: true })
    const { api, logs } = await restarted({ DATA_DIR: elsewhere })
    expect(await stillGood(api, await inHand(system.api, {}))).toEqual(ALL)
    const told = logs.flatMap((line) => (JSON.parse(line) as { 'scenor.variable'?: string })['scenor.variable'] ?? [])
    expect(told.toSorted()).toEqual(Object.keys(OWN).toSorted())
    await rm(elsewhere, { recursive: true })
  })

  test('keeps links, answers and codes when they are', async () => {
    const before = await inHand(system.api, {})
    const { api, logs } = await restarted(OWN)
    expect(await stillGood(api, before)).toEqual(ALL)
    expect(logs.join('\n')).not.toContain('a key should come by a variable')
  })

  test('keeps the links of old mails although the pepper goes, where it is put behind UNSUBSCRIBE_KEYS', async () => {
    const { person, link } = await inHand(system.api, {})
    const without = await restarted({ ...OWN, PASSWORD_PEPPER: ring() })
    expect(await stops(without.api, person, link)).toBe(false)
    const behind = await restarted({ ...OWN, PASSWORD_PEPPER: ring(), UNSUBSCRIBE_KEYS: `${UNSUBSCRIBE},${PEPPER}` })
    expect(await stops(behind.api, person, link)).toBe(true)
  })
})

describe('another password pepper', () => {
  test('changes nothing but passwords: links, answers and codes have keys of their own', async () => {
    const { api } = await restarted({ ...OWN, PASSWORD_PEPPER: ring() })
    const { api: next } = await restarted({ ...OWN, PASSWORD_PEPPER: ring() })
    const held = await inHand(api, OWN)
    // The code was written by the workers' API, which has the pepper of before.
    expect(await stillGood(next, held)).toMatchObject({ link: true, answer: true })
  })
})

describe('a ring of its own', () => {
  const rotated = {
    ...OWN,
    UNSUBSCRIBE_KEYS: `${ring()},${UNSUBSCRIBE}`,
    IDEMPOTENCY_KEYS: `${ring()},${IDEMPOTENCY}`,
    PHONE_CODE_KEYS: `${ring()},${PEPPER}`,
    PASSWORD_PEPPER: ring(),
  }

  test('reads what the key before made, and not once that is gone', async () => {
    const { api } = await restarted(OWN)
    const { api: next } = await restarted(rotated)
    const { api: after } = await restarted({
      ...{
        ...OWN,
        PASSWORD_PEPPER: ring(),
        UNSUBSCRIBE_KEYS: ring(),
        IDEMPOTENCY_KEYS: ring(),
        PHONE_CODE_KEYS: ring(),
      },
    })
    const held = await inHand(api, OWN)
    expect(await stillGood(after, held)).toEqual({ link: false, answer: false, code: false })
    expect(await stillGood(next, held)).toEqual(ALL)
  })

  test('makes with the first key', async () => {
    const { api: next } = await restarted(rotated)
    const person = await system.api.register()
    const [first] = rotated.UNSUBSCRIBE_KEYS.split(',')
    expect(await linkBy(person, rotated)).toBe(await linkBy(person, { UNSUBSCRIBE_KEYS: first }))
    expect(await stops(next, person, await linkBy(person, rotated))).toBe(true)
  })

  test('of links to files: the first signs, the others open what they signed, and a link opens at every process', async () => {
    const linkOf = async ({ api }: { api: Api }) => {
      const person = createApiClient(api.origin).as(await system.api.register())
      const { id } = (await person.post('/scenarios', { title: 'Чай' })).body
      return (await person.post(`/scenarios/${id}/export-link`, { format: 'md' })).body.url as string
    }
    const opens = async (url: string, { api }: { api: Api }) =>
      (await api.call('GET', url.replace('http://api.test', api.origin))).status
    const [before, next] = [await restarted(OWN), await restarted({ ...OWN, LINK_KEYS: `${ring()},${LINK}` })]
    const after = await restarted({ ...OWN, LINK_KEYS: ring(), PASSWORD_PEPPER: ring() })
    const [old, fresh] = [await linkOf(before), await linkOf(next)]
    expect([await opens(old, before), await opens(old, next), await opens(old, after)]).toEqual([200, 200, 401])
    expect([await opens(fresh, before), await opens(fresh, next)]).toEqual([401, 200])
    // Without a variable of its own where others come by one: the same in every container.
    const [one, two] = [await restarted({}), await restarted({})]
    expect(await opens(await linkOf(one), two)).toBe(200)
  })

  test('of VAPID keys: browsers subscribe with the first', async () => {
    const [older, newer] = [newVapid(), newVapid()]
    const person = await system.api.register()
    const { api } = await restarted({ ...OWN, VAPID_KEYS: `${newer},${older}` })
    const reply = await api.call('GET', '/notifications/push-key', { token: person.token })
    expect(reply.body).toEqual({ public_key: newer.split(':')[0] })
  })
})

describe.each(Object.entries(RINGS).filter(([name]) => name !== 'payload'))('node cli/keys.ts %s', (name, { file }) => {
  let DATA_DIR: string
  beforeAll(async () => (DATA_DIR = await mkdtemp(join(tmpdir(), 'scenor-keys-'))))
  afterAll(() => rm(DATA_DIR, { recursive: true }))
  const keys = (...words: string[]) => startCommand('cli/keys.ts', [name, ...words], { DATA_DIR }).ended
  const entries = async () => (await readFile(join(DATA_DIR, 'keys', file), 'utf8')).split(',')

  test('adds a key behind, then in front, and forgets the others when it is told to', async () => {
    expect(await keys('add')).toMatchObject({ code: 0, err: '' })
    const [first, second] = await entries()
    const { out } = await keys('activate')
    expect(await entries()).toEqual([second, first])
    for (const entry of [first, second]) expect(out).not.toContain(entry!.split(':').at(-1))
    expect((await keys('prune', '--now')).code).toBe(0)
    expect(await entries()).toEqual([second])
  })
})
