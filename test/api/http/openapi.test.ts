import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Person, Reply } from '../../support/http.ts'
import { startModelServer, type ModelServer } from '../../support/model-server.ts'
import { startSystem, type System } from '../../support/system.ts'

const BRIEF = 'Ролик о чайнике, который поёт на кухне по утрам.'
const NOBODY = '00000000-0000-4000-8000-000000000000'

let model: ModelServer
let system: System
let person: Person
let paths: Record<string, Record<string, { operationId: string; responses: Record<string, { description: string }> }>>
beforeAll(async () => {
  model = await startModelServer()
  system = await startSystem({ env: { OPENAI_BASE_URL: model.url, OPENAI_API_KEY: 'k' } })
  person = await system.api.register()
  paths = (await system.api.call('GET', '//openapi.json')).body.paths
})
afterAll(async () => {
  await system.stop()
  await model[Symbol.asyncDispose]()
})

const declares = (path: string, reply: Reply) =>
  expect(paths[`/api/v1${path}`]?.['post']?.responses[String(reply.status)]?.description).toContain(
    `\`${reply.body.code}\``,
  )

test('titles that fail are declared as they are answered: 502, whatever the code has elsewhere', async () => {
  model.plan({ refusal: 'no' })
  const reply = await person.post('/ai/generate/title', { brief: BRIEF }, { headers: { Prefer: 'wait=20' } })
  expect(reply).toMatchObject({ status: 502, body: { code: 'ai.refused' } })
  declares('/ai/generate/title', reply)
})

test.each([
  ['/ai/generate', { brief: BRIEF, scenario_id: NOBODY }],
  ['/ai/generate', { brief: BRIEF, template_id: NOBODY }],
  ['/ai/generate/scene', { scenario_id: NOBODY, scene_id: NOBODY, base_version: 1, note: 'короче' }],
  ['/ai/generate/title', { scenario_id: NOBODY }],
])('an unknown thing in the body of %s is declared as 422: %#', async (path, body) => {
  const reply = await person.post(path, body)
  expect(reply.status).toBe(422)
  declares(path, reply)
})

test('every operation has a name of its own', () => {
  const names = Object.values(paths).flatMap((path) => Object.values(path).map(({ operationId }) => operationId))
  expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([])
})
