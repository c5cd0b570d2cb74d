import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { ApiDeps } from '../../../api/context.ts'
import { allRoutes } from '../../../api/routes/index.ts'
import { loadConfig } from '../../../config.ts'
import { NO_KEYS } from '../../support/key-rings.ts'
import type { Person } from '../../support/http.ts'
import { startSystem, type System } from '../../support/system.ts'

/** A tenth of everything: 12 scenarios a minute, 3 comments, 6 links an hour. */
const SCALE = 0.1
const from = (ip: string) => ({ headers: { 'x-forwarded-for': ip } })

let system: System
beforeAll(async () => {
  system = await startSystem({ env: { RATE_LIMIT_SCALE: String(SCALE), TRUSTED_PROXIES: '1' } })
})
afterAll(() => system.stop())

let people = 0
/** Somebody new, from an address of their own. */
async function newcomer(): Promise<Person> {
  const email = `limits-${++people}@example.test`
  const body = { email, password: 'correct horse Батарея 42' }
  const reply = await system.api.call('POST', '/auth/register', { body, ...from(`192.0.2.${people}`) })
  if (reply.status !== 201) throw new Error(`registration answered ${reply.status}: ${reply.text}`)
  const { user, access_token, refresh_token } = reply.body
  return system.api.as({ id: user.id, email, password: body.password, token: access_token, refresh_token })
}

describe('what one person writes is counted, whatever becomes of it', () => {
  const wrong = {}
  test.each([
    ['scenarios_person', 12, 60, (p: Person) => p.post('/scenarios', wrong)],
    ['scenarios_person', 12, 60, (p: Person) => p.put(`/scenarios/${p.id}`, wrong)],
    ['comments_person', 3, 60, (p: Person) => p.post(`/scenarios/${p.id}/comments`, wrong)],
    ['imports_person', 6, 600, (p: Person) => p.post('/scenarios/import', wrong)],
    ['exports_person', 12, 600, (p: Person) => p.get(`/scenarios/${p.id}/export?format=pdf`)],
    ['exports_person', 12, 600, (p: Person) => p.get(`/scenarios/${p.id}/diff`)],
    ['links_person', 6, 3_600, (p: Person) => p.post(`/scenarios/${p.id}/share`, wrong)],
    ['archives_person', 1, 86_400, (p: Person) => p.post(`/users/${p.id}/export`)],
    ['writes_person', 30, 60, (p: Person) => p.post('/templates', wrong)],
    ['writes_person', 30, 60, (p: Person) => p.post('/ai/estimate', wrong)],
  ])('%s: %d in %d s', async (limit, points, seconds, write) => {
    const [person, other] = [await newcomer(), await newcomer()]
    const replies = []
    for (let i = 0; i <= points; i++) replies.push(await write(person))
    const last = replies.pop()
    expect(replies.every(({ status }) => status !== 429)).toBe(true)
    expect(replies.map(({ headers }) => headers.get('ratelimit'))).toEqual(
      replies.map((_, i) => expect.stringMatching(`^"${limit}";r=${points - 1 - i};t=\\d+$`)),
    )
    expect(last).toMatchObject({ status: 429, body: { code: 'rate.limited', source: 'api' } })
    expect(last?.headers.get('ratelimit-policy')).toBe(`"${limit}";q=${points};w=${seconds}`)
    expect(last?.headers.get('x-should-retry')).toBe('true')
    expect(Number(last?.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(await write(other)).not.toMatchObject({ status: 429 })
  })
})

test('registrations count before their bodies are judged, and tell of both limits', async () => {
  const register = (raw: string) => system.api.call('POST', '/auth/register', { raw, ...from('198.51.100.1') })
  const replies = [await register('{"email":"x"}'), await register('{'), await register('{}')]
  expect(replies.map(({ status }) => status)).toEqual([422, 400, 429])
  expect(replies[0]?.headers.get('ratelimit-policy')).toBe('"auth_address";q=30;w=300, "register_address";q=2;w=3600')
})

test.each(['/auth/login', '/auth/refresh', '/auth/password/forgot', '/auth/password/reset', '/auth/verify-email'])(
  'garbage at %s counts by address, also that of a whole network of IPv6',
  async (path) => {
    const [v4, v6] = [`198.51.101.${path.length}`, `2001:db8:${path.length}:1::`]
    const statuses = []
    for (let i = 0; i < 31; i++)
      statuses.push((await system.api.call('POST', path, { raw: 'no JSON', ...from(i % 2 ? v4 : `${v6}${i}`) })).status)
    expect(new Set(statuses)).toEqual(new Set([400]))
    for (const ip of [v4, `${v6}ffff`])
      for (let i = 0; i < 15; i++) await system.api.call('POST', path, { raw: '{', ...from(ip) })
    for (const ip of [v4, `${v6}9`])
      expect(await system.api.call('POST', path, { raw: '{', ...from(ip) })).toMatchObject({ status: 429 })
  },
)

test('every route that writes has a limit, and says so', async () => {
  const deps = { config: loadConfig({}), databases: {}, keys: NO_KEYS }
  const routes = allRoutes(deps as unknown as ApiDeps)
  const named = ({ method, path }: (typeof routes)[number]) => `${method} ${path}`
  const writing = routes.filter(
    ({ method, path }) => method !== 'get' && !path.startsWith('/notifications/unsubscribe'),
  )
  expect(writing.filter(({ limits }) => limits.length === 0).map(named)).toEqual([])
  const { paths } = (await system.api.call('GET', '//openapi.json')).body
  for (const { method, base, path, responses } of routes.filter(({ limits }) => limits.length > 0)) {
    const described = paths[`${base}${path}`][method].responses
    expect(described[429].description).toContain('`rate.limited`')
    expect(Object.keys(described[429].headers).toSorted()).toEqual([
      'RateLimit',
      'RateLimit-Policy',
      'Retry-After',
      'X-Should-Retry',
    ])
    for (const status of Object.keys(responses)) expect(described[status].headers).toHaveProperty('RateLimit')
  }
})
