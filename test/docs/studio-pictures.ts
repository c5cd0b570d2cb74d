/** `npm run docs:studio`: draws eight pages of the studio into docs/pictures/. Needs chromium on the PATH. */
import { statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { createDemoProvider } from '../../llm/demo.ts'
import { makeAdmin } from '../support/admin.ts'
import { launchBrowser } from '../support/browser.ts'
import startServers from '../support/global-setup.ts'
import { buildStudio } from '../support/studio.ts'
import { startSystem } from '../support/system.ts'
import { until } from '../support/until.ts'

const PICTURES = fileURLToPath(new URL('../../docs/pictures/', import.meta.url))
const MAX_BYTES = 250_000
const BRIEF =
  'A 30-second ad for a thermos that keeps tea hot for a day. Show a hike in the mountains and a long day in an office. Order on the site.'

/** What is drawn: where, and what must be there. */
interface Picture {
  readonly name: string
  readonly place: string
  readonly ready: string
  readonly width?: number
  readonly dark?: true
}

async function draw(page: Page, origin: string, { name, place, ready, width = 1280, dark }: Picture): Promise<void> {
  await page.emulateMedia({ colorScheme: dark ? 'dark' : 'light' })
  await page.setViewportSize({ width, height: width < 500 ? 800 : 860 })
  await page.goto(`${origin}/studio#${place}`)
  await page.locator(ready).first().waitFor()
  const path = `${PICTURES}studio-${name}.png`
  await page.screenshot({ path })
  const { size } = statSync(path)
  process.stdout.write(`${path}: ${size} bytes\n`)
  if (size > MAX_BYTES) throw new Error(`${path} is larger than ${MAX_BYTES} bytes`)
}

async function order(page: Page, origin: string): Promise<string> {
  await page.goto(`${origin}/studio#/new`)
  await page.locator('textarea[name=brief]').fill(BRIEF)
  await page.locator('form button.main').click()
  await page.waitForURL(/#\/writing\//)
  return page.url().split('/').at(-1)!
}

async function main(): Promise<void> {
  await buildStudio()
  const provider = createDemoProvider({ latencyMs: 6_000 })
  const system = await startSystem({ env: { DEV_PAGES: 'true' }, provider })
  const browser = await launchBrowser({})
  try {
    const origin = `http://localhost:${new URL(system.api.origin).port}`
    const context = await browser.newContext({ locale: 'en-US', deviceScaleFactor: 1 })
    const page = await context.newPage()
    const show = (picture: Picture) => draw(page, origin, picture)
    await page.goto(origin)
    await page.locator('button.main').click()
    await page.locator('textarea[name=brief]').waitFor()
    const guests = system.databases.auth.selectFrom('accounts').select('id')
    await makeAdmin(system, await guests.executeTakeFirstOrThrow())
    await page.locator('textarea[name=brief]').fill(BRIEF)
    await show({ name: 'brief', place: '/new', ready: 'textarea' })
    const id = await order(page, origin)
    const pieces = system.databases.ai.selectFrom('operation_events').select('seq').where('operation_id', '=', id)
    await until(async () => (await pieces.execute()).length > 9)
    await show({ name: 'writing', place: `/writing/${id}`, ready: '.paper:not(:empty), .script' })
    await page.waitForURL(/#\/scripts\//)
    const script = page.url().split('#')[1]!
    await show({ name: 'script', place: script, ready: '.script td' })
    await show({ name: 'phone', place: script, ready: '.script td', width: 390, dark: true })
    await show({ name: 'edit', place: `${script}/edit`, ready: 'textarea' })
    await show({ name: 'scripts', place: '/', ready: '.cards li' })
    // The page asks at its beginning who it is.
    await page.reload()
    await show({ name: 'runs', place: '/runs', ready: 'tbody tr', dark: true })
    await show({ name: 'run', place: `/runs/run/${id}`, ready: '.steps li' })
  } finally {
    await browser.close()
    await system.stop()
  }
}

await startServers()
try {
  await main()
} finally {
  await (globalThis as { stopServers?: () => Promise<void> }).stopServers?.()
}
