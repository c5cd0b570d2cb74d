import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { request, type IncomingMessage } from 'node:http'
import { availableParallelism } from 'node:os'
import { text } from 'node:stream/consumers'
import { startSystem, type System } from '../../support/system.ts'

/** Hashes for some five seconds of every core, and more on a slow machine; a turn is waited for two. */
const MANY = availableParallelism() * 300
const TURN_MS = 2_000

let system: System
beforeAll(async () => {
  system = await startSystem({ workers: [], relays: false, env: { TRUSTED_PROXIES: '1' } })
})
afterAll(() => system.stop())

const addressOf = (i: number) => `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`

/** A login on a connection of its own, which `leave` breaks. The answer is undefined then. */
function guess(name: string, from: string) {
  const asking = request(`${system.api.origin}/api/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': from },
    agent: false,
  })
  const answer = new Promise<IncomingMessage | undefined>((resolve) => {
    asking.once('response', resolve).once('error', () => resolve(undefined))
  }).then(async (reply) => reply && { status: reply.statusCode, headers: reply.headers, text: await text(reply) })
  asking.end(JSON.stringify({ email: `${name}@example.test`, password: 'wrong password' }))
  return { answer, leave: () => void asking.destroy() }
}

test('more logins at once than can be hashed in time are put off with Retry-After, and others are answered meanwhile', async () => {
  const answers = Array.from({ length: MANY }, (_, i) => guess(`guess-${i}`, addressOf(i)).answer)
  await Promise.race(answers)
  expect((await fetch(`${system.api.origin}/health/live`)).status).toBe(200)
  const replies = await Promise.all(answers)
  expect(new Set(replies.map((r) => r?.status))).toEqual(new Set([401, 503]))
  expect(replies.find((r) => r?.status === 503)).toMatchObject({
    headers: { 'retry-after': '2' },
    text: expect.stringContaining('"service.unavailable"'),
  })
})

test('a client that goes away leaves its place in the line taken', async () => {
  const guesses = Array.from({ length: MANY }, (_, i) => guess(`leaving-${i}`, addressOf(i)))
  await Promise.race(guesses.map(({ answer }) => answer))
  for (const { leave } of guesses) leave()
  const asked = Date.now()
  await guess('patient', '192.0.2.1').answer
  // Behind all of them it comes to its turn when they have given up theirs. A busy machine only makes that later.
  expect(Date.now() - asked).toBeGreaterThan(TURN_MS / 4)
})

test.each([
  ['address', () => '198.51.100.1'],
  ['network of IPv6', (i: number) => `2001:db8:1:1::${i.toString(16)}`],
])('150 logins from one %s put off that one alone', async (_, from) => {
  const flood = Array.from({ length: 150 }, (_, i) => guess(`flood-${i}`, from(i)).answer)
  await Promise.race(flood)
  const others = await Promise.all([1, 2, 3].map((i) => guess(`other-${i}`, `203.0.113.${i}`).answer))
  expect(others.map((reply) => reply?.status)).toEqual([401, 401, 401])
  const flooded = await Promise.all(flood)
  expect(flooded.find((reply) => reply?.status === 429)).toMatchObject({
    headers: { 'retry-after': '2', 'x-should-retry': 'true' },
    text: expect.stringContaining('"rate.limited"'),
  })
})
