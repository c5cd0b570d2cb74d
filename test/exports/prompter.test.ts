import { expect, test } from '@jest/globals'
import { render } from '../../exports/render.ts'
import { RUSSIAN } from './document.ts'

const row = RUSSIAN.scenes[0]!.rows[0]!
const page = async (text: string) => {
  const audio = [
    { speaker: 'Аня', type: 'dialog' as const, text },
    { speaker: '', type: 'music' as const, text: 'Гитара' },
  ]
  return (
    await render('prompter', { ...RUSSIAN, scenes: [{ ...RUSSIAN.scenes[0]!, rows: [{ ...row, audio }] }] })
  ).toString()
}
const main = (html: string) => /<main>([\s\S]*)<\/main>/.exec(html)![1]!.trim()

test('the teleprompter shows the spoken words alone', async () => {
  expect(main(await page('(вздыхает) Чай остыл? (пауза 2 с) Да.'))).toBe('<p>Чай остыл? Да.</p>')
})

test('the teleprompter asks nothing of a network, and texts cannot become code', async () => {
  const html = await page('</p><script>alert(1)</script><img src="https://ex.ru/x.png">')
  expect(main(html)).toBe(
    '<p>&lt;/p&gt;&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=&quot;https://ex.ru/x.png&quot;&gt;</p>',
  )
  expect(html.replace(main(html), '')).not.toMatch(/https?:|src=|href=|@import|url\(/)
  expect(html).toContain(`content="default-src 'none'`)
})

test('the teleprompter has a mirror and a pace that the reader measures', async () => {
  const html = await page('Слова.')
  for (const id of ['mirror', 'measure', 'slower', 'faster']) expect(html).toContain(`<button id="${id}"`)
})
