import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { createDemoProvider } from '../../llm/demo.ts'
import { BUILT } from '../../studio/built.ts'
import { hasBrowser, launchBrowser } from '../support/browser.ts'
import { startWire } from '../support/frozen-wire.ts'
import { buildStudio } from '../support/studio.ts'
import { startSystem, type System } from '../support/system.ts'
import { until } from '../support/until.ts'

/** Milliseconds that a page may take for what it does. */
const LIMIT_MS = 60_000
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const MOST_BYTES = 80_000
const BRIEF = 'A thermos that keeps tea hot for a day. Order on the site.'
/** A page with less has not been drawn: nothing would be wrong with it. */
const FEWEST_ELEMENTS = 20

/** What axe finds wrong, the horizontal overflow, and how much there is to look at. */
async function lookedAt(page: Page) {
  await page.evaluate(AXE)
  const found = await page.evaluate<{ violations: string[]; elements: number; wide: number }>(`(async () => {
    const { violations } = await axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })
    const { scrollWidth, clientWidth } = document.documentElement
    return {
      violations: violations.map(({ id, nodes }) => id + ': ' + nodes.map((node) => node.html.slice(0, 120)).join(' | ')),
      elements: document.querySelectorAll('body *').length,
      wide: scrollWidth - clientWidth,
    }
  })()`)
  return { ...found, drawn: found.elements >= FEWEST_ELEMENTS }
}
/** `npm run docs:studio` draws what is looked at, into docs/pictures. */
const PICTURES = process.env['STUDIO_PICTURES']
const CLEAN = { violations: [], wide: 0, drawn: true }

test('all JavaScript of the studio is at most 80 kB gzipped', async () => {
  await buildStudio()
  const zipped = readdirSync(join(BUILT, 'assets')).filter((name) => name.endsWith('.js.gz'))
  const bytes = zipped.reduce((sum, name) => sum + readFileSync(join(BUILT, 'assets', name)).length, 0)
  process.stdout.write(`studio: ${bytes} bytes of JavaScript gzipped\n`)
  expect(bytes).toBeGreaterThan(5_000)
  expect(bytes).toBeLessThanOrEqual(MOST_BYTES)
})

