import { beforeAll, describe, expect, test } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import type { Person, Reply } from '../../support/http.ts'
import { grant } from '../../support/scenarios.ts'
import { BRIEF, withModel, writeThermos } from '../../support/with-model.ts'

const app = withModel()
const finished = (id: string) => app.system.api.finished(id, app.person.token)
let base: Reply['body']
beforeAll(async () => {
  base = await writeThermos(app.person)
})

describe('an order of a new version is refused', () => {
  const order = (by: Person, extra: object = {}) =>
    by.post('/ai/generate', { brief: BRIEF, scenario_id: base.id, ...extra })

  test('at its field when one does not see the scenario', async () => {
    const reply = await order(await app.system.api.register())
    expect(reply).toMatchObject({ status: 422, body: { code: 'scenario.not_found' } })
    expect(reply.body.errors[0].path).toBe('/scenario_id')
  })

  test('when one may read it alone', async () => {
    const viewer = await app.system.api.register()
    await grant(app.system, base.id, app.person, viewer, 'viewer')
    expect(await order(viewer)).toMatchObject({ status: 403, body: { code: 'access.denied' } })
  })

  test('at once for a version that is gone', async () => {
    const reply = await order(app.person, { base_version: 7 })
    expect(reply).toMatchObject({ status: 412, body: { code: 'ai.base_version_changed' } })
    expect(app.model.requests).toHaveLength(0)
  })

  test('for a template that is not there', async () => {
    const reply = await app.person.post('/ai/generate', { brief: BRIEF, template_id: randomUUID() })
    expect(reply).toMatchObject({ status: 422, body: { code: 'template.not_found' } })
  })
})

describe('an order of one scene is refused', () => {
  const order = (extra: object) =>
    app.person.post('/ai/generate/scene', {
      ...{ scenario_id: base.id, scene_id: base.scenes[0].id, base_version: 1, note: 'Короче' },
      ...extra,
    })

  test('when it is locked', async () => {
    expect(await order({ scene_id: base.scenes[1].id })).toMatchObject({
      status: 409,
      body: { code: 'scenario.scene_locked' },
    })
    expect(app.model.requests).toHaveLength(0)
  })

  test('for a version that is gone', async () => {
    expect((await order({ base_version: 2 })).status).toBe(412)
    expect(app.model.requests).toHaveLength(0)
  })

  test('at its field when there is no such scene', async () => {
    const reply = await order({ scene_id: randomUUID() })
    expect(reply).toMatchObject({ status: 422, body: { errors: [{ path: '/scene_id' }] } })
    expect(app.model.requests).toHaveLength(0)
  })
})

test('a template fills what the order leaves open', async () => {
  const { body: list } = await app.person.get('/templates?limit=50')
  const template = list.items.find((t: { language: string }) => t.language === 'ru')
  const order = { brief: BRIEF, template_id: template.id, target_duration_s: 30 }
  const { body } = await app.person.post('/ai/generate', order)
  const done = await finished(body.id)
  expect(done.status).toBe('succeeded')
  const { body: scenario } = await app.person.get(`/scenarios/${done.result.scenario_id}`)
  expect(scenario).toMatchObject({ template_id: template.id, kind: template.kind, platform: template.platform })
  expect(app.model.requests[0]!.raw).toContain('Части по шаблону')
})

test('a template that is deleted before the work begins is done without', async () => {
  const template = await app.person.post('/templates', { name: 'Наш', beats: [{ beat: 'hook', share: 1 }] })
  await app.system.stopWorkers('scenarios')
  const { body } = await app.person.post('/ai/generate', { brief: BRIEF, template_id: template.body.id })
  const gone = await app.person.delete(`/templates/${template.body.id}`, {
    headers: { 'if-match': template.headers.get('etag')! },
  })
  expect(gone.status).toBe(204)
  await app.system.startWorkers('scenarios')
  expect(await finished(body.id)).toMatchObject({ status: 'succeeded' })
})
