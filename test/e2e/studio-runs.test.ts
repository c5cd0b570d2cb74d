import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from '@jest/globals'
import type { Page } from 'playwright-core'
import { keepDeadLetter } from '../../db/inbox/dead-letters.ts'
import { makeAdmin } from '../support/admin.ts'
import { hasBrowser } from '../support/browser.ts'
import { CLEAN, enterAsGuest, lookedAt, LOOKS, useStudio } from '../support/studio-page.ts'
import { until } from '../support/until.ts'

const PICTURES = process.env['STUDIO_PICTURES']
const WORDS = 'A thermos for the mountains, for a day.'
const WHY = 'A complaint of today, ticket 17'

;(hasBrowser ? describe : describe.skip)(
  'the studio of those who run the installation (needs the Debian package chromium)',
  () => {
    const { at, contextOf, handOn } = useStudio()
    let asAdmin: Awaited<ReturnType<typeof handOn>>
    /** One that was written, and one that was stopped. */
    let written: string
    let stopped: string
    let bulked: string
    beforeAll(async () => {
      const { system } = at
      const person = await system.api.register()
      written = (await person.post('/ai/generate', { brief: WORDS })).body.id
      await system.api.finished(written, person.token)
      await system.stopWorkers('ai')
      stopped = (await person.post('/ai/generate', { brief: 'A kettle that whistles at night.' })).body.id
      await person.post(`/operations/${stopped}/cancel`)
      await system.startWorkers('ai')
      await system.api.finished(stopped, person.token)
      await keepDeadLetter(system.databases.notifications, {
        ...{ topic: 'ai_events', group: 'notifications', key: null, body: '{"id":1}', tries: 5 },
        reason: 'the event has no owner',
      })
      const made = await contextOf()
      const page = await enterAsGuest(await made.newPage(), at.origin)
      const admins = system.databases.auth.selectFrom('accounts').select('id').where('email', 'like', 'guest-%')
      await makeAdmin(system, await admins.executeTakeFirstOrThrow())
      // The page asks who it is at its beginning; an API remembers a session for two seconds.
      await until(async () => {
        await page.reload()
        const link = page.getByRole('link', { name: 'Operations' })
        return link.waitFor({ timeout: 3_000 }).then(
          () => true,
          () => false,
        )
      })
      asAdmin = await handOn(made)
    })

    test('somebody else finds no way in', async () => {
      const page = await enterAsGuest(await at.context.newPage(), at.origin)
      expect(await page.getByRole('link', { name: 'Operations' }).count()).toBe(0)
      await page.goto(`${at.origin}/studio#/runs`)
      await page.getByText('For those who run the installation').waitFor()
      expect(await page.locator('table').count()).toBe(0)
    })

    test('operations are filtered, the view is kept, a run is read for a reason, tried again and seen to end', () =>
      asAdmin({}, async (page) => {
        await page.goto(at.origin)
        await page.getByRole('link', { name: 'Operations' }).click()
        await page.locator('tbody tr').first().waitFor()
        await page.getByLabel('Status').selectOption('cancelled')
        await page.getByRole('button', { name: 'Show', exact: true }).click()
        await page.getByRole('heading', { name: 'Operations · 1' }).waitFor()
        await page.getByLabel('Name of the view').fill('Stopped ones')
        await page.getByRole('button', { name: 'Keep this view' }).click()
        await page.getByRole('link', { name: 'Stopped ones' }).waitFor()
        await page.goto(`${at.origin}/studio#/runs`)
        await page.reload()
        await page.getByRole('link', { name: 'Stopped ones' }).click()
        await page.getByRole('heading', { name: 'Operations · 1' }).waitFor()
        await page.locator('tbody a').click()
        await page.getByRole('status').getByText('cancelled').waitFor()
        await page.getByLabel('The reason').first().fill(WHY)
        await page.getByRole('button', { name: 'Try again' }).click()
        // It is read anew by itself.
        await page.getByRole('status').getByText('succeeded').waitFor()
        expect(await page.getByText('whistles').count()).toBe(0)
        await page.getByLabel('The reason').fill(WHY)
        await page.getByRole('button', { name: 'Read what was asked and answered' }).click()
        await page.getByText('whistles').first().waitFor()
        const events = at.system.databases.auth.selectFrom('security_events').selectAll()
        expect(await events.where('kind', '=', 'texts_read_by_admin').execute()).toMatchObject([
          { done_to: stopped, reason: WHY },
        ])
        // A call is asked again, once it is said what that costs.
        await page.locator('summary').getByText('Ask again').click()
        await page.getByLabel('Provider').getByText('demo/demo, at most').waitFor({ state: 'attached' })
        await page.getByLabel('The reason').last().fill(WHY)
        await page.getByRole('button', { name: 'Ask', exact: true }).click()
        await page.getByText('The same as the recorded answer.').waitFor()
        expect(await events.where('kind', '=', 'call_repeated_by_admin').execute()).toMatchObject([
          { done_to: stopped, reason: WHY },
        ])
      }))

    test('all that fit a filter are tried again, with their number', () =>
      asAdmin({}, async (page) => {
        const { system } = at
        const person = await system.api.register()
        await system.stopWorkers('ai')
        const ids: string[] = []
        for (const n of [1, 2, 3]) ids.push((await person.post('/ai/generate', { brief: `${WORDS} ${n}` })).body.id)
        for (const id of ids) await person.post(`/operations/${id}/cancel`)
        await system.startWorkers('ai')
        for (const id of ids) await system.api.finished(id, person.token)
        await page.goto(`${at.origin}/studio#/runs/where/${encodeURIComponent(`status=cancelled&owner=${person.id}`)}`)
        await page.getByRole('heading', { name: 'Operations · 3' }).waitFor()
        await page.locator('summary').getByText('With all that fit').click()
        await page.getByLabel('The reason').fill(WHY)
        await page.getByRole('button', { name: 'Try all again' }).click()
        await page.getByText('3 done, 0 left as they were, of 3').waitFor()
        await page.getByRole('status').getByText('succeeded').waitFor()
        bulked = page.url().split('/').at(-1)!
        for (const id of ids) expect((await system.api.finished(id, person.token)).status).toBe('succeeded')
      }))

    test('a dead letter is shown, handled again and given up; the day says what it came to', () =>
      asAdmin({}, async (page) => {
        await page.goto(`${at.origin}/studio#/runs/state`)
        await page.getByText('the event has no owner').waitFor()
        await page.getByText('Show whole').click()
        await page.getByText('"consumer": "notifications"').waitFor()
        await page.getByRole('button', { name: 'Give up' }).click()
        await page.getByRole('button', { name: 'Give it up for good?' }).click()
        await page.getByText('None: all was sent and handled').waitFor()
        await page.getByRole('link', { name: 'Day' }).click()
        await page
          .getByRole('row', { name: /generation/ })
          .getByText('succeeded')
          .waitFor()
        await keepDeadLetter(at.system.databases.notifications, {
          ...{ topic: 'ai_events', group: 'notifications', key: null, body: '{"id":1}', tries: 5 },
          reason: `the event has no owner ${randomUUID()}`,
        })
      }))

    const pages = (): Record<string, readonly [place: string, ready: string]> => ({
      runs: ['/runs', 'tbody tr'],
      run: [`/runs/run/${written}`, '.steps li'],
      bulk: [`/runs/run/${bulked}`, 'progress'],
      state: ['/runs/state', '.steps li'],
      day: ['/runs/day', 'tbody tr'],
    })
    const show = async (page: Page, [place, ready]: readonly [string, string]) => {
      await page.goto(`${at.origin}/studio#${place}`)
      await page.locator(ready).first().waitFor()
      // What is folded is looked at too.
      for (const text of ['Ask again', 'Спросить ещё раз', 'With all that fit', 'Со всеми'])
        for (const folded of await page.locator('summary').getByText(text).all()) await folded.click()
      if (ready === '.steps li' && place.startsWith('/runs/run'))
        await page.locator('select[name=provider]').first().waitFor()
    }

    test('every page is clean in every look', async () => {
      for (const { width, locale, colorScheme } of LOOKS)
        await asAdmin({ locale, colorScheme, viewport: { width, height: 900 } }, async (page) => {
          for (const [name, place] of Object.entries(pages())) {
            await show(page, place)
            expect([width, locale, colorScheme, name, await lookedAt(page)]).toEqual([
              ...[width, locale, colorScheme, name],
              CLEAN,
            ])
            const path = PICTURES && join(PICTURES, `studio-${name}-${width}-${locale.slice(0, 2)}-${colorScheme}.png`)
            if (path) await page.screenshot({ path, fullPage: true })
          }
        })
    })
  },
)
