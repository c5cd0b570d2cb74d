import { expect } from '@jest/globals'
import type { Exported } from '../../exports/format.ts'
import type { Read } from './readers.ts'

/** What makes rows high and words wide: capitals, wide letters, links with marks, long words, emoji, signs. */
export const WIDE = [
  'ПОДПИСЫВАЙТЕСЬ',
  'ШИРОКОФОРМАТНЫЙ',
  'WWWWWWWWWW',
  'МММММММММММММММММММММММММ',
  'Щ'.repeat(48),
  'https://shop.example.ru/catalog/kettles?utm_source=telegram&utm_medium=cpc&utm_campaign=autumn_sale_2026_video',
  'https://t.me/+AbCdEfGhIjKlMnOpQrStUvWxYz0123456789',
  'x'.repeat(300),
  '\n',
  '\n\n',
  '→',
  '✓',
  '№ 7',
  '1 990 ₽',
  '«Ёжик»',
]

const lines = (text: string) => text.replace(/[\u2028\u000b\u0085]/g, '\n')
const textsOf = (doc: Exported): string[] =>
  [
    doc.title,
    doc.description ?? '',
    ...doc.scenes.flatMap(({ heading, rows }) => [
      heading,
      ...rows.flatMap(({ visual, on_screen_text, audio }) => [
        visual,
        on_screen_text ?? '',
        ...audio.flatMap((a) => [a.speaker, a.text]),
      ]),
    ]),
  ].map(lines)
export const counts = (pieces: Iterable<string>): Map<string, number> => {
  const found = new Map<string, number>()
  for (const piece of pieces) found.set(piece, (found.get(piece) ?? 0) + 1)
  return found
}
type Pages = Read['pdf']
export const wordsOf = (pages: Pages) => pages.flatMap(({ words }) => words.map(([, , , , text]) => text))

/** Every word lies within its page's margins, no two columns overlap, and nothing of the script is missing. */
export function expectWhole(doc: Exported, pages: Pages): void {
  for (const { width, height, words } of pages)
    for (const [xMin, yMin, xMax, yMax, text] of words)
      if (xMin < 39 || xMax > width - 39 || yMin < 15 || yMax > height - 15)
        throw new Error(`outside of the page: ${text} at ${xMin} ${yMin} ${xMax} ${yMax}`)
  // Words that a column can hold are found whole, longer ones letter by letter: cut, they stand on several lines.
  const found = counts(wordsOf(pages))
  const short = textsOf(doc)
    .flatMap((text) => text.split(/\s+/))
    .filter((word) => /^[\p{L}\p{N}«»]{1,15}$/u.test(word))
  const times = (word: string) => (found.get(word) ?? 0) + (found.get(`${word}:`) ?? 0)
  expect([...counts(short)].filter(([word, n]) => times(word) < n)).toEqual([])
  const letters = counts(wordsOf(pages).join(''))
  const written = counts(textsOf(doc).join('').replace(/\s/g, ''))
  expect([...written].filter(([char, n]) => (letters.get(char) ?? 0) < n)).toEqual([])
}
