import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { CHECKS } from '../../../script/checks/check.ts'
import { v7 as uuidv7 } from 'uuid'
import type { Person } from '../../support/http.ts'
import { ifMatch, pointers, row, scene, write } from '../../support/scenarios.ts'
import { startSystem, type System } from '../../support/system.ts'

let system: System
let owner: Person
let stranger: Person
beforeAll(async () => {
  system = await startSystem({ relays: false })
  ;[owner, stranger] = [await system.api.register(), await system.api.register()]
})
afterAll(() => system.stop())

const events = async (scenarioId: string) =>
  (
    await system.databases.scenarios
      .selectFrom('outbox')
      .select('type')
      .where('key', '=', scenarioId)
      .orderBy('id')
      .execute()
  ).map((e) => e.type)

describe('POST /scenarios', () => {
  test('needs a token', async () => {
    expect(await system.api.call('POST', '/scenarios', { body: { title: 'x' } })).toMatchObject({
      status: 401,
      body: { code: 'auth.required' },
    })
  })

  test.each(
    (
      [
        [{}, '/title'],
        [{ title: '   ' }, '/title'],
        [{ title: 'я'.repeat(201) }, '/title'],
        [{ title: 'x', description: 'x'.repeat(501) }, '/description'],
        [{ title: 'x', status: 'done' }, '/status'],
        [{ title: 'x', tags: ['a', ''] }, '/tags/1'],
        [{ title: 'x', kind: 'film' }, '/kind'],
        [{ title: 'x', target_duration_s: -1 }, '/target_duration_s'],
        [{ title: 'x', language: 'русский' }, '/language'],
        [{ title: 'x', content: 'a', scenes: [] }, '/content'],
        [{ title: 'x', scenes: [{ beat: 'climax' }] }, '/scenes/0/beat'],
        [
          { title: 'x', scenes: [{ rows: [row('a'), { audio: [{ text: 'x'.repeat(200_001) }] }] }] },
          '/scenes/0/rows/1/audio/0/text',
        ],
        [{ title: 'x', scenes: [{ rows: [{ visual: 'x'.repeat(5_001) }] }] }, '/scenes/0/rows/0/visual'],
        ...[
          'id',
          'owner_id',
          'version',
          'source',
          'is_demo',
          'my_role',
          'template_id',
          'est_duration_s',
          'checks',
          'hook_variants',
          'created_at',
          'a/b',
        ].map((field) => [{ title: 'x', [field]: 1 }, `/${field.replace('/', '~1')}`] as [object, string]),
      ] as [object, string][]
    ).map(([body, pointer]) => ({ body, pointer })),
  )('refuses with a pointer to $pointer', async ({ body, pointer }) => {
    const reply = await owner.post('/scenarios', body)
    expect(reply).toMatchObject({ status: 422, body: { code: 'validation.failed' } })
    expect(pointers(reply)).toContain(pointer)
  })

  test('gives a title alone every default', async () => {
    const reply = await owner.post('/scenarios', { title: '  Чайник  ' })
    expect(reply.status).toBe(201)
    expect(reply.headers.get('location')).toBe(`/api/v1/scenarios/${reply.body.id}`)
    expect(reply.headers.get('etag')).toMatch(/^"1\./)
    expect(reply.body).toMatchObject({
      owner_id: owner.id,
      title: 'Чайник',
      description: null,
      status: 'draft',
      tags: [],
      language: 'ru',
      platform: 'other',
      kind: 'other',
      tone: [],
      audience: '',
      target_duration_s: 60,
      hook: '',
      cta: '',
      disclosure: null,
      scenes: [],
      content: '',
      est_duration_s: 0,
      hook_variants: [],
      version: 1,
      source: 'human',
      is_demo: false,
      my_role: 'owner',
      template_id: null,
    })
    expect(reply.body.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/)
    expect(reply.body.created_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
    expect(await events(reply.body.id)).toEqual(['scenario_created'])
  })

  test('makes one scene with a row for each paragraph of a plain text, and gives the text back', async () => {
    const content = 'Первый абзац.\nЕго вторая строка.\n\n\n  \nВторой абзац.\n\nТретий.'
    const { body } = await write(owner, { content })
    expect(body.scenes).toHaveLength(1)
    expect(body.scenes[0]).toMatchObject({ heading: '', beat: 'free', locked: false })
    expect(body.scenes[0].rows.map((r: { audio: unknown[] }) => r.audio)).toEqual([
      [{ speaker: '', type: 'vo', text: 'Первый абзац.\nЕго вторая строка.' }],
      [{ speaker: '', type: 'vo', text: 'Второй абзац.' }],
      [{ speaker: '', type: 'vo', text: 'Третий.' }],
    ])
    expect(body.content).toBe('Первый абзац.\nЕго вторая строка.\n\nВторой абзац.\n\nТретий.')
    expect(body.est_duration_s).toBeGreaterThan(2)
  })

  test('makes one row of a paragraph however long it is', async () => {
    const long = '😀 слово за словом. '.repeat(1_000).trim()
    const { body } = await write(owner, { content: `${long}\n\nКонец.` })
    expect(body.scenes[0].rows.map((r: { audio: { text: string }[] }) => r.audio[0]!.text)).toEqual([long, 'Конец.'])
    expect(body.content).toBe(`${long}\n\nКонец.`)
  })

  test('counts characters as people do, in every text', async () => {
    const emoji = (n: number) => '😀'.repeat(n)
    const texts = { title: emoji(200), description: emoji(500), hook: emoji(500), tags: [emoji(50)] }
    const longest = {
      ...scene(emoji(200)),
      rows: [
        row(emoji(5_000), {
          visual: emoji(5_000),
          on_screen_text: emoji(500),
          audio: [{ speaker: emoji(100), type: 'vo', text: 'я' }],
        }),
      ],
    }
    const { id, body } = await write(owner, { ...texts, scenes: [longest] })
    expect((await owner.get(`/scenarios/${id}`)).body).toEqual(body)
    for (const [body, pointer] of [
      [{ title: emoji(201) }, '/title'],
      [{ title: 'x', description: emoji(501) }, '/description'],
      [{ title: 'x', scenes: [{ ...longest, heading: emoji(201) }] }, '/scenes/0/heading'],
    ] as const)
      expect(pointers(await owner.post('/scenarios', body))).toEqual([pointer])
  })

  test('refuses a script with more rows or bytes than anybody can read', async () => {
    const rows = (n: number) => ({ ...scene('x'), rows: Array.from({ length: n }, () => ({})) })
    expect((await owner.post('/scenarios', { title: 'x', scenes: [rows(1_000), rows(1_000)] })).status).toBe(201)
    const tabs = { ...rows(1), rows: [row(`a${'\u0001'.repeat(165_000)}`)] }
    for (const [scenes, pointer] of [
      [[rows(1_000), rows(1_001)], '/scenes'],
      [[rows(2_001)], '/scenes/0/rows'],
      // Each control character is six bytes in JSON, sent and exported.
      [[tabs], '/scenes'],
    ] as const)
      expect(pointers(await owner.post('/scenarios', { title: 'x', scenes }))).toEqual([pointer])
  })

  test('never takes ids of scenes and rows from a client that has none yet', async () => {
    const first = await write(owner, { scenes: [scene('Раз', 'Слова')] })
    const [{ id, rows }] = first.body.scenes
    const second = await write(owner, {
      scenes: [{ ...scene('Два'), id, rows: [{ ...row('Слова'), id: rows[0].id }] }],
    })
    expect(second.body.scenes[0].id).not.toBe(id)
    expect(second.body.scenes[0].rows[0].id).not.toBe(rows[0].id)
  })

  test('counts tags that differ in case and ё once', async () => {
    const { body } = await write(owner, { tags: ['Ёлка', 'елка', 'ЁЛКА', 'обзор'] })
    expect(body.tags).toEqual(['Ёлка', 'обзор'])
  })

  test('keeps the first answer to an Idempotency-Key', async () => {
    const headers = { 'idempotency-key': uuidv7() }
    const first = await owner.post('/scenarios', { title: 'Однажды' }, { headers })
    const again = await owner.post('/scenarios', { title: 'Однажды' }, { headers })
    expect([again.status, again.headers.get('idempotent-replayed'), again.body]).toEqual([201, 'true', first.body])
    expect(await owner.post('/scenarios', { title: 'Иначе' }, { headers })).toMatchObject({
      status: 422,
      body: { code: 'idempotency.key_reused' },
    })
  })
})

describe('GET /scenarios/{id}', () => {
  test('is 404 for strangers, for what is missing and for what is no id', async () => {
    const { id } = await write(owner)
    for (const path of [`/scenarios/${id}`, `/scenarios/${uuidv7()}`, '/scenarios/nope'])
      expect(await stranger.get(path)).toMatchObject({ status: 404, body: { code: 'scenario.not_found' } })
    expect((await system.api.call('GET', `/scenarios/${id}`)).status).toBe(401)
  })

  test('answers 304 to one who knows the version', async () => {
    const { id, etag } = await write(owner)
    const known = await owner.get(`/scenarios/${id}`, { headers: { 'if-none-match': etag } })
    expect([known.status, known.text]).toEqual([304, ''])
    expect((await owner.get(`/scenarios/${id}`, { headers: { 'if-none-match': '"0.en"' } })).status).toBe(200)
  })

  test('tells what each check found in the reader’s language', async () => {
    const { id } = await write(owner, { scenes: [scene('Раз', 'Вода закипает за минуту.')] })
    const [ru, en] = [
      await owner.get(`/scenarios/${id}`, { headers: { 'accept-language': 'ru' } }),
      await owner.get(`/scenarios/${id}`, { headers: { 'accept-language': 'en' } }),
    ]
    expect(ru.body.checks.map((c: { check: string }) => c.check)).toEqual(
      en.body.checks.map((c: { check: string }) => c.check),
    )
    expect(ru.body.checks).toHaveLength(CHECKS.length)
    for (const check of en.body.checks) expect(check.reason).not.toMatch(/[а-яё]/i)
    for (const check of ru.body.checks) expect(check.reason).toMatch(/[а-яё]/i)
    expect(ru.headers.get('etag')).not.toBe(en.headers.get('etag'))
  })
})

describe('PUT /scenarios/{id}', () => {
  test('replaces: what is absent is default again', async () => {
    const { id, etag } = await write(owner, {
      description: 'Было',
      tags: ['а'],
      status: 'completed',
      kind: 'ad',
      cta: 'Купите',
      scenes: [scene('Раз', 'Слова')],
    })
    const { body } = await owner.put(`/scenarios/${id}`, { title: 'Пусто' }, ifMatch(etag))
    expect(body).toMatchObject({
      description: null,
      tags: [],
      status: 'draft',
      kind: 'other',
      cta: '',
      scenes: [],
      version: 2,
    })
  })

  test('keeps the ids of its scenes and rows, wherever they move, and gives others new ones', async () => {
    const { id, etag, body } = await write(owner, { scenes: [scene('Раз', 'а', 'б'), scene('Два', 'в')] })
    const [one, two] = body.scenes
    const foreign = uuidv7()
    const { body: after } = await owner.put(
      `/scenarios/${id}`,
      {
        title: 'x',
        scenes: [two, { ...one, rows: [one.rows[1], { ...one.rows[0], id: foreign }] }, { ...one, id: one.id }],
      },
      ifMatch(etag),
    )
    expect(after.scenes.map((s: { id: string }) => s.id).slice(0, 2)).toEqual([two.id, one.id])
    expect(after.scenes[1].rows[0].id).toBe(one.rows[1].id)
    expect(after.scenes[1].rows[1].id).not.toBe(foreign)
    const all = after.scenes.flatMap((s: { id: string; rows: { id: string }[] }) => [s.id, ...s.rows.map((r) => r.id)])
    expect(new Set(all).size).toBe(all.length)
  })

  test('keeps a plain text’s scene while its words change', async () => {
    const { id, etag, body } = await write(owner, { content: 'Раз.\n\nДва.' })
    const { body: after } = await owner.put(`/scenarios/${id}`, { title: 'x', content: 'Ноль.\n\nРаз.' }, ifMatch(etag))
    expect(after.scenes[0].id).toBe(body.scenes[0].id)
    expect(after.scenes[0].rows[1].id).toBe(body.scenes[0].rows[0].id)
    expect(after.scenes[0].rows[0].id).not.toBe(body.scenes[0].rows[1].id)
  })
})
