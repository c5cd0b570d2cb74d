import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { randomBytes, randomUUID } from 'node:crypto'
import { createApi, type RunningApi } from '../../../api/root.ts'
import { createPasswords } from '../../../api/auth/passwords.ts'
import { loadKeys } from '../../../keys/keys.ts'
import { createLogger } from '../../../telemetry/logger.ts'
import { createApiClient, type Api, type Person } from '../../support/http.ts'
import { startSystem, type System } from '../../support/system.ts'

const pepper = (id: string) => `${id}:${randomBytes(32).toString('base64url')}`
const [FIRST, SECOND] = [pepper('first'), pepper('second')]

let system: System
let person: Person
const apis: RunningApi[] = []
beforeAll(async () => {
  system = await startSystem({ env: { PASSWORD_PEPPER: FIRST } })
  person = await system.api.register()
})
afterAll(async () => {
  for (const api of apis) await api.stop()
  await system.stop()
})

/** The same installation, started with other peppers. */
const restarted = async (PASSWORD_PEPPER: string): Promise<{ api: Api; logs: string[] }> => {
  const logs: string[] = []
  const config = { ...system.config, PASSWORD_PEPPER }
  const logger = createLogger(config, 'test', { write: (line: string) => void logs.push(line) })
  const running = await createApi(config, { logger, databases: system.databases })
  apis.push(running)
  return { api: createApiClient(`http://127.0.0.1:${running.port}`), logs }
}
const login = (api: Api, email: string, password = person.password) =>
  api.call('POST', '/auth/login', { body: { email, password } })

describe('a pepper that is missing', () => {
  test('is said in the log, and a known and an unknown account are answered alike', async () => {
    const { api, logs } = await restarted(SECOND)
    const known = await login(api, person.email)
    const unknown = await login(api, `${randomUUID()}@example.test`)
    for (const reply of [known, unknown])
      expect(reply).toMatchObject({ status: 503, body: { code: 'service.unavailable' } })
    expect(Object.keys(known.body)).toEqual(Object.keys(unknown.body))
    const said = logs.filter((line) => line.includes('PASSWORD_PEPPER'))
    expect(said).toHaveLength(1)
    expect(said[0]).toContain('"scenor.pepper":"first"')
  })

  test('is known before anybody has signed in', async () => {
    const missing: string[] = []
    const [, second] = (await loadKeys({ ...system.config, PASSWORD_PEPPER: `${SECOND},${pepper('third')}` })).peppers
    const passwords = await createPasswords([second!], (id) => missing.push(id))
    passwords.names(['none', 'third', 'first', 'first'])
    expect(missing).toEqual(['first'])
    await expect(passwords.verify(undefined, 'x', 'here')).rejects.toMatchObject({ code: 'service.unavailable' })
    const own = await passwords.hash('right', 'here')
    expect(await passwords.verify(own, 'right', 'here')).toBe(true)
    await expect(passwords.verify(own, 'wrong', 'here')).rejects.toMatchObject({ code: 'service.unavailable' })
  })
})

describe('a pepper that is retired', () => {
  let rotated: Api
  beforeAll(async () => {
    ;({ api: rotated } = await restarted(`${SECOND},${FIRST}`))
  })

  test('still lets people in', async () => {
    expect(await login(rotated, person.email)).toMatchObject({ status: 200 })
    expect(await login(rotated, person.email, 'wrong')).toMatchObject({ status: 401 })
  })
})
