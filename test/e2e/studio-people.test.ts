import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import type { Page } from 'playwright-core'
import { hasBrowser } from '../support/browser.ts'
import type { Person } from '../support/http.ts'
import { ifMatch, scene, write, type Written } from '../support/scenarios.ts'
import { BRIEF, CLEAN, lookedAt, LOOKS, scriptShown, useStudio } from '../support/studio-page.ts'
import { looksOf, signIn, visit } from '../support/studio-person.ts'
import { proven } from '../support/verified.ts'

;(hasBrowser ? describe : describe.skip)('people in the studio (needs the Debian package chromium)', () => {
  const { at, contextOf } = useStudio()
  let owner: Person, friend: Person
  let script: Written
  beforeAll(async () => {
    owner = await at.system.api.register({ full_name: 'Anna' })
    friend = await at.system.api.register({ full_name: 'Boris' })
    await proven(at.system, friend)
  })

  const rightsOf = (page: Page, name: string) =>
    page.getByRole('row').filter({ hasText: name }).locator('td.may .sr-only').allTextContents()

  describe('a script of two people', () => {
    beforeEach(async () => {
      script = await write(owner, { scenes: [scene('Поход', 'Шаги.', 'Снег.'), scene('Офис', 'Ночь.')] })
    })

    test('is shared by address, talked about at a row, and the talk is settled while both look', async () => {
      const page = await signIn(await at.context.newPage(), at.origin, owner)
      await visit(page, at.origin, `/scripts/${script.id}`, '.access')
      await page.getByLabel('Their e-mail').fill(friend.email)
      await page
        .locator('form')
        .filter({ hasText: 'Share with a person' })
        .getByRole('combobox')
        .selectOption('commenter')
      await page.getByRole('button', { name: 'Share', exact: true }).click()
      await page.getByRole('row').filter({ hasText: friend.email }).waitFor()
      expect(await rightsOf(page, friend.email)).toEqual(['yes', 'yes', 'no', 'no'])

      const other = await contextOf()
      const theirs = await signIn(await other.newPage(), at.origin, friend)
      await theirs.getByRole('button', { name: 'Shared with me' }).click()
      await theirs.getByRole('link', { name: script.body.title }).first().click()
      const mark = theirs.getByRole('button', { name: 'Comment: Scene 1, row 2' })
      await mark.focus()
      await theirs.keyboard.press('Enter')
      // The focus is in the field of what was opened, and goes back to where it came from.
      const beside = theirs.getByRole('dialog', { name: 'Scene 1, row 2' })
      await beside.locator('textarea:focus').waitFor()
      await theirs.keyboard.type('Is the snow real?')
      await beside.getByRole('button', { name: 'Send' }).click()
      await beside.getByText('Is the snow real?').waitFor()
      await theirs.keyboard.press('Escape')
      await beside.waitFor({ state: 'hidden' })
      expect(await theirs.locator('.comment-on:focus').textContent()).toBe('Comment: Scene 1, row 21')

      // The owner is told while he looks, and what is said stands there without a reload.
      await page.getByRole('status').getByText('New comment').waitFor()
      const talk = page.getByRole('region', { name: 'Comments' })
      await talk.getByText('Is the snow real?').waitFor()
      await talk.getByText('Boris').waitFor()
      await talk.getByRole('button', { name: 'Reply: Is the snow real?' }).click()
      await talk.locator('textarea:focus').waitFor()
      await page.keyboard.type('It will be.')
      await talk.getByLabel('Reply', { exact: true }).locator('xpath=ancestor::form').getByRole('button').click()
      await talk.getByText('It will be.').waitFor()
      await talk.getByRole('button', { name: 'Resolve: Is the snow real?' }).click()
      await talk.getByText('Resolved (1)').waitFor()
      expect(await talk.getByText('Is the snow real?').isVisible()).toBe(false)
      const stored = await at.system.databases.scenarios
        .selectFrom('comments')
        .select(['body', 'row_id', 'resolved'])
        .where('scenario_id', '=', script.id)
        .orderBy('created_at')
        .execute()
      const row_id = script.body.scenes[0].rows[1].id
      expect(stored).toEqual([
        { body: 'Is the snow real?', row_id, resolved: true },
        { body: 'It will be.', row_id, resolved: false },
      ])

      // Read alone, and nothing to be said any more; then not even that.
      await page.getByLabel(`May: ${friend.email}`).selectOption('viewer')
      await page.getByRole('status').getByText('Changed').waitFor()
      expect(await rightsOf(page, friend.email)).toEqual(['yes', 'no', 'no', 'no'])
      await theirs.reload()
      await theirs.getByText('You may read this script, not comment on it.').waitFor()
      await page.getByRole('button', { name: `End access: ${friend.email}` }).click()
      await page.getByRole('button', { name: 'End access? Yes' }).click()
      await page.getByText('Access ended').waitFor()
      await theirs.reload()
      await theirs.getByRole('alert').filter({ hasText: /./ }).waitFor()
      expect(await theirs.locator('.script').count()).toBe(0)
      await other.close()
    })

    test('is read by whoever has the link, without an account, until the link is ended', async () => {
      const page = await signIn(await at.context.newPage(), at.origin, owner)
      await visit(page, at.origin, `/scripts/${script.id}`, '.access')
      await page.getByRole('button', { name: 'Make a link' }).click()
      const token = (await page.getByLabel('Address').inputValue()).split('/').at(-1)!
      expect(await rightsOf(page, 'Everybody with the link')).toEqual(['yes', 'no', 'no', 'no'])
      const stranger = await contextOf()
      const read = await stranger.newPage()
      await visit(read, at.origin, `/shared/${token}`, '.script td')
      expect(await read.locator('.script tbody tr').count()).toBe(3)
      expect(await read.getByRole('button', { name: /Comment/ }).count()).toBe(0)
      await page.getByRole('button', { name: 'End the link: Everybody with the link' }).click()
      await page.getByRole('button', { name: 'End the link? Yes' }).click()
      await page.getByText('Access ended').waitFor()
      await read.reload()
      await read.getByRole('alert').filter({ hasText: /./ }).waitFor()
      expect(await read.locator('.script').count()).toBe(0)
      await stranger.close()
    })
  })

  test('scripts are found by words and tags, put into the trash and taken out of it', async () => {
    const person = await at.system.api.register()
    for (const title of ['Kettles in autumn', 'Winter boots', 'Summer rain']) await write(person, { title })
    const page = await signIn(await at.context.newPage(), at.origin, person)
    const card = (title: string) => page.getByRole('listitem').filter({ hasText: title })
    await page.getByRole('link', { name: 'Winter boots' }).click()
    await page.getByLabel('Another tag').fill('shoes')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Remove the tag: shoes' }).waitFor()
    await page.getByRole('link', { name: 'Scripts', exact: true }).click()
    await page.getByRole('group', { name: 'Tags' }).getByRole('button', { name: 'shoes' }).click()
    await page.getByText('found: 1').waitFor()
    expect(await card('Winter boots').count()).toBe(1)
    await page.getByRole('group', { name: 'Tags' }).getByRole('button', { name: 'All' }).click()
    await card('Summer rain').waitFor()
    await page.getByRole('searchbox').fill('kettle')
    await page.keyboard.press('Enter')
    await page.getByText('found: 1').waitFor()
    expect(await card('Kettles in autumn').count()).toBe(1)

    await page.getByRole('button', { name: 'To the trash: Kettles in autumn' }).click()
    await page.getByText('Nothing fits.').waitFor()
    await page.getByRole('button', { name: 'Clear the search' }).click()
    await card('Summer rain').waitFor()
    expect(await card('Kettles in autumn').count()).toBe(0)
    await page.getByRole('button', { name: 'To the trash: Summer rain' }).click()
    await page.getByText('In the trash: Summer rain').waitFor()
    // The way back has the focus.
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Summer rain' }).waitFor()
    await visit(page, at.origin, '/trash', '.cards li')
    expect(await page.locator('.cards li').count()).toBe(1)
    await page.getByRole('button', { name: 'Restore: Kettles in autumn' }).click()
    await page.getByText('The trash is empty.').waitFor()
    await page.getByRole('link', { name: 'Kettles in autumn' }).click()
    await page.getByRole('heading', { name: 'Kettles in autumn' }).waitFor()
    // Emptied it is for good: asked twice, by touch or keys alike.
    await page.getByRole('link', { name: 'Scripts', exact: true }).click()
    await page.getByRole('button', { name: 'To the trash: Winter boots' }).click()
    await page.getByText('In the trash: Winter boots').waitFor()
    await visit(page, at.origin, '/trash', '.cards li')
    await page.getByRole('button', { name: /^Empty the trash/ }).click()
    await page.getByRole('button', { name: 'Empty the trash? Yes' }).click()
    await page.getByText('The trash is empty.').waitFor()
    expect((await person.get('/trash')).body.items).toEqual([])
  })

  test('a template of one’s own is made of a ready one, changed, written by, and removed', async () => {
    const person = await at.system.api.register()
    const page = await signIn(await at.context.newPage(), at.origin, person)
    await visit(page, at.origin, '/templates', '.cards li')
    await page.locator('.cards a').first().click()
    await page.getByRole('button', { name: 'Make my own of it' }).click()
    await page.getByRole('button', { name: 'Save' }).waitFor()
    await page.getByLabel('Name', { exact: true }).fill('Mine')
    const shares = page.getByLabel(/^Share, %/)
    const first = Number(await shares.first().inputValue())
    await shares.first().fill(String(first - 5))
    await page.getByText('In all 95 %, must be 100 %').waitFor()
    expect(await page.getByRole('button', { name: 'Save' }).isDisabled()).toBe(true)
    await page.getByRole('button', { name: 'Add a part' }).click()
    await page.getByText('In all 100 %').waitFor()
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('link', { name: 'Mine' }).click()
    await page.getByRole('link', { name: 'Write by it' }).click()
    await page.locator('textarea[name=brief]').fill(BRIEF)
    await page.locator('form button.main').click()
    await scriptShown(page)
    const { template_id } = await at.system.databases.scenarios
      .selectFrom('scenarios')
      .select('template_id')
      .where('owner_id', '=', person.id)
      .executeTakeFirstOrThrow()
    await visit(page, at.origin, `/templates/${template_id}`, 'input[name=name]')
    expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('Mine')
    await page.getByRole('button', { name: 'Remove: Mine' }).click()
    await page.getByRole('button', { name: 'Remove? Yes' }).click()
    await page.getByText('You have no templates of your own yet.').waitFor()
  })

  test('what happens is told at once, counted, and marked as read', async () => {
    const person = await at.system.api.register()
    const page = await signIn(await at.context.newPage(), at.origin, person)
    await visit(page, at.origin, '/notifications', '.cards li')
    const told = await person.post('/notifications', {
      ...{ user_id: person.id, topic: 'custom', title: 'Buy a kettle', body: 'A red one.' },
    })
    expect(told.status).toBe(201)
    await page.getByRole('listitem').filter({ hasText: 'Buy a kettle' }).waitFor()
    await page.getByRole('button', { name: 'Mark as read: Buy a kettle' }).click()
    await page.getByRole('button', { name: 'Mark as read: Buy a kettle' }).waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Mark all as read' }).click()
    await page.locator('header .count').waitFor({ state: 'detached' })
    expect((await person.get('/notifications?unread=true')).body.unread_count).toBe(0)
  })

  describe('its pages', () => {
    let places: Record<string, string>
    beforeAll(async () => {
      const talked = await write(owner, { tags: ['осень'], scenes: [scene('Поход', 'Шаги.'), scene('Офис', 'Ночь.')] })
      const share = (body: object) => owner.post(`/scenarios/${talked.id}/share`, body)
      await share({ user_id: friend.id, role: 'editor' })
      await share({ email: `somebody-with-a-long-name-${'x'.repeat(30)}@example.test`, role: 'viewer' })
      const link = await share({ link: true, role: 'commenter' })
      const [{ id: scene_id, rows }] = talked.body.scenes
      const say = (body: object) => friend.post(`/scenarios/${talked.id}/comments`, body)
      const { id: parent_id } = (await say({ body: 'Ы'.repeat(120), scene_id, row_id: rows[0].id })).body
      await say({ body: 'Да.', parent_id })
      const beats = [
        { beat: 'hook', share: 0.4 },
        { beat: 'cta', share: 0.6 },
      ]
      const template = await owner.post('/templates', { name: 'Свой', beats })
      const gone = await write(owner, { title: 'Старое' })
      await owner.delete(`/scenarios/${gone.id}`, ifMatch(gone.etag))
      places = {
        ...{ '/': '.cards .tag', [`/scripts/${talked.id}`]: '.thread', '/templates': '.cards li' },
        ...{ [`/templates/${template.body.id}`]: '.beat', '/templates/new': '.beat', '/trash': '.cards li' },
        ...{ '/notifications': '.cards li', [`/shared/${link.body.token}`]: '.script td' },
      }
    })

    test('are clean at every width, in both languages and colours', async () => {
      const made = await contextOf()
      await signIn(await made.newPage(), at.origin, owner)
      let kept = await made.storageState()
      await made.close()
      const looks = [
        ...LOOKS.map((look) => [look, {}] as const),
        [LOOKS[0]!, { forcedColors: 'active', hasTouch: true }] as const,
      ]
      for (const [{ width, locale, colorScheme }, more] of looks) {
        const options = { locale, colorScheme, ...more, viewport: { width, height: 900 } }
        const looked = await contextOf({ ...options, storageState: kept })
        const page = await looked.newPage()
        const seen = await looksOf(page, at.origin, places)
        // The comments of a row, over the script.
        await visit(page, at.origin, Object.keys(places)[1]!, '.comment-on .full')
        await page.locator('.comment-on:has(.full)').first().click()
        await page.locator('dialog .thread').waitFor()
        seen['beside'] = await lookedAt(page)
        const all = Object.fromEntries([...Object.keys(places), 'beside'].map((place) => [place, CLEAN]))
        expect({ width, locale, colorScheme, seen }).toEqual({ width, locale, colorScheme, seen: all })
        kept = await looked.storageState()
        await looked.close()
      }
    })
  })
})
