import { ADDRESS, PHONE } from '../reading.ts'
import { fold } from '../fold.ts'
import { multiplierOf, spelledNumbers } from './number-words.ts'
import { superlatives } from './superlatives.ts'
import { isMeasure, unitAt } from './units.ts'
import { nfc } from '../nfc.ts'

/**
 * Something that a text states exactly: a number with what it counts, a telephone number, a code («БЛОГ30»), an address of the net
 * or of a street, or praise above all others. Nobody but who orders the script knows whether it is true.
 */
export interface Claim {
  readonly kind: 'number' | 'phone' | 'code' | 'address' | 'street' | 'superlative'
  /** What two texts must share to state the same. */
  readonly value: string
  /** What is counted, `null` when the text does not say. */
  readonly unit: string | null
  /** As it stands. */
  readonly text: string
  readonly start: number
}

const DIGITS =
  /(?<![\p{L}\d])(?:(?<before>[₽$€£])\s?)?(?<whole>\d{1,3}(?:[ \u00a0\u2009\u202f]\d{3})+(?!\d)|\d{1,3}(?:,\d{3})+(?!\d)|\d{1,15})(?:(?<mark>[.,:])(?<fraction>\d{1,6}))?/gu
/** Letters and digits in one word, with a capital: a code, a model, a format. Bounded, so that no text takes long. */
const CODE = /(?<![\p{L}\p{N}.-])[\p{L}\p{N}]{1,24}(?:-[\p{L}\p{N}]{1,24}){0,3}(?![\p{L}\p{N}])/gu
const STREET =
  /(?<!\p{L})(?:ул\.|улиц\p{L}{1,2}|пр-т|проспект\p{L}{0,2}|пер\.|переул\p{L}{1,4}|шоссе|наб\.|набережн\p{L}{1,2}|площад\p{L}{1,2}|бульвар\p{L}{0,2})\s+(\p{Lu}[\p{L}-]{2,40})|(?<!\p{L})(\p{Lu}[\p{L}-]{2,40}) (?:Street|St\.|Avenue|Ave\.|Road|Rd\.|Lane|Boulevard|Blvd)(?!\p{L})/gu
/** Numbers that count parts of the script itself: «Шаг 2», "Step 3". */
const OF_THE_SCRIPT =
  /(?<![а-яa-z])(?:шаг|шага|часть|части|урок|глава|главы|пункт|совет|вариант|сцена|ошибка|причина|step|part|lesson|chapter|tip|option|scene|mistake|reason|day|день)\s*(?:№\s?)?$/
/** A list's own numbering: at the beginning of a line before a stop or bracket, or a row of small figures alone. */
const LISTED = /^\s*\d{1,2}[.)]\s/u
const FIGURES_ALONE = /^\s*\d{1,2}(?:\s*[·•→>/|-]\s*\d{1,2})+\s*$/u

/** Parts without which an expression need not be tried: texts are long, and most hold nothing of the kind. */
const ADDRESS_HINT = /@|:\/\/|www|\.[a-zа-яё]/i
const STREET_HINT =
  /ул\.|улиц|пр-т|просп|пер\.|переул|шоссе|наб\.|набереж|площад|бульвар|Street|St\.|Ave|Road|Rd\.|Lane|Boulev|Blvd/

/** An address of the net as it is compared: without scheme, `www.`, case and what ends a sentence. */
const plainAddress = (text: string): string =>
  text
    .toLowerCase()
    .replace(/^https?:\/\//, '')
    .replace(/^www\./, '')
    .replace(/[/.,!?;:)\]]+$/, '')

/** A telephone number's digits without the country's prefix: +7 and 8 are the same in Russia. */
const plainPhone = (text: string): string => {
  const digits = text.replace(/\D/g, '')
  return digits.length === 11 && /^[78]/.test(digits) ? digits.slice(1) : digits
}

const plainNumber = (whole: string, mark: string | undefined, fraction: string | undefined): string => {
  const digits = whole.replace(/\D/g, '')
  if (fraction === undefined) return String(Number(digits))
  if (mark === ':') return Number(fraction) === 0 ? String(Number(digits)) : `${Number(digits)}:${fraction}`
  return String(Number(`${digits}.${fraction}`))
}

const OUT_OF = /^\s+(?:из|out of|in)\s+$/i
/** A number after a street is a house: it is no number of years or of anything else. */
const HOUSE =
  /(?:\p{Lu}[\p{L}-]{2,40},?\s+(?:д(?:ом|\.)\s*)|\p{Lu}[\p{L}-]{2,40},\s+(?:д(?:ом|\.)?\s*)?|(?<!\p{L})дом\s+)$/u
const STREET_WORD = /(?:ул\.|улиц|пр-т|просп|пер\.|переул|шоссе|наб\.|набереж|площад|бульвар)[^.!?;\n]{0,60}$/u

interface Found {
  readonly start: number
  readonly length: number
  readonly value: string
  readonly unit?: string | null
}

