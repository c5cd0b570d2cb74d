/**
 * `npm run drill:stranger [-- cold]`: from a fresh clone of what is committed to the first streamed text of a script in a browser, by the
 * address that the banner names. Times without reading: nobody moves a mouse so fast. `cold`: with an empty cache folder, so that the
 * programs are fetched that `npm start` needs beside its packages. One to three minutes; needs Chromium.
 */
import { mkdirSync } from 'node:fs'
import { availableParallelism, loadavg } from 'node:os'
import { join } from 'node:path'
import { limitedRun } from '../../local/processes/limited-run.ts'
import { clearPlace, makePlace, print } from '../local/support/stack.ts'
import { launchBrowser } from '../support/browser.ts'
import { createDrill } from './drill.ts'

const ROOT = join(import.meta.dirname, '../..')
const LIMIT_MS = 10 * 60_000
/** What the product promises, in seconds. */
const PROMISED_S = 30

const isCold = process.argv.includes('cold')
await using drill = createDrill()
const { undo, say } = drill
const place = await makePlace()
const clone = join(place.root, 'scenor')
const cache = join(place.root, 'cache')
mkdirSync(cache)
// The machine's own programs, not those of this checkout.
const path = (process.env['PATH'] ?? '').split(':').filter((folder) => !folder.includes('node_modules'))
const env = {
  ...place.env,
  DATA_DIR: join(clone, '.data'),
  PATH: path.join(':'),
  ...(isCold && { XDG_CACHE_HOME: cache }),
}

async function timed<T>(what: string, work: () => Promise<T>): Promise<[result: T, seconds: number]> {
  const began = performance.now()
  const result = await work()
  const seconds = (performance.now() - began) / 1_000
  say(`${what}: ${seconds.toFixed(1)} s`)
  return [result, seconds]
}
const run = (command: string, args: readonly string[], cwd?: string) =>
  limitedRun({
    ...{ command, args, withinMs: LIMIT_MS },
    ...(cwd !== undefined && { cwd, env: { ...process.env, PATH: env.PATH } }),
  })

const [, cloning] = await timed('git clone', () => run('git', ['clone', '--quiet', '--no-local', ROOT, clone]))
const [, installing] = await timed('npm ci', () => run('npm', ['ci', '--no-audit', '--no-fund'], clone))

const browser = await launchBrowser({})
undo.defer(() => browser.close())
const [, showing] = await timed('npm start, to the first streamed text', async () => {
  const npm = print('npm', ['start'], env, clone)
  undo.defer(() => clearPlace({ ...place, dataDir: env.DATA_DIR }, npm))
  const [, address = ''] = /(http\S+)/.exec(await npm.line(/Studio: open it/)) ?? []
  say(`the banner names ${address}`)
  const page = await browser.newPage({ locale: 'en-US', viewport: { width: 1280, height: 800 } })
  await page.goto(address)
  await page.getByRole('button', { name: 'Try it without an account' }).click()
  await page.locator('textarea[name=brief]').fill('A thermos that keeps tea hot for a day. Order on the site.')
  await page.locator('form button.main').click()
  // As it comes, or the whole: the demo's writer is done within a second.
  await page.locator('.paper:not(:empty), main table').first().waitFor({ timeout: 60_000 })
})
say(`load of the machine: ${loadavg()[0]?.toFixed(1)} on ${availableParallelism()} processors`)
say(`with clone and install: ${(cloning + installing + showing).toFixed(1)} s; without: ${showing.toFixed(1)} s`)
if (showing > PROMISED_S) process.exitCode = 1
