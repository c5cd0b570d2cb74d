import { resolve } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { hasBrowser, launchBrowser } from '../support/browser.ts'
import { filesOf, serveFiles } from '../support/documented-files.ts'
import { startWire } from '../support/frozen-wire.ts'
import { PASSWORD } from '../support/http.ts'
import { startSystem, type System } from '../support/system.ts'
import { until } from '../support/until.ts'
import { mailedToken } from '../support/verified.ts'

const files = filesOf(resolve(import.meta.dirname, '../../docs/frontend.md'))
/** A browser beside the whole system on a busy machine: limits for what hangs. */
const LIMIT_MS = 180_000
jest.setTimeout(LIMIT_MS)
const BRIEF = 'A thermos that keeps tea hot for a day. Order on the site.'

;(hasBrowser ? describe : describe.skip)('in Chromium (needs the Debian package chromium)', () => {
  let served: Awaited<ReturnType<typeof serveFiles>>
  let system: System
  let browser: Browser
  let context: BrowserContext
  /** What went wrong in any page without anybody saying so. */
  let faults: string[]
  let asked: string[]
  let apiPort: string
  beforeAll(async () => {
    served = await serveFiles(files)
    system = await startSystem({ env: { CORS_ORIGINS: `http://localhost:${served.port}` } })
    apiPort = new URL(system.api.origin).port
    browser = await launchBrowser({ 'api.test': Number(apiPort) })
  })
  afterAll(async () => {
    await browser?.close()
    await system?.stop()
    await served?.[Symbol.asyncDispose]()
  })
  const newContext = async (locale = 'en-US', width = 1280) => {
    const made = await browser.newContext({ locale, viewport: { width, height: 800 } })
    made.setDefaultTimeout(LIMIT_MS / 3)
    made.on('weberror', (error) => faults.push(String(error.error())))
    made.on('console', (said) => /Content Security Policy/.test(said.text()) && faults.push(said.text()))
    made.on('request', (request) => asked.push(request.url()))
    return made
  }
  beforeEach(async () => {
    faults = []
    asked = []
    context = await newContext()
  })
  afterEach(async () => {
    await context.close()
    expect(faults).toEqual([])
  })

  describe('the page of docs/frontend.md, on another origin than the API', () => {
    const address = (host: string, mode: string, port: number | string) =>
      `http://${host}:${served.port}/?mode=${mode}&api=${encodeURIComponent(`http://localhost:${port}`)}`
    const open = async (mode = 'bearer', host = 'localhost', port: number | string = apiPort) => {
      const page = await context.newPage()
      await page.goto(address(host, mode, port))
      return page
    }
    const enter = async (page: Page, email: string, password = PASSWORD, button = 'Sign in') => {
      await page.getByLabel('E-mail').fill(email)
      await page.getByLabel('Password').fill(password)
      await page.getByRole('button', { name: button }).click()
    }
    const signedIn = (page: Page) => page.getByRole('button', { name: 'Sign out' }).waitFor()
    const signedOut = (page: Page) => page.getByRole('button', { name: 'Sign in' }).waitFor()

    test('registers, has a script written and shown, hears of it, downloads and imports it', async () => {
      const page = await open()
      await enter(page, 'page@example.test', PASSWORD, 'Register')
      await signedIn(page)
      await page.getByLabel('Brief').fill(BRIEF)
      await page.getByRole('button', { name: 'Write' }).click()
      await page.getByText('done').waitFor()
      const shown = await page.locator('#script').textContent()
      const { scenarios } = system.databases
      const stored = await scenarios.selectFrom('scenarios').selectAll().executeTakeFirstOrThrow()
      expect(shown?.startsWith(`${stored.title}\n\n`)).toBe(true)
      await page.locator('#news li').first().waitFor()

      const downloading = page.waitForEvent('download')
      await page.getByRole('button', { name: 'Download' }).click()
      expect((await downloading).suggestedFilename()).toMatch(/\.pdf$/)

      const file = { title: 'Brought along', scenes: [{ rows: [{ visual: 'A cup', audio: [{ text: 'Tea.' }] }] }] }
      const buffer = Buffer.from(JSON.stringify(file))
      await page.getByLabel('Import').setInputFiles({ name: 'a.json', mimeType: 'application/json', buffer })
      await page.getByText('Brought along').waitFor()
      expect(await page.locator('#wrong').textContent()).toBe('')
    })

    test('says at which field something is wrong', async () => {
      const page = await open()
      await enter(page, 'short@example.test', 'short', 'Register')
      await until(async () => /password: .*8/.test((await page.locator('#wrong').textContent()) ?? ''))
    })

    test('keeps one session over several tabs that refresh at once, and none after signing out in one', async () => {
      const { email } = await system.api.register()
      const first = await open()
      await enter(first, email)
      await signedIn(first)
      const second = await open()
      await signedIn(second)
      // Five clients in each tab, as if it were ten tabs that wake up at once.
      const many = (page: Page) =>
        page.evaluate<string>(`(async () => {
          const { createScenor } = await import('./scenor.js')
          const tabs = Array.from({ length: 5 }, () => createScenor('http://localhost:${apiPort}'))
          await Promise.all(tabs.map((tab) => tab.refresh()))
          return (await tabs[0].json('GET', '/auth/me')).email
        })()`)
      expect(await Promise.all([many(first), many(second)])).toEqual([email, email])

      await first.getByRole('button', { name: 'Sign out' }).click()
      await Promise.all([signedOut(first), signedOut(second)])
      await second.reload()
      await signedOut(second)
    })

    test('an EventSource goes on with a new ticket after its stream broke', async () => {
      const person = await system.api.register()
      await using wire = await startWire(`127.0.0.1:${apiPort}`)
      const page = await open('bearer', 'localhost', wire.address.split(':')[1])
      await enter(page, person.email)
      await signedIn(page)
      const tell = (title: string) =>
        person.post('/notifications', { user_id: person.id, topic: 'custom', title, body: 'b', channels: ['in_app'] })
      const streams = () => asked.filter((url) => url.includes('/notifications/stream'))
      await until(async () => {
        await tell('before')
        return (await page.getByText('before').count()) > 0
      })
      await wire.cut()
      await wire.mend()
      await tell('after')
      await page.getByText('after').waitFor()
      expect(streams().length).toBeGreaterThan(1)
      expect(new Set(streams()).size).toBe(streams().length)
    })

    test('from an origin that is not named nothing can be read', async () => {
      const page = await open('bearer', '127.0.0.1')
      await enter(page, 'nobody@example.test')
      await until(async () => (await page.locator('#wrong').textContent())?.includes('Failed to fetch'))
    })
  })

  describe('our own pages', () => {
    const open = async (path: string, made = context) => {
      const page = await made.newPage()
      await page.goto(`http://api.test${path}`)
      return page
    }
    test('an address is confirmed by its owner', async () => {
      const person = await system.api.register()
      const token = await mailedToken(system, person.id, 'verify_email')
      const page = await open(`/verify-email#token=${token}`)
      await page.getByLabel('Password').fill(PASSWORD)
      await page.getByRole('button').click()
      await page.getByText('Your address is confirmed').waitFor()
      expect((await person.get('/auth/me')).body.email_verified).toBe(true)
      expect(page.url()).toBe('http://api.test/verify-email')
      expect(asked.filter((url) => url.split('#')[0]!.includes(token))).toEqual([])
    })

    test('a password is set anew, once; what is wrong with it is said', async () => {
      const person = await system.api.register()
      await system.api.call('POST', '/auth/password/forgot', { body: { email: person.email } })
      const link = `/reset-password#token=${await mailedToken(system, person.id, 'reset_password')}`
      const page = await open(link)
      await page.getByLabel('New password').fill('password')
      await page.getByRole('button').click()
      await page.getByRole('alert').waitFor()
      await page.getByLabel('New password').fill(`${PASSWORD} neu`)
      await page.getByRole('button').click()
      await page.getByText('The new password is set').waitFor()
      const body = { email: person.email, password: `${PASSWORD} neu` }
      expect((await system.api.call('POST', '/auth/login', { body })).status).toBe(200)

      const again = await open(link)
      await again.getByLabel('New password').fill(`${PASSWORD} noch neuer`)
      await again.getByRole('button').click()
      await again.getByText('The link is not valid any more').waitFor()
    })

    test('somebody registers, and is told to look at the mail', async () => {
      const page = await open('/register')
      await page.getByLabel('E-mail').fill('by-page@example.test')
      await page.getByLabel('New password').fill(PASSWORD)
      await page.getByRole('button').click()
      await page.getByText('confirm your address').waitFor()
      const body = { email: 'by-page@example.test', password: PASSWORD }
      expect((await system.api.call('POST', '/auth/login', { body })).status).toBe(200)
    })

    test('a script is read by who may, and no session stays open', async () => {
      const person = await system.api.register()
      const { id } = (await person.post('/scenarios', { title: 'Mine', content: 'The first line.' })).body
      const sessions = async () => (await person.get('/auth/sessions')).body.items.length as number
      const page = await open(`/scenarios/${id}`)
      await page.getByLabel('E-mail').fill(person.email)
      await page.getByLabel('Password').fill('not the password')
      await page.getByRole('button').click()
      await page.getByText('E-mail or password is wrong').waitFor()
      await page.getByLabel('Password').fill(PASSWORD)
      await page.getByRole('button').click()
      await page.getByText('The first line.').waitFor()
      expect(await page.title()).toBe('Mine')
      await until(async () => (await sessions()) === 1)
    })

    test.each(['en-US', 'ru-RU'])('every page fits a small telephone and asks nobody else, %s', async (locale) => {
      const person = await system.api.register()
      const long = 'Ы'.repeat(190)
      const row = { visual: long, audio: [{ speaker: long.slice(0, 90), text: long }], on_screen_text: long }
      const script = { title: long, hook: long, scenes: [{ heading: long, rows: [row, row] }] }
      const { id } = (await person.post('/scenarios', script)).body
      const { token } = (await person.post(`/scenarios/${id}/share`, { link: true, role: 'viewer' })).body
      const small = await newContext(locale, 320)
      for (const path of [
        '/verify-email',
        '/reset-password#token=x',
        '/register',
        `/scenarios/${id}`,
        `/shared/${token}`,
        '/shared/x',
      ]) {
        const page = await open(path, small)
        const seen = await page.evaluate<[string, number, number]>(
          '(({ lang, scrollWidth, clientWidth }) => [lang, scrollWidth, clientWidth])(document.documentElement)',
        )
        const language = path === `/shared/${token}` ? 'ru' : locale.slice(0, 2)
        expect([path, ...seen]).toEqual([path, language, 320, 320])
      }
      await small.close()
      expect([...new Set(asked.map((url) => new URL(url).origin))]).toEqual(['http://api.test'])
    })
  })
})
