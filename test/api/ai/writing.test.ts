import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { pick } from '../../../script/fields.ts'
import type { Scene } from '../../../script/script.ts'
import { startSystem, type System } from '../../support/system.ts'

let system: System
beforeAll(async () => {
  system = await startSystem()
})
afterAll(() => system.stop())

type Person = Awaited<ReturnType<System['api']['register']>>
const BRIEF = 'Рекламный ролик термоса «Север»: чай горячий 24 часа, гарантия 10 лет.'
const EDITED = [
  'title',
  'kind',
  'platform',
  'language',
  'target_duration_s',
  'hook',
  'cta',
  'disclosure',
  'scenes',
] as const

async function generate(person: Person, path: string, order: object) {
  const { body } = await person.post(path, order)
  const done = await system.api.finished(body.id, person.token)
  expect(done).toMatchObject({ status: 'succeeded' })
  return (await person.get(`/scenarios/${done.result.scenario_id}`)).body
}
const put = async (person: Person, scenario: { id: string }, change: object) => {
  const { body, headers } = await person.get(`/scenarios/${scenario.id}`)
  const sent = { ...pick(body, EDITED), ...change }
  return person.put(`/scenarios/${scenario.id}`, sent, { headers: { 'if-match': headers.get('etag')! } })
}
const said = (scenes: readonly Scene[]) =>
  scenes.flatMap(({ rows }) => rows).flatMap(({ audio }) => audio.filter(({ type }) => type !== 'music'))
const check = (scenario: { checks: { check: string }[] }, name: string) => scenario.checks.find((c) => c.check === name)

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

test('hooks to choose from come with the script, each of another mechanism, and a PUT of the hook chooses', async () => {
  const person = await system.api.register()
  const script = await generate(person, '/ai/generate', { brief: BRIEF, target_duration_s: 30, hooks: 3 })
  const variants: { mechanism: string; text: string }[] = script.hook_variants
  expect(variants).toHaveLength(3)
  expect(new Set(variants.map(({ mechanism }) => mechanism)).size).toBe(3)
  expect(variants[0]!.text).toBe(script.hook)

  const { status, body } = await put(person, script, { hook: variants[2]!.text })
  expect([status, body.hook, body.hook_variants]).toEqual([200, variants[2]!.text, variants])
  expect(said(body.scenes)[0]!.text.startsWith(variants[2]!.text)).toBe(true)
  expect(said(body.scenes)[0]!.text).not.toContain(script.hook)
})

test.each([0, 4, 1.5, 'two'])('%p hooks are refused at their field', async (hooks) => {
  const person = await system.api.register()
  const { status, body } = await person.post('/ai/generate', { brief: BRIEF, hooks })
  expect([status, body.errors[0].path]).toEqual([422, '/hooks'])
})

test('hooks that nobody asked for are none, and clients cannot write them', async () => {
  const person = await system.api.register()
  const { body } = await person.post('/scenarios', { title: 'Чай' })
  expect(body.hook_variants).toEqual([])
  expect((await person.post('/scenarios', { title: 'Чай', hook_variants: [] })).status).toBe(422)
})

test('facts of the order pass the check, and what its author puts in is the author’s word', async () => {
  const person = await system.api.register()
  const script = await generate(person, '/ai/generate', { brief: BRIEF, target_duration_s: 30 })
  expect(check(script, 'invented_fact')).toMatchObject({ pass: true, reason: expect.stringMatching(/заказ|order/) })
  const [first, ...rest] = script.scenes as Scene[]
  const row = { visual: 'Кадр', audio: [{ speaker: '', type: 'vo', text: 'Лучший в районе, 990 ₽.' }], duration_s: 3 }
  const { body } = await put(person, script, { scenes: [{ ...first, rows: [...first!.rows, row] }, ...rest] })
  expect(check(body, 'invented_fact')).toMatchObject({ pass: true })
})

test('the mark that its author has filled in outlives a scene written anew, and a whole script', async () => {
  const person = await system.api.register()
  const script = await generate(person, '/ai/generate', { brief: BRIEF, target_duration_s: 30 })
  const filled = 'Реклама. ООО «Тепло», ИНН 7700000000, erid: 2VtzAbc'
  const scenes = (script.scenes as Scene[]).map((scene) => ({
    ...scene,
    rows: scene.rows.map((row) => (row.on_screen_text?.includes('erid') ? { ...row, on_screen_text: filled } : row)),
  }))
  const { body: marked } = await put(person, script, { scenes, disclosure: filled })
  const shown = (s: { scenes: Scene[] }) =>
    s.scenes.flatMap(({ rows }) =>
      rows.flatMap(({ on_screen_text }) => (on_screen_text?.includes('erid') ? on_screen_text : [])),
    )
  expect(shown(marked)).toEqual([filled])

  const order = { scenario_id: marked.id, scene_id: marked.scenes[0].id, base_version: marked.version, note: 'короче' }
  const rewritten = await generate(person, '/ai/generate/scene', order)
  expect([shown(rewritten), check(rewritten, 'disclosure')]).toMatchObject([[filled], { pass: true }])

  const anew = await generate(person, '/ai/generate', { scenario_id: marked.id, brief: 'Сделайте бодрее и теплее' })
  expect(anew).toMatchObject({ kind: 'ad', disclosure: filled, version: rewritten.version + 1 })
  expect(shown(anew)).toEqual([filled])
})

test('a person’s own pace times what that person writes and orders', async () => {
  const person = await system.api.register()
  const script = { title: 'Чай', scenes: [{ rows: [{ audio: [{ type: 'vo', text: 'а'.repeat(100) }] }] }] }
  const length = async () => (await person.post('/scenarios', script)).body.est_duration_s
  expect(await length()).toBe(6.8)
  expect((await person.put(`/users/${person.id}`, { settings: { reading_ms_per_char: 100 } })).status).toBe(200)
  expect(await length()).toBe(10)
  const written = await generate(person, '/ai/generate', { brief: BRIEF, target_duration_s: 30 })
  expect(Math.abs(written.est_duration_s - 30)).toBeLessThanOrEqual(3)
  const letters = said(written.scenes).reduce((sum, { text }) => sum + text.length, 0)
  expect(letters).toBeLessThan(300)
})

test.each([5, 1_000, 'fast'])('a pace of %p is refused at its field', async (reading_ms_per_char) => {
  const person = await system.api.register()
  const { status, body } = await person.put(`/users/${person.id}`, { settings: { reading_ms_per_char } })
  expect([status, body.errors[0].path]).toEqual([422, '/settings/reading_ms_per_char'])
})
