import { beforeEach, describe, expect, test } from '@jest/globals'
import type { Page } from 'playwright-core'
import type { Scenario, ScenarioBody } from '../../client/index.ts'
import { hasBrowser } from '../support/browser.ts'
import { BRIEF, useStudio } from '../support/studio-page.ts'
import { until } from '../support/until.ts'

const row = (visual: string) => ({ visual, audio: [{ text: `Words of ${visual}` }], duration_s: 3 })
const SCRIPT: ScenarioBody = {
  title: 'Tea',
  language: 'en',
  target_duration_s: 20,
  scenes: [
    { heading: 'One', rows: [row('a'), row('b')] },
    { heading: 'Two', rows: [row('c')] },
  ],
}

;(hasBrowser ? describe : describe.skip)('the editor in Chromium (needs the Debian package chromium)', () => {
  const { at, contextOf } = useStudio()
  let person: Awaited<ReturnType<typeof at.system.api.register>>
  let id: string
  let page: Page

  /** Signed in as the owner of a new script, at a place of the studio. */
  const enter = async (page: Page, place: string) => {
    await page.goto(at.origin)
    await page.getByLabel('E-mail').fill(person.email)
    await page.getByLabel('Password').fill(person.password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('link', { name: 'Tea' }).waitFor()
    await page.goto(`${at.origin}/studio#${place}`)
  }
  const stored = async () => (await person.get(`/scenarios/${id}`)).body
  const shape = async () =>
    (await stored()).scenes
      .map((scene: { rows: { visual: string }[] }) => scene.rows.map((one) => one.visual).join(''))
      .join(' ')
  const save = async () => {
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByText(/Saved as version/).waitFor()
  }
  const picture = (scene: number, row: number) =>
    page.getByLabel(`Picture, Scene ${scene}, row ${row}`, { exact: true })
  const menu = (scene: number, row: number) =>
    page.getByRole('button', { name: `What to do with this row (or drag it): Scene ${scene}, row ${row}` })
  const put = async (body: ScenarioBody) => {
    const { headers } = await person.get(`/scenarios/${id}`)
    await person.put(`/scenarios/${id}`, body, { headers: { 'If-Match': headers.get('etag') ?? '' } })
  }

  beforeEach(async () => {
    person = await at.system.api.register()
    id = (await person.post('/scenarios', SCRIPT)).body.id
    page = await at.context.newPage()
    await enter(page, `/scripts/${id}/edit`)
    await picture(1, 1).waitFor()
  })

  test('by keyboard alone: rows and scenes are moved, split, joined, added, taken out, undone and saved', async () => {
    const focused = () => page.evaluate<string>('document.activeElement.getAttribute("aria-label")')
    await picture(1, 2).focus()
    await page.keyboard.press('Alt+ArrowDown')
    await until(async () => (await focused()) === 'Picture, Scene 2, row 1')
    await page.keyboard.press('Control+Enter')
    await until(async () => (await focused()) === 'Picture, Scene 2, row 2')
    await page.keyboard.type('new')
    await page.keyboard.press('Alt+Enter')
    await until(async () => (await focused()) === 'Picture, Scene 3, row 1')
    await page.keyboard.press('Alt+Shift+ArrowUp')
    await until(async () => (await focused())?.startsWith('Picture, Scene 2') ?? false)
    await page.keyboard.press('Control+s')
    await page.getByText('Saved as version 2').waitFor()
    expect(await shape()).toBe('a newc b')
    await page.keyboard.press('Control+z')
    await page.keyboard.press('Control+z')
    await page.keyboard.press('Control+s')
    await page.getByText('Saved as version 3').waitFor()
    expect(await shape()).toBe('a bnewc')
    await page.keyboard.press('Control+y')
    await page.keyboard.press('Control+Shift+z')
    await page.keyboard.press('Control+s')
    await page.getByText('Saved as version 4').waitFor()
    expect(await shape()).toBe('a newc b')
  })

  test('by mouse: a row is dragged into another scene, one letter after another is undone at once', async () => {
    await page.setViewportSize({ width: 1280, height: 2000 })
    const from = await menu(1, 1).boundingBox()
    const to = await picture(2, 1).boundingBox()
    if (!from || !to) throw new Error('nothing to drag')
    await page.mouse.move(from.x + 10, from.y + 10)
    await page.mouse.down()
    await page.mouse.move(to.x + 20, to.y - 10, { steps: 4 })
    await page.locator('.target').waitFor()
    await page.mouse.up()
    await until(async () => (await picture(2, 1).inputValue()) === 'a')
    await picture(1, 1).fill('')
    await picture(1, 1).pressSequentially('other')
    await page.getByRole('button', { name: 'Undo' }).click()
    await until(async () => (await picture(1, 1).inputValue()) === 'b')
    await page.getByRole('button', { name: 'Redo' }).click()
    await until(async () => (await picture(1, 1).inputValue()) === 'other')
    await save()
    expect(await shape()).toBe('other ac')
  })

  test('by touch alone: a long press opens what can be done; a scene is locked and nothing in it changes', async () => {
    const made = await contextOf({ hasTouch: true, viewport: { width: 320, height: 700 } })
    page = await made.newPage()
    await enter(page, `/scripts/${id}/edit`)
    await picture(1, 1).waitFor()
    await menu(1, 1).scrollIntoViewIfNeeded()
    const box = await menu(1, 1).boundingBox()
    if (!box) throw new Error('nothing to press')
    const touches = await made.newCDPSession(page)
    const point = { x: box.x + 10, y: box.y + 10 }
    await touches.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [point] })
    await page.getByRole('button', { name: 'Move down' }).waitFor()
    await touches.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] })
    await page.getByRole('button', { name: 'Move down' }).tap()
    await until(async () => (await picture(1, 1).inputValue()) === 'b')
    await page.getByRole('button', { name: 'Close' }).tap()
    await page.getByRole('button', { name: 'What to do with this scene: Scene 2' }).tap()
    await page.getByRole('button', { name: 'Lock it' }).tap()
    await until(() => picture(2, 1).isDisabled())
    await page.getByRole('button', { name: 'Add a row: Scene 1' }).tap()
    await picture(1, 3).fill('n')
    await save()
    expect(await shape()).toBe('ban c')
    expect((await stored()).scenes.map((scene: { locked: boolean }) => scene.locked)).toEqual([false, true])
    await made.close()
  })

  test('what is not saved outlives a reload; what somebody else saved meanwhile is joined by row', async () => {
    await picture(1, 1).fill('mine')
    await picture(2, 1).fill('mine too')
    await page.reload()
    await page.getByText('not saved yet, are here again').waitFor()
    expect(await picture(1, 1).inputValue()).toBe('mine')
    const { scenes } = await stored()
    scenes[0].rows[0].visual = 'theirs'
    scenes[0].rows[1].visual = 'theirs too'
    await put({ ...SCRIPT, title: 'Their tea', scenes })
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    const view = page.getByRole('region', { name: 'Somebody else has saved meanwhile' })
    await view.getByText('2 of their changes came in, 1 to decide').waitFor()
    expect(await shape()).toBe('theirstheirs too c')
    await view.getByLabel('Theirs').check()
    await view.getByRole('button', { name: 'Save both together' }).click()
    await page.getByText('Saved as version 3').waitFor()
    expect(await shape()).toBe('theirstheirs too mine too')
    expect((await stored()).title).toBe('Their tea')
  })

  test('what a check found is mended: a proposal stands beside the scene, is taken row by row, and others are written', async () => {
    await page.setViewportSize({ width: 1280, height: 2000 })
    await page.getByLabel('Sound, Scene 2, row 1', { exact: true }).fill('TODO say it')
    await save()
    await page.getByRole('button', { name: 'Mend this' }).first().click()
    await page.getByRole('heading', { name: 'Written anew: Scene 2' }).waitFor()
    expect(await page.getByLabel('What is to be different?').inputValue()).not.toBe('')
    await page.getByRole('button', { name: 'Write a proposal' }).click()
    await page.getByRole('radio', { name: 'Proposed' }).first().waitFor()
    expect(await shape()).toBe('ab c')
    await page.getByLabel('What is to be different?').fill('Warmer')
    await page.getByRole('button', { name: 'Write another variant' }).click()
    await page.getByRole('radio', { name: 'Variant 2' }).check()
    const left = page.getByRole('group', { name: 'Row 1' })
    await left.getByRole('radio', { name: 'Now' }).check()
    const offered = await page.getByRole('group', { name: /^Row/ }).count()
    // Somebody else changes another scene meanwhile: this one is the same there.
    const { scenes } = await stored()
    scenes[0].heading = 'Changed meanwhile'
    await put({ ...SCRIPT, scenes })
    await page.getByRole('button', { name: 'Take into the script' }).click()
    await picture(1, 1).waitFor()
    const now = await stored()
    expect(now.scenes[0].heading).toBe('Changed meanwhile')
    expect(now.scenes[1].rows.length).toBeLessThanOrEqual(offered)
    expect(now.version).toBe(4)
  })

  test('scenes that were written from another brief are marked until they are found to fit, or written anew', async () => {
    await page.setViewportSize({ width: 1280, height: 2000 })
    const written = (await person.post('/ai/generate', { brief: BRIEF, language: 'en', tone: ['calm'] })).body.id
    id = (await at.system.api.finished(written, person.token)).result.scenario_id
    const count = (await stored()).scenes.length
    const marks = page.getByText('The brief has changed since this scene was written.')
    await page.goto(`${at.origin}/studio#/scripts/${id}/edit`)
    await picture(1, 1).waitFor()
    expect(await marks.count()).toBe(0)
    await page.getByText('Brief: who it speaks to').click()
    await page.getByLabel('Who it speaks to').fill('Climbers')
    await save()
    await until(async () => (await marks.count()) === count)
    await page.getByRole('button', { name: 'It still fits: Scene 1' }).click()
    await page.getByRole('button', { name: 'Write it anew … Scene 2: Fit it' }).click()
    await page.getByRole('button', { name: 'Write a proposal' }).click()
    await page.getByRole('button', { name: 'Take all' }).click()
    await page.getByRole('button', { name: 'Take into the script' }).click()
    await picture(1, 1).waitFor()
    expect(await marks.count()).toBe(count - 2)
    await page.goto(`${at.origin}/studio#/scripts/${id}`)
    await page.locator('.script td').first().waitFor()
    expect(await marks.count()).toBe(count - 2)
    // A scene keeps its mark in a version that somebody writes who does not know of marks.
    const { scenes, tone, audience, cta, kind, platform, language, target_duration_s, title } = await stored()
    const body = { title, tone, audience, cta, kind, platform, language, target_duration_s }
    await put({
      ...body,
      scenes: scenes.map((scene: Scenario['scenes'][number]) => ({ ...scene, written_from: undefined })),
    })
    const { brief_hash, scenes: after } = await stored()
    expect(after.filter((scene: Scenario['scenes'][number]) => scene.written_from !== brief_hash)).toHaveLength(
      count - 2,
    )
  })

  test('any two versions are compared at an address of their own, and one goes back from there', async () => {
    await picture(1, 1).fill('changed once')
    await save()
    await page.goto(`${at.origin}/studio#/scripts/${id}/changes/1/2`)
    await page.locator('ins').getByText('changed once').waitFor()
    await page.getByLabel('From').selectOption('2')
    await page.waitForURL(/changes\/2\/2$/)
    await page.getByText('Nothing is different.').waitFor()
    await page.goto(`${at.origin}/studio#/scripts/${id}/changes/1/2`)
    await page.getByRole('button', { name: 'Go back to version 1' }).click()
    await page.getByRole('heading', { name: 'Tea' }).waitFor()
    expect(await shape()).toBe('ab c')
    expect((await stored()).version).toBe(3)
  })

  test('the teleprompter goes by the pace of its reader, by keys, mirrored, and keeps the pace', async () => {
    const long = Array.from({ length: 40 }, (_, i) => row(`picture ${i}`))
    await put({ ...SCRIPT, scenes: [{ rows: long }] })
    await page.goto(`${at.origin}/studio#/scripts/${id}/prompter`)
    const text = page.getByRole('region', { name: 'Tea' })
    await text.waitFor()
    const scrolled = () => text.evaluate((there) => there.scrollTop)
    await page.keyboard.press('Space')
    await page.getByRole('button', { name: 'Stop' }).waitFor()
    await until(async () => (await scrolled()) > 5)
    await page.keyboard.press('Space')
    await page.getByRole('button', { name: 'Start' }).waitFor()
    const before = await scrolled()
    await page.keyboard.press('PageDown')
    await until(async () => (await scrolled()) > before + 10)
    await page.keyboard.press('KeyM')
    await page.locator('.mirrored').waitFor()
    await page.getByText('882 characters a minute').waitFor()
    await page.keyboard.press('ArrowUp')
    await page.getByText('926 characters a minute').waitFor()
    await page.getByText('Size, mirror, own pace, keys').click()
    await page.getByRole('button', { name: 'Keep as my pace' }).click()
    await page.getByText('scripts are timed by it').waitFor()
    expect((await person.get('/users/profile')).body.settings).toEqual({ reading_ms_per_char: 65 })
  })
})
