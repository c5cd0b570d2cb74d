import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Person } from '../../support/http.ts'
import { write } from '../../support/scenarios.ts'
import { startSystem, type System } from '../../support/system.ts'

/** As in `test/support/endless-thread.ts`, which is no module of this process. */
const ENDLESS = 'Без конца'
const FAILED = { status: 503, body: { code: 'scenario.export_failed' } }

const withSystem = (renderer: NonNullable<Parameters<typeof startSystem>[0]>['renderer'] & object) => {
  const at = {} as { system: System; person: Person }
  beforeAll(async () => {
    at.system = await startSystem({ relays: false, workers: ['auth', 'users'], renderer })
    at.person = await at.system.api.register()
  })
  afterAll(() => at.system.stop())
  return at
}

describe('a file that takes too long', () => {
  const at = withSystem({
    timeLimitMs: 3_000,
    program: new URL('../../support/endless-thread.ts', import.meta.url),
  })

  test('is given up with a clear answer; those that waited behind it and the next ones are made', async () => {
    const { id: endless } = await write(at.person, { title: ENDLESS, content: 'Слова.' })
    const { id } = await write(at.person, { title: 'С концом', content: 'Слова.' })
    const given = at.person.get(`/scenarios/${endless}/export?format=pdf`)
    const behind = at.person.get(`/scenarios/${id}/export?format=txt`)
    const [failed, served] = await Promise.all([given, behind])
    expect(failed).toMatchObject(FAILED)
    expect(Number(failed.headers.get('retry-after'))).toBeGreaterThan(0)
    expect([served.status, served.text.includes('Слова.')]).toEqual([200, true])
    expect((await at.person.get(`/scenarios/${id}/export?format=md`)).status).toBe(200)
    const line = at.system.logs.find((l) => l.includes('an export failed'))
    expect(line).toContain('took too long')
    expect(line).not.toContain('Слова')
  })

  test('or a comparison that does, is given up too, and others are served meanwhile', async () => {
    const { id } = await write(at.person, { title: ENDLESS, content: 'Слова.' })
    let over = false
    const compared = at.person.get(`/scenarios/${id}/diff?from=1&to=1`).finally(() => (over = true))
    expect((await at.person.get(`/scenarios/${id}`)).status).toBe(200)
    expect(over).toBe(false)
    expect(await compared).toMatchObject(FAILED)
  })
})

describe('a file that is too large', () => {
  const at = withSystem({ sizeLimit: 5_000 })

  test('is refused with a clear answer and kept nowhere; a smaller format of it is made', async () => {
    const { id } = await write(at.person, { content: 'Слова.' })
    // Its fonts alone are larger.
    for (let again = 0; again < 2; again++)
      expect(await at.person.get(`/scenarios/${id}/export?format=pdf`)).toMatchObject(FAILED)
    expect((await at.person.get(`/scenarios/${id}/export?format=txt`)).status).toBe(200)
    expect(at.system.logs.filter((l) => l.includes('too large'))).toHaveLength(2)
  })
})
