import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { afterAll, afterEach, beforeAll, beforeEach, expect } from '@jest/globals'
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { createDemoProvider } from '../../llm/demo.ts'
import type { Service } from '../../services.ts'
import { launchBrowser } from './browser.ts'
import { buildStudio } from './studio.ts'
import { startSystem, type System } from './system.ts'

/** Milliseconds that a page may take for what it does. */
const LIMIT_MS = 60_000
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
/** A page with less has not been drawn: nothing would be wrong with it. */
const FEWEST_ELEMENTS = 20
export const BRIEF = 'A thermos that keeps tea hot for a day. Order on the site.'

/** What axe finds wrong, the horizontal overflow, and whether there is anything to look at. */
export async function lookedAt(page: Page) {
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
  return { violations: found.violations, wide: found.wide, drawn: found.elements >= FEWEST_ELEMENTS }
}
export const CLEAN = { violations: [], wide: 0, drawn: true }

/**
 * Widths, languages and colours in which every page is looked at: each pair of two of them once, and with `STUDIO_LOOKS=all`
 * (`npm run drill:studio`) each with each.
 */
export const LOOKS = [320, 1920]
  .flatMap((width, w) =>
    (['ru-RU', 'en-US'] as const).flatMap((locale, l) =>
      (['light', 'dark'] as const).map((colorScheme, c) => ({
        width,
        locale,
        colorScheme,
        odd: (w + l + c) % 2 === 1,
      })),
    ),
  )
  .filter(({ odd }) => !odd || process.env['STUDIO_LOOKS'] === 'all')

/** Registers as a guest by the one button, and stands at the brief. */
export async function enterAsGuest(page: Page, origin: string): Promise<Page> {
  await page.goto(origin)
  await page.locator('button.main').click()
  await page.locator('textarea[name=brief]').waitFor()
  return page
}

/** @returns the id of the operation that writes it */
export async function orderScript(page: Page): Promise<string> {
  await page.locator('textarea[name=brief]').fill(BRIEF)
  await page.locator('form button.main').click()
  await page.waitForURL(/#\/writing\//)
  return page.url().split('/').at(-1)!
}

export const scriptShown = (page: Page): Promise<void> =>
  page.waitForURL(/#\/scripts\//).then(() => page.locator('.script td').first().waitFor())

interface Studio {
  system: System
  browser: Browser
  /** One of its own for each test. */
  context: BrowserContext
  origin: string
  /** What a page threw, and what broke its policy. */
  faults: string[]
  /** The origins that were asked. */
  asked: string[]
}

/**
 * A system with the built studio and a browser for the tests of one file. After each test: nothing was thrown in a page, nothing broke its
 * policy, and every request went to `origin`.
 */
export function useStudio({
  latencyMs = 0,
  env = {},
  workers,
}: {
  latencyMs?: number
  /** Or what tells it once the servers of the test are there. */
  env?: Record<string, string> | (() => Record<string, string>)
  workers?: readonly Service[]
} = {}) {
  const at = {} as Studio
  const contextOf = async (options: BrowserContextOptions = {}): Promise<BrowserContext> => {
    const made = await at.browser.newContext({ locale: 'en-US', viewport: { width: 1280, height: 800 }, ...options })
    made.setDefaultTimeout(LIMIT_MS)
    made.on('weberror', (error) => at.faults.push(String(error.error())))
    made.on('console', (said) => /Content Security Policy|TrustedHTML/.test(said.text()) && at.faults.push(said.text()))
    made.on('request', (request) => at.asked.push(new URL(request.url()).origin))
    return made
  }
  const originOf = ({ api }: System) => `http://localhost:${new URL(api.origin).port}`
  beforeAll(async () => {
    await buildStudio()
    at.faults = []
    at.asked = []
    at.system = await startSystem({
      env: { DEV_PAGES: 'true', ...(typeof env === 'function' ? env() : env) },
      ...(workers && { workers }),
      // Slow enough to do something meanwhile, where a test wants to.
      provider: createDemoProvider({ latencyMs }),
    })
    at.browser = await launchBrowser({})
    at.origin = originOf(at.system)
  })
  afterAll(async () => {
    await at.browser?.close()
    await at.system?.stop()
  })
  beforeEach(async () => {
    at.origin = originOf(at.system)
    at.faults = []
    at.asked = []
    at.context = await contextOf()
  })
  afterEach(async () => {
    await at.context.close()
    expect(at.faults).toEqual([])
    expect([...new Set(at.asked)].filter((one) => one !== 'null' && one !== at.origin)).toEqual([])
  })
  /** Closes it. What comes next goes on with its session, each from the one before: a refresh token is used up. */
  const handOn = async (first: BrowserContext) => {
    let kept = await first.storageState()
    await first.close()
    return async <T>(options: BrowserContextOptions, work: (page: Page) => Promise<T>): Promise<T> => {
      const made = await contextOf({ ...options, storageState: kept })
      try {
        return await work(await made.newPage())
      } finally {
        kept = await made.storageState()
        await made.close()
      }
    }
  }
  return { at, contextOf, handOn, guest: async () => enterAsGuest(await at.context.newPage(), at.origin) }
}
