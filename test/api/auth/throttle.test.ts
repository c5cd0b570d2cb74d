import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { promisify } from 'node:util'
import { freePort } from '../../../local/processes/ports.ts'
import { PASSWORD } from '../../support/http.ts'
import { startSystem, type System } from '../../support/system.ts'
import { until } from '../../support/until.ts'
import { mailedToken } from '../../support/verified.ts'

const login = (system: System, email: string, password: string, headers: Record<string, string> = {}) =>
  system.api.call('POST', '/auth/login', { body: { email, password }, headers })
const address = () => `u-${randomUUID()}@example.test`
const from = (ip: string) => ({ 'x-forwarded-for': ip })

describe('wrong passwords', () => {
  let system: System
  beforeAll(async () => {
    system = await startSystem({ env: { RATE_LIMIT_SCALE: '1', TRUSTED_PROXIES: '1' } })
  })
  afterAll(() => system.stop())

  test('for an account that exists and one that does not are put off after the same number, with the same headers', async () => {
    const person = await system.api.register()
    const tries = async (email: string) => {
      const replies = []
      for (let i = 0; i < 7; i++) replies.push(await login(system, email, 'wrong password', from('198.51.100.1')))
      return replies
    }
    const [known, unknown] = [await tries(person.email), await tries(address())]
    expect(known.map((r) => r.status)).toEqual([401, 401, 401, 401, 401, 429, 429])
    expect(unknown.map((r) => r.status)).toEqual(known.map((r) => r.status))
    const last = known.at(-1)
    expect(last?.body.code).toBe('rate.limited')
    expect(last?.headers.get('ratelimit-policy')).toBe('"login_pair";q=5;w=900')
    expect(last?.headers.get('ratelimit')).toMatch(/^"login_pair";r=0;t=\d+$/)
    const retryAfter = Number(last?.headers.get('retry-after'))
    expect(retryAfter).toBeGreaterThan(0)
    expect(retryAfter).toBeLessThanOrEqual(900)
    expect(known[0]?.headers.get('ratelimit')).toMatch(/^"login_pair";r=4;t=\d+$/)
  })

  test('from one address put off nobody at another', async () => {
    const person = await system.api.register()
    for (let i = 0; i < 6; i++) await login(system, person.email, 'wrong password', from('198.51.100.2'))
    expect(await login(system, person.email, PASSWORD, from('198.51.100.2'))).toMatchObject({ status: 429 })
    expect(await login(system, person.email, PASSWORD, from('198.51.100.3'))).toMatchObject({ status: 200 })
  })

  test('are forgotten with the right one', async () => {
    const person = await system.api.register()
    for (let round = 0; round < 3; round++) {
      for (let i = 0; i < 4; i++) await login(system, person.email, 'wrong password', from('198.51.100.4'))
      expect(await login(system, person.email, PASSWORD, from('198.51.100.4'))).toMatchObject({ status: 200 })
    }
  })

  test('from many addresses slow an account down for strangers, never for where it was signed in from', async () => {
    const person = await system.api.register()
    expect(await login(system, person.email, PASSWORD, from('203.0.113.200'))).toMatchObject({ status: 200 })
    for (let i = 0; i < 22; i++) await login(system, person.email, 'wrong password', from(`203.0.113.${i}`))
    expect(await login(system, person.email, PASSWORD, from('203.0.113.201'))).toMatchObject({
      status: 429,
      body: { code: 'rate.limited' },
    })
    expect(await login(system, person.email, PASSWORD, from('203.0.113.200'))).toMatchObject({ status: 200 })
  })

  test('a burst at once is counted too', async () => {
    const email = address()
    const replies = await Promise.all(
      Array.from({ length: 12 }, () => login(system, email, 'wrong password', from('198.51.100.6'))),
    )
    expect(replies.filter((r) => r.status === 401)).toHaveLength(5)
    expect(replies.filter((r) => r.status === 429)).toHaveLength(7)
  })

  test('are counted for that password: a new one that was set by mail gets in, from anywhere', async () => {
    const person = await system.api.register()
    for (let i = 0; i < 22; i++) await login(system, person.email, 'wrong password', from(`192.0.2.${i}`))
    expect(await login(system, person.email, PASSWORD, from('192.0.2.100'))).toMatchObject({ status: 429 })
    await system.api.call('POST', '/auth/password/forgot', { body: { email: person.email } })
    const token = await mailedToken(system, person.id, 'reset_password')
    const body = { token, password: 'plum orbit kettle' }
    expect(await system.api.call('POST', '/auth/password/reset', { body })).toMatchObject({ status: 204 })
    expect(await login(system, person.email, body.password, from('192.0.2.101'))).toMatchObject({ status: 200 })
  })

  test('at the change of a password count as well', async () => {
    const person = await system.api.register()
    const change = () =>
      person.post(
        '/auth/password/change',
        { current_password: 'wrong password', new_password: 'plum orbit kettle' },
        { headers: from('198.51.100.7') },
      )
    const statuses = []
    for (let i = 0; i < 6; i++) statuses.push((await change()).status)
    expect(statuses).toEqual([400, 400, 400, 400, 400, 429])
  })

  test('mails to one address are no more than five an hour, and the answer does not tell', async () => {
    const person = await system.api.register()
    for (let i = 0; i < 7; i++)
      expect(
        await system.api.call('POST', '/auth/password/forgot', {
          body: { email: person.email },
          headers: from(`198.51.100.${100 + i}`),
        }),
      ).toMatchObject({ status: 202 })
    const mails = await system.databases.auth
      .selectFrom('letters')
      .select('id')
      .where('account_id', '=', person.id)
      .where('kind', '=', 'reset_password')
      .execute()
    expect(mails).toHaveLength(5)
  })
})

