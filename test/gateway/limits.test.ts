import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { startGateway, type Answer, type Gateway } from '../support/gateway.ts'
import { PASSWORD } from '../support/http.ts'
import { startSystem, type System } from '../support/system.ts'

let system: System
let gateway: Gateway
beforeAll(async () => {
  system = await startSystem()
  const internal = `127.0.0.1:${new URL(system.config.internalUrl).port}`
  // Small buckets: four comments at once and two a minute; 31 calls of /auth.
  gateway = await startGateway(
    { every: [{ public: new URL(system.api.origin).host, internal }] },
    { scale: 0.05, origins: ['https://app.example.com', 'http://localhost:*'] },
  )
}, 120_000)
afterAll(async () => {
  await gateway?.stop()
  await system?.stop()
})

/** What the bucket of all requests together tells to wait, which a quick machine meets first. */
const FLOOD_S = '1'

/**
 * Asks until the limit of the route refuses. What the flood's bucket refuses is asked again when it has said.
 * @returns how many were let in before, and the refusal: what comes next may be let in again
 */
async function untilRefused(ask: () => Promise<Answer>, most: number): Promise<{ letIn: number; refused: Answer }> {
  for (let letIn = 0; ;) {
    const refused = await ask()
    if (refused.status !== 429 && letIn < most) letIn++
    else if (refused.status === 429 && refused.headers['retry-after'] === FLOOD_S) await delay(Number(FLOOD_S) * 1000)
    else return { letIn, refused }
  }
}

test('a person is counted over sessions and addresses, others are not; the refusal says when to come back', async () => {
  const person = await system.api.register()
  const other = await system.api.register()
  const { body: second } = await system.api.call('POST', '/auth/login', {
    body: { email: person.email, password: PASSWORD },
  })
  const comment = (token: string, headers = {}) =>
    gateway.ask('POST', `/api/v1/scenarios/${randomUUID()}/comments`, { token, body: { body: 'a' }, headers })
  // On a slow machine one comes back meanwhile.
  expect((await untilRefused(() => comment(person.token), 10)).letIn).toBeGreaterThanOrEqual(4)
  const again = () => comment(second.access_token, { 'accept-language': 'ru', origin: 'http://localhost:5173' })
  const { refused } = await untilRefused(again, 1)
  expect(refused).toMatchObject({
    status: 429,
    headers: {
      'retry-after': '30',
      'x-should-retry': 'true',
      'content-type': 'application/problem+json',
      'content-language': 'ru',
      'access-control-allow-origin': 'http://localhost:5173',
    },
    body: { code: 'rate.limited', status: 429, title: 'Слишком много запросов', source: 'gateway' },
  })
  expect((await comment(person.token, { origin: 'https://evil.example' })).headers).not.toHaveProperty(
    'access-control-allow-origin',
  )
  expect((await comment(other.token)).status).toBe(404)
  // What is counted by itself holds up nothing else.
  expect((await gateway.ask('GET', '/api/v1/scenarios', { token: person.token })).status).toBe(200)
})

test('a stranger who says to be somebody uses up nothing of theirs, and is counted by the address', async () => {
  const person = await system.api.register()
  const forged = `${person.token.slice(0, -8)}AAAAAAAA`
  const strange = () => gateway.ask('POST', `/api/v1/scenarios/${randomUUID()}/comments`, { token: forged, body: {} })
  for (let n = 0; n < 6; n++) expect((await strange()).status).toBe(401)
  const own = await gateway.ask('POST', `/api/v1/scenarios/${randomUUID()}/comments`, {
    token: person.token,
    body: { body: 'a' },
  })
  expect(own.status).toBe(404)
  const login = () => gateway.ask('POST', '/api/v1/auth/login', { body: { email: 'a@example.test', password: 'x' } })
  const { letIn, refused } = await untilRefused(login, 60)
  expect(letIn).toBeLessThan(60)
  expect(refused).toMatchObject({ status: 429, headers: { 'retry-after': '20' } })
})