;(hasBrowser ? describe : describe.skip)('the studio in Chromium (needs the Debian package chromium)', () => {
  let system: System
  let browser: Browser
  let context: BrowserContext
  let origin: string
  let faults: string[]
  let asked: string[]
  beforeAll(async () => {
    await buildStudio()
    system = await startSystem({
      env: { DEV_PAGES: 'true' },
      // Slow enough to do something meanwhile.
      provider: createDemoProvider({ latencyMs: 4_000 }),
    })
    origin = `http://localhost:${new URL(system.api.origin).port}`
    browser = await launchBrowser({})
  })
  afterAll(async () => {
    await browser?.close()
    await system?.stop()
  })
  const contextOf = async (options: BrowserContextOptions = {}) => {
    const made = await browser.newContext({ locale: 'en-US', viewport: { width: 1280, height: 800 }, ...options })
    made.setDefaultTimeout(LIMIT_MS)
    made.on('weberror', (error) => faults.push(String(error.error())))
    made.on('console', (said) => /Content Security Policy|TrustedHTML/.test(said.text()) && faults.push(said.text()))
    made.on('request', (request) => asked.push(new URL(request.url()).origin))
    return made
  }
  beforeEach(async () => {
    faults = []
    asked = []
    context = await contextOf()
  })
  afterEach(async () => {
    await context.close()
    expect(faults).toEqual([])
    expect([...new Set(asked)].filter((one) => one !== 'null')).toEqual([origin])
  })

  const guest = async (made = context, at = origin) => {
    const page = await made.newPage()
    await page.goto(at)
    await page.locator('button.main').click()
    await page.locator('textarea[name=brief]').waitFor()
    return page
  }
  const order = async (page: Page) => {
    await page.locator('textarea[name=brief]').fill(BRIEF)
    await page.locator('form button.main').click()
    await page.waitForURL(/#\/writing\//)
    return page.url().split('/').at(-1)!
  }
  const script = (page: Page) =>
    page.waitForURL(/#\/scripts\//).then(() => page.locator('.script td').first().waitFor())

  test('a guest has a script written in one click and a brief, watches it, reads it and takes it along', async () => {
    const page = await guest()
    await order(page)
    await page.locator('.paper:not(:empty)').waitFor()
    expect(await page.locator('.paper').getAttribute('aria-busy')).toBe('true')
    expect(await page.title()).toMatch(/\d+ % Being written/)
    await script(page)
    const stored = await system.databases.scenarios.selectFrom('scenarios').selectAll().executeTakeFirstOrThrow()
    expect(await page.locator('h1').textContent()).toBe(stored.title)
    expect(await page.title()).toBe(`${stored.title} · Scenor`)
    const rows = stored.scenes.flatMap((scene) => scene.rows)
    expect(await page.locator('tbody tr').count()).toBe(rows.length)
    for (const { visual } of rows) expect(await page.getByText(visual).count()).toBeGreaterThan(0)

    const downloading = page.waitForEvent('download')
    await page.getByLabel('As a file').selectOption('md')
    await page.getByRole('button', { name: 'Download' }).click()
    expect((await downloading).suggestedFilename()).toMatch(/\.md$/)
  })

  test('a reload and a lost connection go on where it was', async () => {
    await using wire = await startWire(system.api.origin.replace('http://', ''))
    origin = `http://localhost:${wire.address.split(':')[1]}`
    const page = await guest(context, origin)
    await order(page)
    await page.locator('.paper:not(:empty)').waitFor()
    await page.reload()
    await page.locator('.paper:not(:empty)').waitFor()
    await wire.cut()
    await wire.mend()
    await script(page)
  })

  test('it can be stopped, and tried again', async () => {
    origin = `http://localhost:${new URL(system.api.origin).port}`
    const page = await guest()
    await order(page)
    await page.locator('.paper:not(:empty)').waitFor()
    await page.getByRole('button', { name: 'Stop' }).click()
    await page.getByRole('heading', { name: 'Stopped' }).waitFor()
    await page.getByRole('button', { name: 'Try again' }).click()
    await script(page)
  })

  test('a script is edited; what somebody else saved meanwhile is shown, not overwritten', async () => {
    const page = await guest()
    await order(page)
    await script(page)
    await page.getByRole('link', { name: 'Edit' }).click()
    await page.getByLabel('Picture, Scene 1, row 1').fill('A hand lifts the lid.')
    // The same in another tab, which is faster.
    const other = await context.newPage()
    await other.goto(page.url())
    await other.getByLabel('Title').fill('Theirs')
    await other.getByRole('button', { name: 'Save' }).click()
    await other.getByRole('heading', { name: 'Theirs' }).waitFor()
    await page.getByRole('button', { name: 'Add a row' }).first().click()
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByText('Somebody else has saved meanwhile').waitFor()
    await page.getByRole('button', { name: 'Save mine all the same' }).click()
    await script(page)
    expect(await page.getByText('A hand lifts the lid.').count()).toBe(1)
    expect(await page.getByRole('listitem').filter({ hasText: 'Version 3' }).count()).toBe(1)
  })

  test('somebody registers, is told what is wrong, signs out and in again', async () => {
    const page = await context.newPage()
    await page.goto(origin)
    await page.getByLabel('E-mail').fill('studio@example.test')
    await page.getByLabel('Password').fill('short')
    await page.getByRole('button', { name: 'Create an account' }).click()
    await page.getByRole('alert').getByText('password').waitFor()
    await page.getByLabel('Password').fill('plum-orbit-kettle-92')
    await page.getByRole('button', { name: 'Create an account' }).click()
    await page.getByText('No scripts yet').waitFor()
    await page.reload()
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByLabel('E-mail').fill('studio@example.test')
    await page.getByLabel('Password').fill('plum-orbit-kettle-92')
    await page.keyboard.press('Enter')
    await page.getByText('No scripts yet').waitFor()
  })

  describe('every page', () => {
    let kept: Awaited<ReturnType<BrowserContext['storageState']>>
    let pages: Record<string, string>
    /** A script of two versions, and one whose writing was stopped. */
    beforeAll(async () => {
      faults = []
      asked = []
      const made = await contextOf()
      const page = await guest(made)
      await order(page)
      await script(page)
      const read = page.url().split('#')[1]!
      const id = read.split('/').at(-1)!
      await page.evaluate(`(async () => {
        const { access_token } = await (await fetch('/api/v1/auth/refresh', { method: 'POST', headers: { 'X-Session-Mode': 'cookie', 'Content-Type': 'application/json' }, body: '{}' })).json()
        const headers = { Authorization: 'Bearer ' + access_token, 'Content-Type': 'application/json' }
        const answer = await fetch('/api/v1/scenarios/${id}', { headers })
        const { title, scenes } = await answer.json()
        scenes[0].rows[0].visual = 'Ы'.repeat(150) + ' ' + scenes[0].rows[0].visual
        const body = JSON.stringify({ title: title + ', again', scenes })
        await fetch('/api/v1/scenarios/${id}', { method: 'PUT', headers: { ...headers, 'If-Match': answer.headers.get('etag') }, body })
      })()`)
      await page.goto(`${origin}/studio#/new`)
      const stopped = await order(page)
      await page.locator('.paper:not(:empty)').waitFor()
      await page.getByRole('button', { name: 'Stop' }).click()
      await page.getByRole('heading', { name: 'Stopped' }).waitFor()
      kept = await made.storageState()
      pages = {
        ...{ list: '/', new: '/new', writing: `/writing/${stopped}` },
        ...{ script: read, changes: `${read}/changes/2`, edit: `${read}/edit` },
      }
      await made.close()
    })

    const ready: Record<string, string> = {
      list: '.cards li',
      new: 'textarea',
      writing: '.paper:not(:empty)',
      script: '.script td',
      changes: '.paper ins',
      edit: 'fieldset textarea',
    }
    const looks = [320, 1920].flatMap((width) =>
      (['ru-RU', 'en-US'] as const).flatMap((locale) =>
        (['light', 'dark'] as const).map((colorScheme) => ({ width, locale, colorScheme })),
      ),
    )
    test.each(looks)('is clean at $width in $locale, $colorScheme', async ({ width, locale, colorScheme }) => {
      const options = { locale, colorScheme, viewport: { width, height: 900 } }
      const made = await contextOf({ ...options, storageState: kept })
      const page = await made.newPage()
      for (const [name, place] of Object.entries(pages)) {
        await page.goto(`${origin}/studio#${place}`)
        await page.locator(ready[name]!).first().waitFor()
        const { elements: _, ...seen } = await lookedAt(page)
        expect([name, seen]).toEqual([name, CLEAN])
        expect(await page.locator('html').getAttribute('lang')).toBe(locale.slice(0, 2))
        const path = PICTURES && join(PICTURES, `studio-${name}-${width}-${locale.slice(0, 2)}-${colorScheme}.png`)
        if (path && (colorScheme === 'dark') === (locale === 'ru-RU')) await page.screenshot({ path })
      }
      kept = await made.storageState()
      await made.close()
      const stranger = await contextOf(options)
      const entrance = await stranger.newPage()
      await entrance.goto(origin)
      await entrance.locator('input[name=email]').waitFor()
      const { violations, wide } = await lookedAt(entrance)
      expect([violations, wide]).toEqual([[], 0])
      await stranger.close()
    })

    test('the gates can say no: contrast, width, emptiness, another origin', async () => {
      const page = await context.newPage()
      await page.goto(origin)
      await page.locator('input[name=email]').waitFor()
      await page.evaluate(`(() => {
        const bad = document.createElement('p')
        bad.textContent = 'hard to read'
        bad.style.cssText = 'color: #999; background: #aaa; width: 3000px'
        document.querySelector('main').append(bad)
      })()`)
      const bad = await lookedAt(page)
      expect(bad.violations.join()).toContain('color-contrast')
      expect(bad.wide).toBeGreaterThan(0)
      const markup = `(() => { try { document.body.innerHTML = '<b>x</b>'; return 'set' } catch { return 'refused' } })()`
      expect(await page.evaluate(markup)).toBe('refused')
      await page.evaluate(`document.querySelector('#studio').replaceChildren()`)
      expect((await lookedAt(page)).drawn).toBe(false)
      const elsewhere = await page.evaluate(`fetch('http://127.0.0.1:1/').then(() => 'asked', () => 'refused')`)
      expect(elsewhere).toBe('refused')
      await until(() => faults.some((fault) => fault.includes('connect-src')))
      faults = []
      asked = [origin]
    })

    test('by keyboard alone: from the entrance to a script', async () => {
      const page = await context.newPage()
      await page.goto(origin)
      await page.locator('button.main').waitFor()
      const press = async (most: number, to: string) => {
        for (let i = 0; i < most; i += 1) {
          await page.keyboard.press('Tab')
          if (await page.locator(`${to}:focus`).count()) return
        }
        throw new Error(`${to} is not reached by Tab`)
      }
      await press(10, 'button.main')
      await page.keyboard.press('Enter')
      await page.locator('textarea[name=brief]').waitFor()
      await press(12, 'textarea[name=brief]')
      await page.keyboard.type(BRIEF)
      await press(12, 'form button.main')
      await page.keyboard.press('Enter')
      await script(page)
    })
  })
})
