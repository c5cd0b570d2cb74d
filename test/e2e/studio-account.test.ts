import { createECDH, randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { sql } from 'kysely'
import { describe, expect, test } from '@jest/globals'
import type { Page } from 'playwright-core'
import { hasBrowser } from '../support/browser.ts'
import type { Person } from '../support/http.ts'
import { CLEAN, lookedAt, LOOKS, useStudio } from '../support/studio-page.ts'
import { looksOf, signIn, visit } from '../support/studio-person.ts'
import { until } from '../support/until.ts'
import { mailedToken } from '../support/verified.ts'

const PASSWORD = 'plum-orbit-kettle-92'
const NEXT = 'quartz-lantern-sofa-17'

;(hasBrowser ? describe : describe.skip)('the account in the studio (needs the Debian package chromium)', () => {
  const { at, contextOf } = useStudio()
  const fill = async (page: Page, fields: Record<string, string>) => {
    for (const [label, value] of Object.entries(fields)) await page.getByLabel(label, { exact: true }).fill(value)
  }
  /** As if the sign-in were some time ago. */
  const ageSessions = ({ id }: Pick<Person, 'id'>) =>
    at.system.databases.auth
      .updateTable('sessions')
      .set({ created_at: sql`created_at - interval '1 day'` })
      .where('account_id', '=', id)
      .execute()

  test('somebody registers, confirms by the mailed link, forgets the password and sets another', async () => {
    const page = await at.context.newPage()
    const email = 'studio-account@example.test'
    await page.goto(at.origin)
    await fill(page, { 'E-mail': email, Password: PASSWORD })
    await page.getByRole('button', { name: 'Create an account' }).click()
    await page.getByText('We have sent a link to this address').waitFor()
    const { id } = await at.system.databases.auth
      .selectFrom('accounts')
      .select('id')
      .where('email', '=', email)
      .executeTakeFirstOrThrow()
    const confirm = `${at.origin}/studio#/verify-email/${await mailedToken(at.system, id, 'verify_email')}`
    await page.goto(confirm)
    // The token does not stay in the address.
    await page.waitForURL(/#\/verify-email$/)
    const elsewhere = await contextOf()
    const theirs = await elsewhere.newPage()
    await theirs.goto(confirm)
    await theirs.getByLabel('Your password, which shows').fill('not-the-password')
    await theirs.getByRole('button', { name: 'Confirm your address' }).click()
    await theirs.getByRole('alert').getByText(/./).waitFor()
    expect(await lookedAt(theirs)).toMatchObject({ violations: [], wide: 0 })
    await elsewhere.close()
    await page.getByRole('button', { name: 'Confirm your address' }).click()
    await page.getByRole('link', { name: 'To the studio' }).click()
    await page.getByText('No scripts yet').waitFor()
    await visit(page, at.origin, '/account/sign-in', '.cards li')
    expect(await page.getByText('We have sent a link to this address').count()).toBe(0)

    await page.getByRole('button', { name: 'Sign out', exact: true }).click()
    await page.getByRole('link', { name: 'Forgot the password?' }).click()
    await fill(page, { 'E-mail': email })
    await page.getByRole('button', { name: 'Send the link' }).click()
    await page.getByText('the link is on its way').waitFor()
    await page.goto(`${at.origin}/studio#/reset-password/${await mailedToken(at.system, id, 'reset_password')}`)
    await page.locator('input[type=password]').fill(NEXT)
    expect(await lookedAt(page)).toMatchObject({ violations: [], wide: 0 })
    await page.getByRole('button', { name: 'Set a new password' }).click()
    await page.getByRole('link', { name: 'To the studio' }).click()
    await fill(page, { 'E-mail': email, Password: NEXT })
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByText('No scripts yet').waitFor()
  })

  test('a profile is written, and a number proven by the code that came to it', async () => {
    const person = await at.system.api.register()
    const page = await signIn(await at.context.newPage(), at.origin, person)
    await visit(page, at.origin, '/account', 'input[name=number]')
    await fill(page, { Name: 'Anna Petrova', 'About you': 'Writes about tea.', 'Time zone': 'Europe/Moscow' })
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByRole('status').getByText('Saved').waitFor()
    expect((await person.get('/users/profile')).body).toMatchObject({
      ...{ full_name: 'Anna Petrova', bio: 'Writes about tea.', timezone: 'Europe/Moscow' },
    })
    await page.getByLabel('Number').fill('+79160000017')
    await page.getByRole('button', { name: 'Save the number' }).click()
    await page.getByRole('button', { name: 'Send a code' }).click()
    const code = await until(async () => {
      const text = await at.system.databases.notifications
        .selectFrom('text_messages')
        .select('text')
        .where('recipient', '=', '+79160000017')
        .executeTakeFirst()
      return /\b\d{6}\b/.exec(text?.text ?? '')?.[0]
    })
    await page.getByLabel('Code from the text message').fill(code)
    await page.keyboard.press('Enter')
    await page.locator('#phone').getByText('confirmed', { exact: true }).waitFor()
    // What the other form says stays as it was.
    expect((await person.get('/users/profile')).body.full_name).toBe('Anna Petrova')
  })

  test('sessions elsewhere are ended, the password changed, notifications chosen', async () => {
    const person = await at.system.api.register()
    const page = await signIn(await at.context.newPage(), at.origin, person)
    await visit(page, at.origin, '/account/sign-in', '.cards li')
    expect(await page.locator('.cards li').count()).toBe(2)
    await page.getByRole('button', { name: /^Sign out there/ }).click()
    await page.getByRole('button', { name: 'Sign out there? Yes' }).click()
    await page.getByText('Signed out there').waitFor()
    await until(async () => (await page.locator('.cards li').count()) === 1)
    expect((await person.post('/auth/refresh', { refresh_token: person.refresh_token })).status).toBe(401)
    await fill(page, { 'Current password': person.password, 'New password, at least 8 characters': NEXT })
    await page.getByRole('button', { name: 'Set the password' }).click()
    await page.getByText('The new password is set').waitFor()

    await visit(page, at.origin, '/account/notifications', '.topics td')
    await page.getByRole('checkbox', { name: 'Comments: E-mail' }).uncheck()
    expect(await page.getByRole('checkbox', { name: 'Security: E-mail' }).isDisabled()).toBe(true)
    await page.getByRole('checkbox', { name: 'Keep quiet hours' }).check()
    await page.getByLabel('From').fill('23:30')
    await page.getByRole('checkbox', { name: 'Mails once a day, in one' }).check()
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('status').getByText('Saved').waitFor()
    await page.reload()
    await page.locator('.topics td').first().waitFor()
    expect(await page.getByRole('checkbox', { name: 'Comments: E-mail' }).isChecked()).toBe(false)
    expect(await page.getByRole('checkbox', { name: 'Comments: Here' }).isChecked()).toBe(true)
    expect(await page.getByLabel('From').inputValue()).toBe('23:30')
    expect(await page.getByRole('checkbox', { name: 'Mails once a day, in one' }).isChecked()).toBe(true)
  })

  test('this browser is told, with the script that shows it, and told no more', async () => {
    const person = await at.system.api.register()
    const made = await contextOf({ permissions: ['notifications'] })
    // Chromium's push service is elsewhere: the browser's own part of the subscription is played, all else is as it is.
    const keys = {
      p256dh: createECDH('prime256v1').generateKeys().toString('base64url'),
      auth: randomBytes(16).toString('base64url'),
    }
    await made.addInitScript(`{
      let held = null
      PushManager.prototype.getSubscription = async () => held
      PushManager.prototype.subscribe = async () => (held = {
        endpoint: 'https://push.example.com/one',
        toJSON: () => ({ endpoint: held.endpoint, expirationTime: null, keys: ${JSON.stringify(keys)} }),
        unsubscribe: async () => (held = null) === null,
      })
    }`)
    const page = await signIn(await made.newPage(), at.origin, person)
    await visit(page, at.origin, '/account/notifications', '#push')
    await page.getByRole('button', { name: 'Tell me in this browser' }).click()
    await page.getByText('This browser is told.').waitFor()
    const stored = () =>
      at.system.databases.notifications
        .selectFrom('push_subscriptions')
        .select('endpoint')
        .where('user_id', '=', person.id)
        .execute()
    expect(await stored()).toEqual([{ endpoint: 'https://push.example.com/one' }])
    const script = await page.evaluate<string>(
      `navigator.serviceWorker.getRegistrations().then(([one]) => one.active.scriptURL)`,
    )
    expect(new URL(script).pathname).toMatch(/^\/studio\/assets\/push-worker-[\w-]+\.js$/)
    await page.getByRole('button', { name: 'Tell me here no more' }).click()
    await page.getByText('This browser is not told.').waitFor()
    expect(await stored()).toEqual([])
    await made.close()
  })

  test('the archive and the erasure ask for the password in place when the sign-in is old, and go on', async () => {
    const person = await at.system.api.register({ full_name: 'Anna' })
    const page = await signIn(await at.context.newPage(), at.origin, person)
    await ageSessions(person)
    await visit(page, at.origin, '/account/data', '#take')
    await page.getByRole('button', { name: 'Make the archive' }).click()
    const asked = page.getByLabel('Your password, to go on')
    await asked.fill('not-the-password')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').getByText('That is not the password.').waitFor()
    await asked.fill(person.password)
    await page.getByRole('button', { name: 'Go on' }).click()
    const downloading = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Download the archive' }).click()
    const archive = JSON.parse(await readFile(await (await downloading).path(), 'utf8'))
    expect(archive.person_id).toBe(person.id)
    expect(JSON.stringify(archive)).toContain(person.email)

    await page.getByRole('button', { name: `Erase the account: ${person.email}` }).click()
    await page.getByRole('button', { name: 'Erase the account? Yes' }).click()
    await asked.fill(person.password)
    await page.keyboard.press('Enter')
    await page.getByText('Until then you can take it back.').waitFor()
    // It is known after a reload too, and can be taken back.
    await page.reload()
    await page.getByRole('button', { name: 'Keep the account' }).click()
    await page.getByText('The account stays.').waitFor()
    await page.getByRole('button', { name: `Erase the account: ${person.email}` }).waitFor()
  })

  test('its pages are clean at every width, in both languages and colours', async () => {
    const person = await at.system.api.register({ full_name: 'Anna', phone_number: '+79160000018' })
    const made = await contextOf()
    await signIn(await made.newPage(), at.origin, person)
    let kept = await made.storageState()
    await made.close()
    const places = {
      ...{ '/': '.note', '/account': 'input[name=number]', '/account/sign-in': '.cards li' },
      ...{ '/account/notifications': '.topics td', '/account/data': '#erase' },
    }
    for (const { width, locale, colorScheme } of LOOKS) {
      const looked = await contextOf({ locale, colorScheme, viewport: { width, height: 900 }, storageState: kept })
      const seen = await looksOf(await looked.newPage(), at.origin, places)
      const all = Object.fromEntries(Object.keys(places).map((place) => [place, CLEAN]))
      expect({ width, locale, colorScheme, seen }).toEqual({ width, locale, colorScheme, seen: all })
      kept = await looked.storageState()
      await looked.close()
    }
  })
})
