import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import { createSignedLinks } from '../../../api/auth/signed-links.ts'
import type { Person } from '../../support/http.ts'
import { startSystem, type System } from '../../support/system.ts'

let system: System
let person: Person, stranger: Person
let id: string
beforeAll(async () => {
  system = await startSystem()
  ;[person, stranger] = await Promise.all([system.api.register(), system.api.register()])
  ;({ id } = (await person.post('/scenarios', { title: 'Чайник', content: 'Раз.' })).body)
})
afterAll(() => system.stop())

/** Opened as a browser does: without a token. */
const open = (url: string) => system.api.call('GET', url.replace('http://api.test', system.api.origin))
const link = (body: object, of = id, by = person) => by.post(`/scenarios/${of}/export-link`, body)
const refused = { status: 401, body: { code: 'auth.token_invalid' } }

describe('POST /scenarios/{id}/export-link', () => {
  test('needs a token', async () => {
    const path = `/scenarios/${id}/export-link`
    expect((await system.api.call('POST', path, { body: { format: 'md' } })).status).toBe(401)
  })

  test.each(['stranger', 'missing'])('is 404 for who may not see it, and for what is not there: %s', async (who) => {
    const reply =
      who === 'stranger' ? await link({ format: 'md' }, id, stranger) : await link({ format: 'md' }, randomUUID())
    expect(reply).toMatchObject({ status: 404, body: { code: 'scenario.not_found' } })
  })

  test.each([
    [{}, '/format'],
    [{ format: 'exe' }, '/format'],
    [{ format: 'md', storyboard: true }, '/storyboard'],
    [{ format: 'md', for: 'ever' }, '/for'],
  ])('is 422 for %j', async (body, path) => {
    expect(await link(body)).toMatchObject({ status: 422, body: { errors: [{ path }] } })
  })

  test.each([{ format: 'md' }, { format: 'pdf', storyboard: true }])(
    'opens the file without a token: %j',
    async (body) => {
      const { status, body: made } = await link(body)
      expect(status).toBe(201)
      const life = Date.parse(made.expires_at) - Date.now()
      expect([life > 200_000, life <= 300_000]).toEqual([true, true])
      const { format, storyboard } = { storyboard: false, ...body }
      const asked = await person.get(`/scenarios/${id}/export?format=${format}&storyboard=${storyboard}`)
      for (let times = 0; times < 2; times += 1) {
        const file = await open(made.url)
        expect({ status: file.status, text: file.text }).toEqual({ status: 200, text: asked.text })
        expect(file.headers.get('content-disposition')).toMatch(/^attachment; /)
      }
    },
  )

  test('opens nothing else, whatever is changed in it', async () => {
    const { url } = (await link({ format: 'md' })).body
    const other = (await person.post('/scenarios', { title: 'Другой' })).body.id as string
    const theirs = new URL(
      (await link({ format: 'md' }, (await stranger.post('/scenarios', { title: 'Их' })).body.id, stranger)).body.url,
    )
    const [until, session, mac] = new URL(url).searchParams.get('link')!.split('.') as [string, string, string]
    const changed: ((to: URL) => unknown)[] = [
      (to) => to.searchParams.set('format', 'json'),
      (to) => to.searchParams.append('format', 'json'),
      (to) => to.searchParams.set('storyboard', 'false'),
      (to) => to.searchParams.append('link', 'x'),
      (to) => (to.pathname = to.pathname.replace(id, other)),
      (to) => (to.pathname = to.pathname.replace(id, id.toUpperCase())),
      (to) => to.searchParams.set('link', theirs.searchParams.get('link')!),
      (to) => to.searchParams.set('link', `${(parseInt(until, 36) + 1).toString(36)}.${session}.${mac}`),
      (to) => to.searchParams.set('link', `${until}.${theirs.searchParams.get('link')!.split('.')[1]}.${mac}`),
      (to) => to.searchParams.set('link', `${until}.${session}.${mac.replace(/^./, (c) => (c === 'A' ? 'B' : 'A'))}`),
      (to) => to.searchParams.set('link', `${until}.${session}`),
      (to) => to.searchParams.set('link', ''),
    ]
    for (const change of changed) {
      const to = new URL(url)
      change(to)
      expect(await open(to.href)).toMatchObject(refused)
    }
    const elsewhere = url.replace('/export?', '?')
    expect((await open(elsewhere)).body.code).toBe('auth.required')
    expect((await open(url)).status).toBe(200)
  })

  test('is over after five minutes', async () => {
    const { of } = { of: async () => ({ id: person.id, session_id: '', roles: [] }) }
    const links = createSignedLinks({ ring: system.keys.links, sessions: { of } })
    const session = (await person.get('/auth/sessions')).body.items[0].id as string
    const now = Date.now
    const madeAgo = (seconds: number) => {
      Date.now = () => now() - seconds * 1000
      try {
        const caller = { id: person.id, session_id: session, roles: [] }
        return links.make(caller, 'http://api.test', `/api/v1/scenarios/${id}/export?format=md`).url
      } finally {
        Date.now = now
      }
    }
    expect((await open(madeAgo(200))).status).toBe(200)
    expect(await open(madeAgo(302))).toMatchObject(refused)
  })

  test('ends with the session that made it, and with the access', async () => {
    const reader = await system.api.register()
    const share = (await person.post(`/scenarios/${id}/share`, { user_id: reader.id, role: 'viewer' })).body
    const { url } = (await link({ format: 'md' }, id, reader)).body
    expect((await open(url)).status).toBe(200)
    await person.delete(`/scenarios/${id}/shares/${share.id}`)
    expect((await open(url)).body.code).toBe('scenario.not_found')
    const mine = (await reader.post('/scenarios', { title: 'Моё' })).body.id
    const own = (await link({ format: 'md' }, mine, reader)).body.url
    await reader.post('/auth/logout')
    expect(await open(own)).toMatchObject(refused)
  })

  test('stands in no log', async () => {
    const { url } = (await link({ format: 'md' })).body
    await open(url)
    const secret = new URL(url).searchParams.get('link')!.split('.')[2]!
    expect(system.logs.filter((line) => line.includes(secret))).toEqual([])
  })
})

describe('POST /operations/{id}/download-link', () => {
  test('opens a person’s archive without a token, for that person alone', async () => {
    const { id: operation } = (await person.post(`/users/${person.id}/export`)).body
    expect((await system.api.finished(operation, person.token)).status).toBe('succeeded')
    const path = `/operations/${operation}/download-link`
    expect((await system.api.call('POST', path)).status).toBe(401)
    expect((await stranger.post(path)).status).toBe(404)
    const { status, body } = await person.post(path)
    expect(status).toBe(201)
    const file = await open(body.url)
    expect(file).toMatchObject({ status: 200, body: { person_id: person.id } })
    expect(file.headers.get('content-disposition')).toMatch(/^attachment; /)
    expect((await open(body.url.replace(person.id, stranger.id))).status).toBe(401)
  })

  test('is 404 for what is no archive', async () => {
    const { id: generation } = (await person.post('/ai/generate', { brief: 'Ролик о термосе.' })).body
    expect((await person.post(`/operations/${generation}/download-link`)).body.code).toBe('export.not_found')
    expect((await person.post('/operations/nothing/download-link')).body.code).toBe('operation.not_found')
  })
})
