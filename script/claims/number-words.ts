import { fold } from '../fold.ts'

/** Numerals of both languages by their value; Russian ones in every case that speech uses. */
const SMALL: readonly (readonly [number, string])[] = [
  [0, 'ноль нуля zero'],
  [1, 'один одна одно одного одной одному одну одним one'],
  [2, 'два две двух двум двумя two'],
  [3, 'три трех трем тремя three'],
  [4, 'четыре четырех четырем четырьмя four'],
  // «семью» is a family far more often than the numeral's instrumental.
  [5, 'пять пяти пятью five'],
  [6, 'шесть шести шестью six'],
  [7, 'семь семи seven'],
  [8, 'восемь восьми восемью eight'],
  [9, 'девять девяти девятью nine'],
  [10, 'десять десяти десятью ten'],
  [11, 'одиннадцать одиннадцати eleven'],
  [12, 'двенадцать двенадцати twelve'],
  [13, 'тринадцать тринадцати thirteen'],
  [14, 'четырнадцать четырнадцати fourteen'],
  [15, 'пятнадцать пятнадцати fifteen'],
  [16, 'шестнадцать шестнадцати sixteen'],
  [17, 'семнадцать семнадцати seventeen'],
  [18, 'восемнадцать восемнадцати eighteen'],
  [19, 'девятнадцать девятнадцати nineteen'],
  [20, 'двадцать двадцати двадцатью twenty'],
  [30, 'тридцать тридцати тридцатью thirty'],
  [40, 'сорок сорока forty'],
  [50, 'пятьдесят пятидесяти fifty'],
  [60, 'шестьдесят шестидесяти sixty'],
  [70, 'семьдесят семидесяти seventy'],
  [80, 'восемьдесят восьмидесяти eighty'],
  [90, 'девяносто девяноста ninety'],
  [100, 'сто ста'],
  [200, 'двести двухсот'],
  [300, 'триста трехсот'],
  [400, 'четыреста четырехсот'],
  [500, 'пятьсот пятисот'],
  [600, 'шестьсот шестисот'],
  [700, 'семьсот семисот'],
  [800, 'восемьсот восьмисот'],
  [900, 'девятьсот девятисот'],
]
const SCALES: readonly (readonly [number, string])[] = [
  [100, 'hundred'],
  [1e3, 'тысяча тысячи тысяч тысячу тысячей тыс thousand'],
  [1e6, 'миллион миллиона миллионов млн million'],
  [1e9, 'миллиард миллиарда миллиардов млрд billion'],
]
const byWord = (table: readonly (readonly [number, string])[]) =>
  new Map(table.flatMap(([value, words]) => words.split(' ').map((word): [string, number] => [word, value])))
const VALUES = byWord(SMALL)
const MULTIPLIERS = byWord(SCALES)

/** The factor of a word that stands after digits: «1,5 млн», "20 thousand". */
export const multiplierOf = (word: string): number | undefined => MULTIPLIERS.get(fold(word))

export interface SpokenNumber {
  readonly value: number
  readonly start: number
  readonly end: number
  /** Numerals that it is made of: «двадцать четыре» has two. */
  readonly words: number
}

/** Words that are numerals, next to each other: what follows a line, a comma or another word is a number of its own. */
const WORD = /\p{L}+/gu

/** The whole numbers that a text spells out, in order. Time grows with the text alone. */
export function spelledNumbers(text: string): SpokenNumber[] {
  const found: SpokenNumber[] = []
  let total = 0
  let group = 0
  let last = Infinity
  let words = 0
  let start = 0
  let end = 0
  /** Where the next numeral must follow: behind «and» in "two hundred and five". */
  let joint = 0
  const flush = (): void => {
    if (words > 0) found.push({ value: total + group, start, end, words })
    total = group = words = 0
    last = Infinity
  }
  for (const match of text.matchAll(WORD)) {
    const word = fold(match[0])
    const value = VALUES.get(word)
    const scale = MULTIPLIERS.get(word)
    const adjacent = words > 0 && /^[ \u00a0-]$/.test(text.slice(joint, match.index))
    if (adjacent && word === 'and' && last >= 100) {
      joint = match.index + match[0].length
      continue
    }
    if (!adjacent) flush()
    if (value === undefined && scale === undefined) {
      flush()
      continue
    }
    // «двадцать тридцать» are two numbers: within one, each numeral is of a lower order than the one before.
    const fits =
      scale === undefined ? value! < last && (last === Infinity || last % 10 === 0) && last !== 10 : words > 0
    if (words > 0 && !fits) flush()
    if (words === 0) start = match.index
    if (scale === undefined) {
      group += value!
      last = value!
    } else if (scale === 100) {
      group = (group || 1) * 100
      last = 100
    } else {
      total += (group || 1) * scale
      group = 0
      last = scale
    }
    words++
    end = joint = match.index + match[0].length
  }
  flush()
  return found
}
