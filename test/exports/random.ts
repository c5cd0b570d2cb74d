import type { Exported } from '../../exports/format.ts'
import { BEATS, type Row } from '../../script/script.ts'
import { RUSSIAN } from './document.ts'

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export function randomOf(seed: number): () => number {
  let a = seed >>> 0
  return () => {
    a = (a + 0x6d2b79f5) >>> 0
    let t = Math.imul(a ^ (a >>> 15), a | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

const PLAIN = [
  'слово',
  'Вода',
  'кипит,',
  'the',
  'Kettle',
  'и',
  'на',
  'ещё.',
  '1 990 ₽',
  'д. 5',
  'г. Москва',
  'p.m.',
  'ЩУКА',
  'WWWM',
  '№ 7',
  '«Ёж»',
  '—',
  '12',
  'да!',
]
/** All that some format or reader takes for a mark of its own. */
export const MARKS = [
  '1.',
  '1)',
  '#',
  'C#',
  '##',
  '-',
  '+',
  '*',
  '**ж**',
  '_a_',
  'snake_case_x',
  '__',
  '~~x~~',
  '~',
  '`k`',
  '```',
  '>',
  '>>',
  '<b>',
  '</div>',
  '<i',
  '&amp;',
  '&',
  '&#35;',
  '|',
  '\\',
  '\\|',
  '\\N',
  'C:\\New',
  '[x](y)',
  '[[',
  ']]',
  '/*',
  '*/',
  '!',
  '![',
  '=',
  '===',
  '---',
  ':--',
  '=1+1',
  '@имя',
  '^',
  '-->',
  '{\\an8}',
  '{}',
  '$5',
  '"',
  "'",
  ';',
  '%',
  'https://ex.ru/a_b?utm_source=x&copy=1_2',
  'http://ex.ru/(a)*b*',
  'www.a_b.ru/c_d',
  'a_b@ex.ru',
  'TO:',
  'INT.',
  '(в скобках)',
  'a\tb',
  'a\u2028b',
  'a\u000bb',
  'a\u0085b',
  'a\r\nb',
  '\n',
  '\n\n',
  '🔥',
  '👩‍👩‍👧‍👦',
  '👍🏽',
  'e\u0301',
  '..',
  '...',
  '.ж',
  '1',
  '0',
  '~песня',
  'a--b',
]

type Pick = (from: readonly string[]) => string

export interface RandomOptions {
  readonly words: readonly string[]
  readonly maxWords?: number
}

/** A script of random texts, the same for the same seed. */
function randomScript(seed: number, { words, maxWords = 12 }: RandomOptions): Exported {
  const random = randomOf(seed)
  const below = (n: number) => Math.floor(random() * n)
  const pick: Pick = (from) => from[below(from.length)]!
  const text = (max: number) =>
    Array.from(
      { length: 1 + below(max) },
      () => pick(random() < 0.5 ? PLAIN : words) + (random() < 0.9 ? ' ' : ''),
    ).join('')
  const line = (max: number) => text(max).replace(/\s+/g, ' ')
  const row = (): Row => ({
    id: RUSSIAN.scenes[0]!.rows[0]!.id,
    visual: random() < 0.9 ? text(maxWords) : '',
    audio: Array.from({ length: below(4) }, () => ({
      speaker: random() < 0.7 ? line(2).slice(0, 100) : '',
      type: (['vo', 'dialog', 'dialog', 'sfx', 'music'] as const)[below(5)]!,
      text: text(maxWords),
    })),
    on_screen_text: random() < 0.4 ? text(4).slice(0, 500) : null,
    duration_s: below(80) / 10,
  })
  return {
    ...RUSSIAN,
    language: random() < 0.7 ? 'ru' : 'en',
    title: `${line(5).slice(0, 150)} я`,
    description: text(8),
    audience: line(3),
    hook: line(4),
    cta: line(4),
    disclosure: random() < 0.5 ? line(4) : null,
    scenes: Array.from({ length: 1 + below(4) }, () => ({
      id: RUSSIAN.scenes[0]!.id,
      heading: random() < 0.9 ? line(5).slice(0, 200) : '',
      beat: BEATS[below(BEATS.length)]!,
      locked: false,
      rows: Array.from({ length: below(5) }, row),
    })),
  }
}

export const randomScripts = (count: number, options: RandomOptions, from = 1): Exported[] =>
  Array.from({ length: count }, (_, i) => randomScript(from + i, options))
