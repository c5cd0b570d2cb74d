import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { startSystem, type System } from '../support/system.ts'

let system: System
beforeAll(async () => {
  system = await startSystem()
})
afterAll(() => system.stop())

const BRIEF = 'Ролик о термосе, который держит чай горячим сутки. Закажите на сайте.'

test('a brief becomes a stored script of its author', async () => {
  const person = await system.api.register()
  const accepted = await person.post('/ai/generate', { brief: BRIEF, target_duration_s: 30 })
  expect(accepted).toMatchObject({ status: 202, body: { kind: 'generation', status: 'queued', attempt: 1 } })
  const done = await system.api.finished(accepted.body.id, person.token)
  expect(done).toMatchObject({ status: 'succeeded', progress: 1, error: null, result: { version: 1 } })
  const scenario = await person.get(`/scenarios/${done.result.scenario_id}`)
  expect(scenario).toMatchObject({
    status: 200,
    body: { owner_id: person.id, is_demo: true, source: 'ai', language: 'ru', my_role: 'owner', version: 1 },
  })
})

test('what was asked of a script is checked on it for good, that of its template included', async () => {
  const person = await system.api.register()
  const template = await person.post('/templates', {
    name: 'Наш',
    beats: [{ beat: 'hook', share: 1 }],
    must_avoid: ['дёшево'],
  })
  const generate = async (order: object) => {
    const { body } = await person.post('/ai/generate', { brief: BRIEF, target_duration_s: 30, ...order })
    const done = await system.api.finished(body.id, person.token)
    expect(done.status).toBe('succeeded')
    return done.result as { scenario_id: string; version: number }
  }
  const look = async (id: string) => {
    const { body, headers } = await person.get(`/scenarios/${id}`)
    const check = (name: string) => body.checks.find((c: { check: string }) => c.check === name)
    return { body, etag: headers.get('etag')!, said: check('must_include'), unsaid: check('banned_words') }
  }
  const { scenario_id: id } = await generate({
    template_id: template.body.id,
    must_include: ['доставка за один день'],
  })
  const written = await look(id)
  expect(written.said).toMatchObject({ pass: true, score: 1 })
  expect(written.body.template_id).toBe(template.body.id)
  const stored = () =>
    system.databases.scenarios.selectFrom('scenarios').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
  expect(await stored()).toMatchObject({
    must_include: ['доставка за один день'],
    must_avoid: ['дёшево'],
    template_version: 1,
  })

  // Whoever edits is told what goes missing and what must not be there.
  await person.put(
    `/scenarios/${id}`,
    { title: 'Иначе', content: 'Это дёшево.' },
    { headers: { 'if-match': written.etag } },
  )
  const edited = await look(id)
  expect([edited.said.pass, edited.unsaid.pass]).toEqual([false, false])

  // A new version has the new order's points, and keeps what that order is silent about.
  expect(await generate({ scenario_id: id, must_include: ['гарантия два года'] })).toMatchObject({ version: 3 })
  expect((await look(id)).said.pass).toBe(true)
  expect(await stored()).toMatchObject({
    must_include: ['гарантия два года'],
    must_avoid: ['дёшево'],
    template_id: template.body.id,
    template_version: 1,
  })
})
