import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import { loadConfig } from '../../config.ts'
import type { Person } from '../support/http.ts'
import { startSystem, type System } from '../support/system.ts'

let system: System
let person: Person
beforeAll(async () => {
  system = await startSystem({ relays: false, workers: ['auth', 'users'] })
  person = await system.api.register()
})
afterAll(() => system.stop())

const PAGES = ['/verify-email', '/reset-password', '/register', `/scenarios/${randomUUID()}`]
const open = (path: string, headers = {}) => system.api.call('GET', `/${path}`, { headers })

describe.each(PAGES)('GET %s', (path) => {
  test.each([
    ['ru-RU,ru;q=0.9,en;q=0.8', 'ru', /[а-я]/],
    ['en-US', 'en', /^[^а-яё]*$/i],
    ['', 'en', /^[^а-яё]*$/i],
  ])('is a page in the language that is asked for: %s', async (accepted, language, words) => {
    const page = await open(path, { 'accept-language': accepted })
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
    expect(page.text).toContain(`<html lang="${language}">`)
    expect(page.text).toMatch(words)
  })

  test('runs nothing but its own script, which talks to this API alone, and is nobody’s frame', async () => {
    const page = await open(path)
    expect(page.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; style-src 'sha256-\S+'; script-src 'sha256-\S+'; connect-src 'self'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'$/,
    )
    // The one way on is to the studio.
    expect(page.text.replace('href="/studio"', '')).not.toMatch(/\b(?:src|href|on\w+)=/)
    expect(page.headers.get('referrer-policy')).toBe('no-referrer')
    expect(page.headers.get('cache-control')).toBe('no-store')
  })
})

test('where a frontend is set, links lead there and there are no pages of ours', async () => {
  const app = await startSystem({
    relays: false,
    workers: ['auth', 'users'],
    env: { APP_URL: 'https://app.example.com/' },
  })
  try {
    for (const path of [...PAGES, '/shared/x']) expect((await app.api.call('GET', `/${path}`)).status).toBe(404)
    const owner = await app.api.register()
    const { id } = (await owner.post('/scenarios', { title: 'a' })).body
    const { url, token } = (await owner.post(`/scenarios/${id}/share`, { link: true, role: 'viewer' })).body
    expect(url).toBe(`https://app.example.com/shared/${token}`)
  } finally {
    await app.stop()
  }
})

test('APP_URL is PUBLIC_URL unless it is set', () => {
  expect(loadConfig({ PUBLIC_URL: 'https://api.example.com/' }).appUrl).toBe('https://api.example.com')
  expect(loadConfig({ APP_URL: 'https://app.example.com/' }).appUrl).toBe('https://app.example.com')
  expect(() => loadConfig({ APP_URL: 'app.example.com' })).toThrow(/^APP_URL: must be/)
})

test('a script is a page to read for who may see it', async () => {
  const { id } = (await person.post('/scenarios', { title: 'Моё', content: 'Первая строка.' })).body
  const headers = { accept: 'text/html' }
  const page = await person.get(`/scenarios/${id}`, { headers })
  expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
  expect(page.text).toContain('Первая строка.')
  const stranger = await system.api.register()
  expect((await stranger.get(`/scenarios/${id}`, { headers })).status).toBe(404)
})
