import { join } from 'node:path'
import { beforeAll, describe, expect, test } from '@jest/globals'
import type { BrowserContext } from 'playwright-core'
import { hasBrowser } from '../support/browser.ts'
import { CLEAN, enterAsGuest, lookedAt, LOOKS, orderScript, scriptShown, useStudio } from '../support/studio-page.ts'
import { until } from '../support/until.ts'

/** What is looked at is drawn into this folder, for people to look at too. */
const PICTURES = process.env['STUDIO_PICTURES']

;(hasBrowser ? describe : describe.skip)(
  'every page of the studio in Chromium (needs the Debian package chromium)',
  () => {
    const { at, contextOf } = useStudio({ latencyMs: 1_000 })
    let kept: Awaited<ReturnType<BrowserContext['storageState']>>
    let pages: Record<string, string>
    /** A script of two versions, and one whose writing was stopped. */
    beforeAll(async () => {
      const made = await contextOf()
      const page = await enterAsGuest(await made.newPage(), at.origin)
      await orderScript(page)
      await scriptShown(page)
      const read = page.url().split('#')[1]!
      const id = read.split('/').at(-1)!
      const scene = await page.evaluate<string>(`(async () => {
        const { access_token } = await (await fetch('/api/v1/auth/refresh', { method: 'POST', headers: { 'X-Session-Mode': 'cookie', 'Content-Type': 'application/json' }, body: '{}' })).json()
        const headers = { Authorization: 'Bearer ' + access_token, 'Content-Type': 'application/json' }
        const answer = await fetch('/api/v1/scenarios/${id}', { headers })
        const { title, scenes } = await answer.json()
        scenes[0].rows[0].visual = 'Ы'.repeat(150) + ' ' + scenes[0].rows[0].visual
        const body = JSON.stringify({ title: title + ', again', scenes })
        await fetch('/api/v1/scenarios/${id}', { method: 'PUT', headers: { ...headers, 'If-Match': answer.headers.get('etag') }, body })
        return scenes[0].id
      })()`)
      await page.goto(`${at.origin}/studio#/new`)
      const stopped = await orderScript(page)
      await page.locator('.paper:not(:empty)').waitFor()
      await page.getByRole('button', { name: 'Stop' }).click()
      await page.getByRole('heading', { name: 'Stopped' }).waitFor()
      kept = await made.storageState()
      pages = {
        ...{ list: '/', new: '/new', writing: `/writing/${stopped}` },
        ...{ script: read, changes: `${read}/changes/2`, edit: `${read}/edit` },
        ...{ anew: `${read}/scenes/${scene}/anew`, prompter: `${read}/prompter` },
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
      anew: 'textarea[name=note]',
      prompter: '.read p',
    }
    test.each(LOOKS)('is clean at $width in $locale, $colorScheme', async ({ width, locale, colorScheme }) => {
      const options = { locale, colorScheme, viewport: { width, height: 900 } }
      const made = await contextOf({ ...options, storageState: kept })
      const page = await made.newPage()
      for (const [name, place] of Object.entries(pages)) {
        await page.goto(`${at.origin}/studio#${place}`)
        await page.locator(ready[name]!).first().waitFor()
        const seen = await lookedAt(page)
        expect([name, seen]).toEqual([name, CLEAN])
        expect(await page.locator('html').getAttribute('lang')).toBe(locale.slice(0, 2))
        const path = PICTURES && join(PICTURES, `studio-${name}-${width}-${locale.slice(0, 2)}-${colorScheme}.png`)
        if (path) await page.screenshot({ path })
      }
      kept = await made.storageState()
      await made.close()
      const stranger = await contextOf(options)
      const entrance = await stranger.newPage()
      await entrance.goto(at.origin)
      await entrance.locator('input[name=email]').waitFor()
      const { violations, wide } = await lookedAt(entrance)
      expect([violations, wide]).toEqual([[], 0])
      await stranger.close()
    })

    test('the gates can say no: contrast, width, emptiness, another origin', async () => {
      const page = await at.context.newPage()
      await page.goto(at.origin)
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
      await until(() => at.faults.some((fault) => fault.includes('connect-src')))
      at.faults = []
      at.asked = []
    })
  },
)