/** Everything that a text states exactly, in the order of its places. Time grows with the text alone. */
export function claimsIn(raw: string): Claim[] {
  const text = nfc(raw)
  const claims: Claim[] = []
  let rest = text
  /** What is found of one kind is no part of another: its place is blank for those that follow. */
  const take = (kind: Claim['kind'], all: readonly Found[]): void => {
    if (all.length === 0) return
    let at = 0
    const left: string[] = []
    for (const { start, length, value, unit = null } of all) {
      claims.push({ kind, value, unit, text: text.slice(start, start + length).trim(), start })
      left.push(rest.slice(at, start), ' '.repeat(length))
      at = start + length
    }
    rest = left.join('') + rest.slice(at)
  }
  if (ADDRESS_HINT.test(text)) take('address', matches(text, ADDRESS, plainAddress))
  if (/\d/.test(text)) {
    take('phone', matches(rest, PHONE, plainPhone))
    take(
      'code',
      matches(rest, CODE, fold).filter(({ start, length }) => isCode(rest.slice(start, start + length))),
    )
  }
  if (STREET_HINT.test(rest))
    for (const { index, ...match } of rest.matchAll(STREET))
      claims.push({ kind: 'street', value: fold(match[1] ?? match[2] ?? ''), unit: null, text: match[0], start: index })
  take(
    'superlative',
    superlatives(rest).map(({ key, start, end }) => ({ start, length: end - start, value: key })),
  )
  take('number', numbersOf(rest))
  return claims.toSorted((a, b) => a.start - b.start)
}

const matches = (text: string, pattern: RegExp, value: (match: string) => string): Found[] =>
  [...text.matchAll(pattern)].map(({ 0: match, index }) => ({
    start: index,
    length: match.length,
    value: value(match),
  }))

const isCode = (word: string): boolean => /\d/.test(word) && /\p{Lu}/u.test(word) && !isQuantity(word)

const isQuantity = (word: string): boolean => {
  const digits = /^\d+-?/.exec(word)?.[0]
  return digits !== undefined && unitAt(word, digits.length)?.end === word.length
}

function numbersOf(text: string): Found[] {
  const written = FIGURES_ALONE.test(text) ? [] : writtenNumbers(text)
  const all = spelledNumbers(text)
  // «Девять из десяти», "nine out of ten": a share is a figure, however small its numbers are.
  const isShare = (i: number): boolean =>
    [all[i - 1], all[i]].some((n, side) => {
      const next = all[i + side]
      return n && next && n !== next && OUT_OF.test(text.slice(n.end, next.start))
    })
  const spelled = all.flatMap(({ value, start, end, words }, i): Found[] => {
    const counted = unitAt(text, end)
    // «Одна мысль», «сто причин», "two of us" are figures of speech; «пять процентов» and «двадцать четыре» are figures.
    if (!isMeasure(counted?.unit ?? null) && words < 2 && !isShare(i)) return []
    if (value < 2) return []
    return [{ value: String(value), unit: counted?.unit ?? null, start, length: (counted?.end ?? end) - start }]
  })
  let until = 0
  // «1,5 миллиона» is found both ways: the figures come first and have the whole.
  return [...written, ...spelled]
    .toSorted((a, b) => a.start - b.start)
    .filter(({ start, length }) => {
      if (start < until) return false
      until = start + length
      return true
    })
}

function writtenNumbers(text: string): Found[] {
  if (!/\d/.test(text)) return []
  return [...text.matchAll(DIGITS)].flatMap((match): Found[] => {
    const { before, whole, mark, fraction } = match.groups as Record<string, string | undefined>
    const start = match.index
    const listed = start === 0 || text[start - 1] === '\n' ? LISTED.test(text.slice(start, start + 8)) : false
    if (listed || OF_THE_SCRIPT.test(fold(text.slice(Math.max(0, start - 16), start)))) return []
    let end = start + match[0].length
    let value = plainNumber(whole!, mark, fraction)
    const word = /^[ \u00a0]?(\p{L}{3,10})\.?/u.exec(text.slice(end, end + 14))
    const factor = word && multiplierOf(word[1]!)
    if (factor) {
      value = String(Math.round(Number(value) * factor * 1e6) / 1e6)
      end += word[0].length
    }
    const counted = before === undefined ? (unitAt(text, end) ?? houseAt(text, start, end)) : undefined
    return [{ value, unit: before ?? counted?.unit ?? null, start, length: (counted?.end ?? end) - start }]
  })
}

function houseAt(text: string, start: number, end: number): { unit: string; end: number } | undefined {
  const before = text.slice(Math.max(0, start - 80), start)
  return HOUSE.test(before) && (STREET_WORD.test(before) || /дом\s+$/u.test(before))
    ? { unit: 'house', end }
    : undefined
}

/**
 * Whether any of these texts states a claim too. A number is the same when its value is, and what is counted does not differ:
 * «10 лет» is not «10 месяцев», «скидка 20» may be «20 %».
 */
export function heldBy(texts: readonly string[]): (claim: Claim) => boolean {
  const known = new Map<string, Set<string | null>>()
  for (const { kind, value, unit } of texts.flatMap(claimsIn)) {
    const key = `${kind} ${value}`
    known.set(key, (known.get(key) ?? new Set()).add(unit))
  }
  const folded = fold(texts.join('\n'))
  return ({ kind, value, unit }) => {
    // A code in small letters («блог30») is no code by itself, but it is this one.
    if (kind === 'code' && folded.includes(value)) return true
    const units = known.get(`${kind} ${value}`)
    return units !== undefined && (unit === null || unit === 'house' || units.has(unit) || units.has(null))
  }
}
