import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Person, Reply } from '../../support/http.ts'
import { startSystem, type System } from '../../support/system.ts'

let system: System
let owner: Person
beforeAll(async () => {
  system = await startSystem({ relays: false, workers: ['auth', 'users'] })
  owner = await system.api.register()
})
afterAll(() => system.stop())

const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'
const NASTY = '<img src=x onerror=alert(1)>"\'&</style></title>'
const scenario = async (fields: object = {}) =>
  (await owner.post('/scenarios', { title: 'Общий', content: 'Раз.\n\nДва.', ...fields })).body
const linkTo = (id: string, extra = {}) =>
  owner.post(`/scenarios/${id}/share`, { link: true, role: 'viewer', ...extra })
/** In the API, and where people are sent. */
const PLACES = ['/shared', '//shared']
const open = (token: string, headers = {}, place = '/shared') =>
  system.api.call('GET', `${place}/${token}`, { headers })

describe.each(PLACES)('GET %s/{token}', (place) => {
  let id: string
  let link: Reply
  beforeAll(async () => {
    ;({ id } = await scenario())
    link = await linkTo(id, { expires_at: '2099-01-01T00:00:00Z' })
  })

  test.each(['x', 'A'.repeat(43)])('is 404 for what is no token: %s', async (token) => {
    expect((await open(token, {}, place)).body).toMatchObject({ status: 404, code: 'share.not_found' })
    const page = await open(token, { accept: BROWSER, 'accept-language': 'ru' }, place)
    expect([page.status, page.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8'])
    expect(page.text).toContain('Здесь больше ничего нет')
  })

  test.each([undefined, 'application/json', '*/*', 'application/json, text/html;q=0'])(
    'opens without an account as JSON for %s, and is kept by no cache',
    async (accept) => {
      const opened = await open(link.body.token, accept && { accept }, place)
      expect(opened).toMatchObject({ status: 200, body: { id, my_role: 'viewer', title: 'Общий' } })
      expect(opened.headers.get('cache-control')).toBe('no-store')
    },
  )

  test('is a page to read for a browser, with nothing from elsewhere and nothing to run', async () => {
    const page = await open(link.body.token, { accept: BROWSER }, place)
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
    for (const words of ['Общий', 'Раз.', 'Два.']) expect(page.text).toContain(words)
    expect(page.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+'; form-action 'none'/,
    )
    expect(page.text).not.toMatch(/<script|src=|href=/)
    expect(page.headers.get('x-robots-tag')).toBe('noindex')
    expect(page.headers.get('cache-control')).toBe('no-store')
    expect(page.headers.get('vary')?.split(', ')).toContain('Accept')
    expect(page.text).not.toContain(owner.id)
  })

  test('is 304 to who knows it', async () => {
    const known = { 'if-none-match': (await open(link.body.token, {}, place)).headers.get('etag') ?? '' }
    expect((await open(link.body.token, known, place)).status).toBe(304)
  })
})

test('a link leads to the page', async () => {
  const { body } = await linkTo((await scenario()).id)
  expect(body.url).toBe(`http://api.test/shared/${body.token}`)
})

test('what people wrote is text on the page, wherever it stands', async () => {
  const row = { visual: NASTY, audio: [{ speaker: NASTY, type: 'vo', text: NASTY }], on_screen_text: NASTY }
  const nasty = {
    title: NASTY,
    description: NASTY,
    hook: NASTY,
    cta: NASTY,
    audience: NASTY,
    disclosure: NASTY,
    tone: [NASTY],
  }
  const { id } = await scenario({ ...nasty, content: undefined, scenes: [{ heading: NASTY, rows: [row] }] })
  const { text } = await open((await linkTo(id)).body.token, { accept: BROWSER })
  expect(text.match(/&#60;img src=x onerror=alert\(1\)&#62;/g)?.length).toBeGreaterThanOrEqual(10)
  expect(text).not.toContain('<img')
  expect(text.match(/<\/style>/g)).toHaveLength(1)
})

test('a script without scenes, and one in English, are pages too', async () => {
  const empty = await scenario({ content: undefined, title: 'An empty one', language: 'en' })
  const { text } = await open((await linkTo(empty.id)).body.token, { accept: BROWSER })
  expect(text).toContain('<html lang="en">')
})

test('a link is 404 once it has expired, or is revoked, or its script is gone; for a browser a page says so', async () => {
  const both = async (token: string) =>
    Promise.all([{}, { accept: BROWSER }].map(async (headers) => (await open(token, headers)).status))
  const { id, version } = await scenario()
  const short = await linkTo(id, { expires_at: new Date(Date.now() + 60_000).toISOString() })
  expect(await both(short.body.token)).toEqual([200, 200])
  await system.databases.scenarios
    .updateTable('shares')
    .set({ expires_at: new Date(Date.now() - 1) })
    .where('id', '=', short.body.id)
    .execute()
  expect(await both(short.body.token)).toEqual([404, 404])

  const revoked = await linkTo(id)
  expect((await owner.delete(`/scenarios/${id}/shares/${revoked.body.id}`)).status).toBe(204)
  expect(await both(revoked.body.token)).toEqual([404, 404])

  const left = await linkTo(id)
  await owner.delete(`/scenarios/${id}`, { headers: { 'if-match': `"${version}.en"` } })
  expect(await both(left.body.token)).toEqual([404, 404])
})
