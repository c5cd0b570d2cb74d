import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { createInternalClient } from '../../internal/client.ts'
import { createLogger } from '../../telemetry/logger.ts'
import { keepProviderHealth } from '../../workers/provider-health.ts'
import type { Person } from '../support/http.ts'
import { startModelServer, type Behaviour, type ModelServer } from '../support/model-server.ts'
import { startSystem, type System } from '../support/system.ts'
import { until } from '../support/until.ts'

let model: ModelServer
let system: System
let person: Person
let admin: Person
beforeAll(async () => {
  model = await startModelServer()
  system = await startSystem({
    env: { OPENAI_BASE_URL: model.url, OPENAI_API_KEY: 'sk-test', AI_GIVE_UP_S: '2' },
  })
  ;[person, admin] = await Promise.all([system.api.register(), system.api.register({ locale: 'en' })])
  await system.databases.auth
    .updateTable('accounts')
    .set({ roles: ['user', 'admin'] })
    .where('id', '=', admin.id)
    .execute()
})
afterAll(async () => {
  await system.stop()
  await model[Symbol.asyncDispose]()
})

const generate = async (behaviour: Behaviour) => {
  model.always(behaviour)
  const { body } = await person.post('/ai/generate', { brief: 'Ролик о термосе, который держит тепло.' })
  return system.api.finished(body.id, person.token)
}
const told = async () => {
  const outbox = system.databases.ai.selectFrom('outbox').select('data').where('type', '=', 'provider_failed')
  return (await outbox.orderBy('seq').execute()).map(({ data }) => data)
}
const notices = async (who: Person) => {
  const { items } = (await who.get('/notifications?limit=100')).body
  return items.filter((n: { topic: string }) => n.topic === 'account') as { title: string; body: string }[]
}
const healthy = async () => (await person.get('/ai/providers')).body.items[0].healthy as boolean
const OUT_OF_MONEY = { status: 429, json: { error: { code: 'insufficient_quota', message: 'key sk-test is empty' } } }

test('admins, and they alone, are told once for each time that a provider runs out of money', async () => {
  await Promise.all([generate(OUT_OF_MONEY), generate(OUT_OF_MONEY)])
  await generate(OUT_OF_MONEY)
  const event = { user_id: admin.id, provider: 'openai', reason: 'quota' }
  await until(async () => (await told()).length > 0)
  expect(await told()).toEqual([event])
  expect(await healthy()).toBe(false)
  await until(async () => (await notices(admin)).length > 0)
  expect(await notices(admin)).toMatchObject([
    { title: 'The provider openai does not work', body: 'Its money or quota is used up. Top it up.' },
  ])
  expect(await notices(person)).toEqual([])

  expect(await generate({})).toMatchObject({ status: 'succeeded' })
  await until(healthy)
  await generate(OUT_OF_MONEY)
  await until(async () => (await told()).length > 1)
  expect(await told()).toEqual([event, event])
  await until(async () => !(await healthy()))
})

test('when admins cannot be asked for, the next failure tells them', async () => {
  const { keys, config, databases } = system
  const lines: string[] = []
  const logger = createLogger({ LOG_LEVEL: 'info' }, 'test', { write: (line: string) => void lines.push(line) })
  const keeper = (baseUrl: string) => {
    const internal = createInternalClient({ baseUrl, key: keys.serviceToken, self: 'ai' })
    return keepProviderHealth({ db: databases.ai, internal, logger })
  }
  const ofOther = async () => (await told()).filter((data) => (data as { provider: string }).provider === 'other')
  keeper('http://127.0.0.1:1')('other', false, 'rejected')
  await until(() => lines.join().includes('nobody told'))
  expect(await ofOther()).toEqual([])
  keeper(config.internalUrl)('other', false, 'rejected')
  await until(async () => (await ofOther()).length > 0)
  expect(await ofOther()).toEqual([{ user_id: admin.id, provider: 'other', reason: 'rejected' }])
})
