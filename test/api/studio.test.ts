import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { brotliDecompressSync } from 'node:zlib'
import { get } from 'node:http'
import { buildStudio } from '../support/studio.ts'
import { startSystem, type System } from '../support/system.ts'

let system: System
beforeAll(async () => {
  await buildStudio()
  system = await startSystem()
})
afterAll(() => system?.stop())

/** As it comes over the wire: `fetch` would unpack it. */
const raw = (path: string, headers: Record<string, string>) =>
  new Promise<{ headers: Record<string, unknown>; bytes: Buffer }>((resolve, reject) =>
    get(`${system.api.origin}${path}`, { headers }, async (answer) => {
      const pieces = await answer.toArray().catch(reject)
      resolve({ headers: answer.headers, bytes: Buffer.concat((pieces ?? []) as Buffer[]) })
    }).on('error', reject),
  )
const assetsOf = (html: string) => [...html.matchAll(/"(\/studio\/assets\/[^"]+)"/g)].map(([, path]) => path!)

test('the root leads to the studio, which allows nothing inline and asks nobody else', async () => {
  const root = await system.api.call('GET', '//')
  expect([root.status, root.headers.get('location')]).toEqual([302, '/studio'])
  const page = await system.api.call('GET', '//studio')
  expect(page.status).toBe(200)
  const policy = page.headers.get('content-security-policy')
  expect(policy).toContain("require-trusted-types-for 'script'")
  expect(policy).not.toMatch(/unsafe|https?:/)
  expect(page.headers.get('cache-control')).toBe('no-cache')
  expect(page.text).not.toMatch(/<script(?![^>]*\ssrc=)|<style|https?:\/\//)
})

test('its parts are named by what is in them, kept for ever, and come compressed', async () => {
  const assets = assetsOf((await system.api.call('GET', '//studio')).text)
  expect(assets.length).toBeGreaterThan(1)
  for (const path of assets) {
    const plain = await raw(path, {})
    const packed = await raw(path, { 'accept-encoding': 'gzip, deflate, br' })
    const zipped = await raw(path, { 'accept-encoding': 'gzip, br;q=0' })
    expect(plain.headers['cache-control']).toBe('public, max-age=31536000, immutable')
    expect([packed, zipped, plain].map(({ headers }) => headers['content-encoding'])).toEqual(['br', 'gzip', undefined])
    expect(brotliDecompressSync(packed.bytes).equals(plain.bytes)).toBe(true)
    expect(packed.bytes.length).toBeLessThan(plain.bytes.length)
  }
})

test.each(['none.js', '..%2Findex.html', 'index.html', '.made-of'])(
  'a part that is not there is 404: %s',
  async (name) => {
    const missing = await system.api.call('GET', `//studio/assets/${name}`)
    expect([missing.status, missing.body.code]).toEqual([404, 'route.not_found'])
  },
)
