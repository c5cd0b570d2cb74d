import { expect, test } from '@jest/globals'
import type { Exported } from '../../exports/format.ts'
import { RUSSIAN } from './document.ts'
import { counts, expectWhole, WIDE, wordsOf } from './pages.ts'
import { randomScripts } from './random.ts'
import { read } from './readers.ts'

test('every word of random scripts is in the PDF, within the page', async () => {
  const scripts = randomScripts(12, { words: WIDE, maxWords: 20 })
  const files = await read('pdf', scripts)
  for (const [i, doc] of scripts.entries()) expectWhole(doc, files[i]!)
})

const rowOf = (fields: Partial<Exported['scenes'][number]['rows'][number]>) => ({
  ...RUSSIAN.scenes[0]!.rows[0]!,
  ...fields,
})
const scriptOf = (...rows: ReturnType<typeof rowOf>[]): Exported => ({
  ...RUSSIAN,
  scenes: [{ ...RUSSIAN.scenes[0]!, rows }],
})

test('a row that is higher than a page goes on under the scene’s heading and the columns’ heads', async () => {
  const replies = Array.from({ length: 120 }, (_, i) => ({
    speaker: 'ИВАН ПЕТРОВИЧ',
    type: 'dialog' as const,
    text: `РЕПЛИКА${i} ДА, КОНЕЧНО, СЕЙЧАС.`,
  }))
  const doc = scriptOf(rowOf({ audio: replies }), rowOf({ visual: 'Конец' }))
  const [pages] = await read('pdf', [doc])
  expectWhole(doc, pages!)
  expect(pages!.length).toBeGreaterThan(2)
  for (const { words } of pages!) {
    const texts = words.map(([, , , , text]) => text)
    expect(texts.join(' ')).toContain('КУХНЯ')
    expect(texts).toEqual(expect.arrayContaining(['№', 'Время', 'Изображение', 'Звук']))
  }
  expect(wordsOf(pages!.slice(1)).filter((word) => word === '(продолжение)')).toHaveLength(pages!.length - 1)
})

test('150,000 letters without a space are all there', async () => {
  const doc = scriptOf(
    rowOf({ visual: 'ш'.repeat(5_000), audio: [{ speaker: '', type: 'vo', text: 'ф'.repeat(150_000) }] }),
  )
  const [pages] = await read('pdf', [doc])
  const letters = counts(wordsOf(pages!).join(''))
  expect(letters.get('ф')).toBe(150_000)
  expectWhole(doc, pages!)
})

test('Chinese, Japanese, Korean, Thai, Hindi, Hebrew and Arabic are set in fonts that have them, right to left where they are', async () => {
  const texts = ['你好世界', 'こんにちは', '안녕하세요', 'สวัสดีชาวโลก', 'नमस्ते', 'שלום עולם', 'مرحبا بالعالم']
  const [pages] = await read('pdf', [
    scriptOf(...texts.map((visual) => rowOf({ visual, audio: [], on_screen_text: null }))),
  ])
  const all = wordsOf(pages!).join(' ')
  // With boxes poppler gives the letters as they stand, from left to right.
  const standing = (word: string) => (/[\u0590-\u06ff]/.test(word) ? [...word].toReversed().join('') : word)
  for (const word of texts.flatMap((text) => text.split(' ')))
    expect([word, all.includes(standing(word))]).toEqual([word, true])
  expect(all).not.toContain('U+')
  const [right] = await read('pdf', [scriptOf(rowOf({ visual: 'שלום Scenor עולם', audio: [], on_screen_text: null }))])
  const at = Object.fromEntries(right![0]!.words.map(([x, , , , text]) => [text, x]))
  expect(at[standing('שלום')]!).toBeGreaterThan(at['Scenor']!)
  expect(at['Scenor']!).toBeGreaterThan(at[standing('עולם')]!)
})

test('characters that no font has are named at the end', async () => {
  const [pages] = await read('pdf', [scriptOf(rowOf({ visual: 'Бенгальский: ক খ', audio: [], on_screen_text: null }))])
  const all = wordsOf(pages!).join(' ')
  expect(all).toContain('В шрифтах этого файла нет знаков')
  expect(all).toMatch(/U\+0995 U\+0996/)
})

test('a dash between words never begins a line', async () => {
  const text = Array.from({ length: 200 }, (_, i) => `${'а'.repeat(1 + (i % 11))} —`).join(' ')
  const row = rowOf({ visual: '', on_screen_text: null, audio: [{ speaker: 'Аня', type: 'dialog', text }] })
  const [pages] = await read('pdf', [{ ...RUSSIAN, scenes: [{ ...RUSSIAN.scenes[0]!, rows: [row] }] }])
  const all = pages!.flatMap(({ words }) => words)
  const left = all.find(([, , , , word]) => word === 'Аня:')![0]
  const dashes = all.filter(([xMin, , , , word]) => word === '—' && xMin >= left - 1)
  expect(dashes).toHaveLength(200)
  expect(dashes.filter(([xMin]) => xMin < left + 1)).toEqual([])
})
