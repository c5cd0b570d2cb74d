import { describe, expect, test } from '@jest/globals'
import { BRIEF, withModel, writeThermos } from '../../support/with-model.ts'

const app = withModel()
const finished = (id: string) => app.system.api.finished(id, app.person.token)

test.each(['/ai/generate', '/ai/estimate', '/ai/generate/scene', '/ai/generate/title'])(
  '%s needs a token',
  async (path) => {
    expect(await app.system.api.call('POST', path, { body: {} })).toMatchObject({ status: 401 })
    expect(app.model.requests).toHaveLength(0)
  },
)

describe('a new version of a scenario', () => {
  test('keeps locked scenes byte for byte at their places, and is of both', async () => {
    const base = await writeThermos(app.person)
    const accepted = await app.person.post('/ai/generate', { brief: BRIEF, scenario_id: base.id })
    expect(accepted.status).toBe(202)
    const done = await finished(accepted.body.id)
    expect(done).toMatchObject({ status: 'succeeded', result: { scenario_id: base.id, version: 2 } })
    const { body: now } = await app.person.get(`/scenarios/${base.id}`)
    expect(now.scenes[1]).toEqual(base.scenes[1])
    expect(now).toMatchObject({ source: 'mixed', version: 2 })
    expect(now.scenes[0].id).not.toBe(base.scenes[0].id)
    const versions = await app.person.get(`/scenarios/${base.id}/versions`)
    expect(versions.body.items[0]).toMatchObject({ n: 2, origin: 'ai' })
  })
})

describe('one scene anew', () => {
  test('leaves the others as they are and keeps its id', async () => {
    const base = await writeThermos(app.person)
    const order = { scenario_id: base.id, scene_id: base.scenes[0].id, base_version: 1, note: 'Короче' }
    const accepted = await app.person.post('/ai/generate/scene', order)
    expect(accepted).toMatchObject({ status: 202, body: { kind: 'generation' } })
    expect(await finished(accepted.body.id)).toMatchObject({ status: 'succeeded', result: { version: 2 } })
    const { body: now } = await app.person.get(`/scenarios/${base.id}`)
    expect(now.scenes.slice(1)).toEqual(base.scenes.slice(1))
    expect(now.scenes[0].id).toBe(base.scenes[0].id)
    expect(now.scenes[0].rows).not.toEqual(base.scenes[0].rows)
  })

  test('as a proposal nothing is stored and nobody is told: its author fetches it and decides', async () => {
    const base = await writeThermos(app.person)
    const order = {
      scenario_id: base.id,
      scene_id: base.scenes[0].id,
      base_version: 1,
      note: 'shorter',
      proposal: true,
    }
    const wrong = await app.person.post('/ai/generate/scene', { ...order, proposal: 'yes' })
    expect(wrong).toMatchObject({ status: 422, body: { errors: [{ path: '/proposal' }] } })
    const { body } = await app.person.post('/ai/generate/scene', order)
    const done = await finished(body.id)
    expect(done).toMatchObject({ status: 'succeeded', result: { scenario_id: base.id, version: 1 } })
    const proposed = await app.person.get(done.result.proposal_url.replace('/api/v1', ''))
    expect(proposed).toMatchObject({ status: 200, body: { scenario_id: base.id, base_version: 1 } })
    expect(proposed.body.scenes).toHaveLength(1)
    expect(proposed.body.scenes[0].rows.length).toBeGreaterThan(0)
    const { body: now } = await app.person.get(`/scenarios/${base.id}`)
    expect(now).toEqual(base)
    const event = await app.system.databases.ai
      .selectFrom('outbox')
      .select('data')
      .where('type', '=', 'generation_succeeded')
      .where('key', '=', body.id)
      .executeTakeFirstOrThrow()
    expect(event.data).toMatchObject({ version: 1, proposal: true })
  })
})

test('long scripts are planned, written scene by scene and polished, each step paid once', async () => {
  const { body } = await app.person.post('/ai/generate', { brief: BRIEF, target_duration_s: 300 })
  const done = await finished(body.id)
  expect(done.status).toBe('succeeded')
  const asked = app.model.requests.map((r) => r.body.response_format!.json_schema.name)
  expect(asked).toEqual(['outline', 'scene', 'scene', 'scene', 'polish'])
  const { body: scenario } = await app.person.get(`/scenarios/${done.result.scenario_id}`)
  expect(scenario.scenes).toHaveLength(3)
})

test('an advertisement is marked on the screen by code', async () => {
  const { body } = await app.person.post('/ai/generate', {
    brief: BRIEF,
    kind: 'ad',
    language: 'ru',
    target_duration_s: 30,
  })
  const { result } = await finished(body.id)
  const { body: scenario } = await app.person.get(`/scenarios/${result.scenario_id}`)
  expect(scenario.disclosure).toContain('Реклама')
  expect(scenario.checks.find((c: { check: string }) => c.check === 'disclosure')).toMatchObject({ pass: true })
})
