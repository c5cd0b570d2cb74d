import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { startSystem, type System } from '../../support/system.ts'

let system: System
beforeAll(async () => {
  system = await startSystem({ env: { RATE_LIMIT_SCALE: '1' }, relays: false })
})
afterAll(() => system.stop())

test('a number gets five texts a day, from all accounts together', async () => {
  const phone_number = '+79161112233'
  const people = [await system.api.register({ phone_number }), await system.api.register({ phone_number })]
  const replies = []
  for (let n = 0; n < 6; n++) {
    const person = people[n % 2]
    if (person) replies.push(await person.post(`/users/${person.id}/phone/code`))
  }
  expect(replies.map((r) => r.status)).toEqual([202, 202, 202, 202, 202, 429])
  expect(Number(replies[5]?.headers.get('retry-after'))).toBeGreaterThan(3_600)
  expect(replies[5]?.body.code).toBe('rate.limited')
})
