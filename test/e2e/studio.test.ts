import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { BUILT } from '../../studio/built.ts'
import { hasBrowser } from '../support/browser.ts'
import { startWire } from '../support/frozen-wire.ts'
import { BRIEF, enterAsGuest, orderScript, scriptShown, useStudio } from '../support/studio-page.ts'
import { buildStudio } from '../support/studio.ts'

const MOST_BYTES = 80_000

test('all JavaScript of the studio is at most 80 kB gzipped', async () => {
  await buildStudio()
  const zipped = readdirSync(join(BUILT, 'assets')).filter((name) => name.endsWith('.js.gz'))
  const bytes = zipped.reduce((sum, name) => sum + readFileSync(join(BUILT, 'assets', name)).length, 0)
  process.stdout.write(`studio: ${bytes} bytes of JavaScript gzipped\n`)
  expect(bytes).toBeGreaterThan(5_000)
  expect(bytes).toBeLessThanOrEqual(MOST_BYTES)
})

;(hasBrowser ? describe : describe.skip)('the studio in Chromium (needs the Debian package chromium)', () => {
  const { at, guest } = useStudio({ latencyMs: 4_000 })

  test('a guest has a script written in one click and a brief, watches it, reads it and takes it along', async () => {
    const page = await guest()
    await orderScript(page)
    await page.locator('.paper:not(:empty)').waitFor()
    expect(await page.locator('.paper').getAttribute('aria-busy')).toBe('true')
    expect(await page.title()).toMatch(/\d+ % Being written/)
    await scriptShown(page)
    const stored = await at.system.databases.scenarios.selectFrom('scenarios').selectAll().executeTakeFirstOrThrow()
    expect(await page.locator('h1').textContent()).toBe(stored.title)
    expect(await page.title()).toBe(`${stored.title} · Scenor`)
    const rows = stored.scenes.flatMap((scene) => scene.rows)
    expect(await page.locator('.script tbody tr').count()).toBe(rows.length)
    for (const { visual } of rows) expect(await page.getByText(visual).count()).toBeGreaterThan(0)

    const downloading = page.waitForEvent('download')
    await page.getByLabel('As a file').selectOption('md')
    await page.getByRole('button', { name: 'Download' }).click()
    expect((await downloading).suggestedFilename()).toMatch(/\.md$/)
  })

  test('a reload and a lost connection go on where it was', async () => {
    await using wire = await startWire(at.system.api.origin.replace('http://', ''))
    at.origin = `http://localhost:${wire.address.split(':')[1]}`
    const page = await enterAsGuest(await at.context.newPage(), at.origin)
    await orderScript(page)
    await page.locator('.paper:not(:empty)').waitFor()
    await page.reload()
    await page.locator('.paper:not(:empty)').waitFor()
    await wire.cut()
    await wire.mend()
    await scriptShown(page)
  })

  test('it can be stopped, and tried again', async () => {
    const page = await guest()
    await orderScript(page)
    await page.locator('.paper:not(:empty)').waitFor()
    await page.getByRole('button', { name: 'Stop' }).click()
    await page.getByRole('heading', { name: 'Stopped' }).waitFor()
    await page.getByRole('button', { name: 'Try again' }).click()
    await scriptShown(page)
  })

  test('somebody registers, is told what is wrong, signs out and in again', async () => {
    const page = await at.context.newPage()
    await page.goto(at.origin)
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

  test('by keyboard alone: from the entrance to a script', async () => {
    const page = await at.context.newPage()
    await page.goto(at.origin)
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
    await scriptShown(page)
  })
})
