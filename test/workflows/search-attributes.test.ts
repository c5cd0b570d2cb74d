import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { countActions } from '../../bench/actions.ts'
import type { Person } from '../support/http.ts'
import { startModelServer, type ModelServer } from '../support/model-server.ts'
import { startSystem, type System } from '../support/system.ts'

const BRIEF = 'Ролик о чайнике, который поёт на кухне по утрам.'

let model: ModelServer
let system: System
let person: Person
beforeAll(async () => {
  model = await startModelServer()
  system = await startSystem({
    env: { AI_PROVIDERS: JSON.stringify([{ name: 'house', base_url: model.url, model: 'm-1', api_key: 'k' }]) },
  })
  person = await system.api.register()
})
afterAll(async () => {
  await system.stop()
  await model[Symbol.asyncDispose]()
})

const attributesOf = async (path: string, body: Record<string, unknown>) => {
  const { body: accepted } = await person.post(path, body)
  const { status } = await system.api.finished(accepted.id, person.token)
  const handle = system.temporal.workflow.getHandle(accepted.id)
  // The row ends before the workflow closes.
  await handle.result().catch(() => {})
  const { typedSearchAttributes } = await handle.describe()
  const found = Object.fromEntries(typedSearchAttributes.getAll().map(({ key, value }) => [key.name, value]))
  return { status, found, handle }
}

test('a success is found by kind, owner and provider, and takes four actions', async () => {
  model.plan({})
  const { status, found, handle } = await attributesOf('/ai/generate', { brief: BRIEF, target_duration_s: 30 })
  expect(status).toBe('succeeded')
  expect(found).toMatchObject({ ScenorKind: 'generation', ScenorOwner: person.id, ScenorProvider: 'house' })
  expect(found).not.toHaveProperty('ScenorError')
  expect(countActions(await handle.fetchHistory()).actions).toBe(4)
})

test('a failure is found by stage and code as well', async () => {
  model.plan({ status: 401, json: { error: { message: 'no' } } })
  const { status, found } = await attributesOf('/ai/generate', { brief: BRIEF, target_duration_s: 30 })
  expect(status).toBe('failed')
  expect(found).toMatchObject({ ScenorProvider: 'house', ScenorStage: 'writing', ScenorError: 'ai.provider_rejected' })
})

test('so are titles that failed', async () => {
  model.plan({ status: 401, json: { error: { message: 'no' } } })
  const reply = await person.post('/ai/generate/title', { brief: BRIEF }, { headers: { Prefer: 'respond-async' } })
  const failed = await system.databases.ai
    .selectFrom('operations')
    .select('id')
    .where('kind', '=', 'title')
    .executeTakeFirstOrThrow()
  expect(reply.status).toBeGreaterThanOrEqual(202)
  const handle = system.temporal.workflow.getHandle(failed.id)
  await handle.result().catch(() => {})
  const { typedSearchAttributes } = await handle.describe()
  const found = Object.fromEntries(typedSearchAttributes.getAll().map(({ key, value }) => [key.name, value]))
  expect(found).toMatchObject({ ScenorKind: 'title', ScenorStage: 'writing', ScenorError: 'ai.provider_rejected' })
})