test('addresses that a client names himself change nothing without a trusted proxy', async () => {
  const system = await startSystem({ env: { RATE_LIMIT_SCALE: '1' }, workers: [], relays: false })
  try {
    const email = address()
    const statuses = []
    for (let i = 0; i < 6; i++)
      statuses.push((await login(system, email, 'wrong password', from(`198.51.100.${i}`))).status)
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429])
  } finally {
    await system.stop()
  }
})

const hasRedis = await promisify(execFile)('redis-server', ['--version']).then(
  () => true,
  () => false,
)
if (!hasRedis && process.env['CI']) throw new Error('redis-server is missing')
const withRedis = hasRedis ? test : test.skip

withRedis('limits are shared in Redis, and go on in memory when it dies (needs redis-server)', async () => {
  const port = await freePort()
  const redis: ChildProcess = spawn('redis-server', ['--port', String(port), '--save', '', '--appendonly', 'no'], {
    stdio: 'ignore',
  })
  const env = {
    RATE_LIMIT_SCALE: '1',
    REDIS_URL: `redis://127.0.0.1:${port}`,
    PASSWORD_PEPPER: `a:${Buffer.alloc(32, 7).toString('base64url')}`,
  }
  const [one, two] = [
    await startSystem({ env, workers: [], relays: false }),
    await startSystem({ env, workers: [], relays: false }),
  ]
  try {
    const email = address()
    const shared = async () => {
      const probe = address()
      const [a, b] = [await login(one, probe, 'wrong password'), await login(two, probe, 'wrong password')]
      return a.headers.get('ratelimit')?.includes('r=4') && b.headers.get('ratelimit')?.includes('r=3')
    }
    await until(shared)
    for (let i = 0; i < 5; i++)
      expect(await login(i % 2 ? one : two, email, 'wrong password')).toMatchObject({ status: 401 })
    expect(await login(one, email, 'wrong password')).toMatchObject({ status: 429 })
    expect(await login(two, email, 'wrong password')).toMatchObject({ status: 429 })
    redis.kill('SIGKILL')
    const other = address()
    const statuses = []
    for (let i = 0; i < 6; i++) statuses.push((await login(one, other, 'wrong password')).status)
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429])
  } finally {
    redis.kill('SIGKILL')
    await Promise.all([one.stop(), two.stop()])
  }
})
