import { expect, test } from '@jest/globals'
import { pieces, type Piece } from '../../../script/diff/words.ts'

const shown = (found: readonly Piece[]) =>
  found.map(({ op, text }) => (op === 'same' ? text : `${op === 'added' ? '+' : '-'}[${text}]`)).join('')
const before = (found: readonly Piece[]) => found.map(({ op, text }) => (op === 'added' ? '' : text)).join('')
const after = (found: readonly Piece[]) => found.map(({ op, text }) => (op === 'removed' ? '' : text)).join('')
const share = (found: readonly Piece[], op: Piece['op']) =>
  found.reduce((sum, piece) => sum + (piece.op === op ? piece.text.length : 0), 0)

/** Numbers from 0 to 1, the same at every run (mulberry32). */
function createRandom(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}
const random = createRandom(7)
const pick = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)]!
const text = (words: number, vocabulary: readonly string[]) =>
  Array.from({ length: words }, () => pick(vocabulary) + pick(['', '', '', ',', '.'])).join(' ')
const vocabulary = (size: number) => Array.from({ length: size }, (_, i) => `слово${i.toString(36)}`)

test.each([
  ['Вода кипит быстро.', 'Вода закипит через 5,6 минуты.', 'Вода -[кипит быстро]+[закипит через 5,6 минуты].'],
  ['Вода кипит', 'Вода кипит быстро', 'Вода кипит+[ быстро]'],
  ['Вода кипит быстро', 'Вода кипит', 'Вода кипит-[ быстро]'],
  ['It’s 5.6 litres, don’t spill', 'It’s 7.6 litres, do spill', 'It’s -[5.6 ]+[7.6 ]litres, -[don’t ]+[do ]spill'],
  ['Ёлка и 👨‍👩‍👧 тут', 'Ёлка и 👨‍👩‍👧‍👦 тут', 'Ёлка и -[👨‍👩‍👧 ]+[👨‍👩‍👧‍👦 ]тут'],
  ['今日は天気がいい', '今日は雨がいい', '今日は-[天気]+[雨]がいい'],
  ['Раз.\nДва.', 'Раз.\n\nДва.', 'Раз.-[\n]+[\n\n]Два.'],
  ['', 'новое', '+[новое]'],
  ['старое', '', '-[старое]'],
  ['то же', 'то же', 'то же'],
])('whole words are marked: %j to %j', (was, is, expected) => {
  expect(shown(pieces(was, is))).toBe(expected)
})

test('what two texts share by chance does not cut a sentence into shreds', () => {
  const found = pieces(
    'Возьмите чайник, налейте воду и поставьте на плиту. Ждите.',
    'Купите новый термос, вымойте его и закройте крышку. Ждите.',
  )
  expect(found.map(({ op }) => op)).toEqual(['removed', 'added', 'same'])
})

test('500 random pairs of texts: the pieces are both texts, letter for letter', () => {
  for (let i = 0; i < 500; i++) {
    const words = vocabulary(pick([2, 5, 40]))
    const was = text(Math.floor(random() * 60), words)
    const is =
      random() < 0.3 ? text(Math.floor(random() * 60), words) : was.replaceAll(/слово[0-3]/g, () => pick(words))
    const found = pieces(was, is)
    expect([before(found), after(found)]).toEqual([was, is])
    for (const [k, piece] of found.entries())
      expect([piece.text === '', found[k + 1]?.op === piece.op]).toEqual([false, false])
  }
})

test.each([3, 50, 1_000, 20_000])(
  'a long text of %i different words of which a fifth was changed keeps the other four',
  (size) => {
    const words = vocabulary(size)
    const was = text(20_000, words)
    const is = was
      .split(' ')
      .map((word) => (random() < 0.2 ? pick(words) : word))
      .join(' ')
    const found = pieces(was, is)
    expect([before(found) === was, after(found) === is]).toEqual([true, true])
    expect(share(found, 'same') / was.length).toBeGreaterThan(0.72)
  },
)

test('a long piece that was put in, taken out or moved is one change', () => {
  const words = vocabulary(3_000)
  const all = text(12_000, words).split(' ')
  const put = text(3_000, words)
  const [was, is] = [all.join(' '), [...all.slice(0, 5_000), put, ...all.slice(5_000)].join(' ')]
  expect(share(pieces(was, is), 'added') / put.length).toBeCloseTo(1, 2)
  expect(share(pieces(is, was), 'removed') / put.length).toBeCloseTo(1, 2)
  const swapped = [...all.slice(7_000), ...all.slice(0, 7_000)].join(' ')
  expect(share(pieces(was, swapped), 'same') / was.length).toBeGreaterThan(0.57)
})

// Work that grew with the square of the length would take minutes here, more than a test may.
test.each([
  ['one word again and again', 'а '.repeat(100_000), 'а '.repeat(60_000)],
  ['a ring of words', 'а б '.repeat(50_000), 'б в а '.repeat(33_000)],
  ['marks alone', '. '.repeat(100_000), ', '.repeat(100_000)],
  ['one endless word', 'x'.repeat(200_000), 'y'.repeat(200_000)],
  ['two texts of the same words', text(25_000, vocabulary(50)), text(25_000, vocabulary(50))],
  [
    'two texts without a common word',
    text(25_000, vocabulary(900)),
    text(25_000, vocabulary(900)).replaceAll('слово', 'word'),
  ],
])('the longest texts are compared whole: %s', (_, was, is) => {
  const found = pieces(was, is)
  expect([before(found) === was, after(found) === is]).toEqual([true, true])
})
