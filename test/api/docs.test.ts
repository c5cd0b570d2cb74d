import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Reply } from '../support/http.ts'
import { startSystem, type System } from '../support/system.ts'

let system: System
let page: Reply
beforeAll(async () => {
  system = await startSystem({ workers: [], relays: false })
  page = await system.api.call('GET', '//docs')
})
afterAll(() => system.stop())

describe('GET /docs', () => {
  test('is a page that needs no token', () => {
    expect(page.status).toBe(200)
    expect(page.headers.get('content-type')).toMatch(/^text\/html/)
  })

  test('loads nothing from elsewhere', async () => {
    const files = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map((m) => m[1] as string)
    expect(files.length).toBeGreaterThan(0)
    for (const file of files) expect(await system.api.call('GET', `/${file}`)).toMatchObject({ status: 200 })
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
  })

  test('reads the document of this API', async () => {
    const { text } = await system.api.call('GET', '//docs/start.js')
    expect(text).toContain("url: '/openapi.json'")
  })
})
