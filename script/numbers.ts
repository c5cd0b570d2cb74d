import type { SpokenLanguage } from './language.ts'

/** The three Russian forms after a number: 1 рубль, 2 рубля, 5 рублей. English uses the first and the second. */
export type Forms = readonly [one: string, few: string, many: string]

/** How a language says numbers. */
interface Numerals {
  /** The form that goes with a whole number (CLDR plural rules; ru: one, few, many; en: one, other). */
  readonly form: (n: number, forms: Forms) => string
  readonly zero: string
  /** @param n 1 to 999 */
  readonly underThousand: (n: number, feminine: boolean) => string[]
  /** The word of a scale. @param place 0: thousand millions, 1: millions, 2: thousands */
  readonly scale: (count: number, place: number) => string
  /** @param cardinal the whole part in words. @param whole its digits */
  readonly decimal: (cardinal: (feminine: boolean) => string, whole: string, fraction: string) => string
}

/** The form that goes with a whole number. */
export const plural = (n: number, forms: Forms, language: SpokenLanguage): string => NUMERALS[language].form(n, forms)

function russianForm(n: number, forms: Forms): string {
  const tens = Math.abs(n) % 100
  const units = tens % 10
  if (tens > 10 && tens < 20) return forms[2]
  if (units === 1) return forms[0]
  return units >= 2 && units <= 4 ? forms[1] : forms[2]
}

const EN_SMALL =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  )
const EN_TENS = ['', '', 'twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety']
const RU_SMALL =
  'ноль один два три четыре пять шесть семь восемь девять десять одиннадцать двенадцать тринадцать четырнадцать пятнадцать шестнадцать семнадцать восемнадцать девятнадцать'.split(
    ' ',
  )
const RU_TENS = [
  '',
  '',
  'двадцать',
  'тридцать',
  'сорок',
  'пятьдесят',
  'шестьдесят',
  'семьдесят',
  'восемьдесят',
  'девяносто',
]
const RU_HUNDREDS = [
  '',
  'сто',
  'двести',
  'триста',
  'четыреста',
  'пятьсот',
  'шестьсот',
  'семьсот',
  'восемьсот',
  'девятьсот',
]
const RU_SCALES: readonly Forms[] = [
  ['миллиард', 'миллиарда', 'миллиардов'],
  ['миллион', 'миллиона', 'миллионов'],
  ['тысяча', 'тысячи', 'тысяч'],
]
const EN_SCALES = ['billion', 'million', 'thousand']

/** What is read as one number; longer digit strings (cards, accounts) are read digit by digit. */
const MAX_READ_AS_NUMBER = 999_999_999_999

function englishUnderThousand(n: number): string[] {
  const [hundreds, rest] = [Math.floor(n / 100), n % 100]
  const [tens, unit] = [Math.floor(rest / 10), rest % 10]
  const words = hundreds > 0 ? [`${EN_SMALL[hundreds]!} hundred`] : []
  if (rest >= 20) words.push(EN_TENS[tens]! + (unit ? `-${EN_SMALL[unit]!}` : ''))
  else if (rest > 0) words.push(EN_SMALL[rest]!)
  return words
}

function russianUnderThousand(n: number, feminine: boolean): string[] {
  const [hundreds, rest] = [Math.floor(n / 100), n % 100]
  const [tens, unit] = [Math.floor(rest / 10), rest % 10]
  const words = hundreds > 0 ? [RU_HUNDREDS[hundreds]!] : []
  if (rest >= 20) words.push(RU_TENS[tens]!, ...(unit ? [ruUnit(unit, feminine)] : []))
  else if (rest > 0) words.push(ruUnit(rest, feminine))
  return words
}

const ruUnit = (n: number, feminine: boolean): string =>
  feminine && n === 1 ? 'одна' : feminine && n === 2 ? 'две' : RU_SMALL[n]!

/**
 * A whole number in words, nominative.
 * @param n 0 to 999 999 999 999
 * @param feminine Russian gender of what is counted (одна тысяча, две целых)
 */
export function wholeToWords(n: number, language: SpokenLanguage, feminine = false): string {
  if (!Number.isSafeInteger(n) || n < 0 || n > MAX_READ_AS_NUMBER)
    throw new RangeError('a whole number from 0 to 999 999 999 999')
  const { zero, underThousand, scale: scaleWord } = NUMERALS[language]
  if (n === 0) return zero
  const words: string[] = []
  ;[1e9, 1e6, 1e3].forEach((scale, place) => {
    const count = Math.floor(n / scale) % 1000
    if (count > 0) words.push(...underThousand(count, scale === 1e3), scaleWord(count, place))
  })
  return [...words, ...underThousand(n % 1000, feminine)].join(' ')
}

const RU_FRACTIONS: readonly Forms[] = [
  ['десятая', 'десятых', 'десятых'],
  ['сотая', 'сотых', 'сотых'],
  ['тысячная', 'тысячных', 'тысячных'],
]

const digitByDigit = (digits: string, language: SpokenLanguage): string =>
  [...digits].map((d) => wholeToWords(Number(d), language)).join(' ')

/**
 * A number as digits in words: `('2', '5', 'ru')` is «две целых пять десятых», `('2', '50', 'en')` "two point five zero".
 * Digit strings with a leading zero or above 999 999 999 999 are read digit by digit.
 * @param whole digits before the decimal mark
 * @param fraction digits after it, or ''
 */
export function digitsToWords(whole: string, fraction: string, language: SpokenLanguage): string {
  const asDigits = (whole.length > 1 && whole.startsWith('0')) || Number(whole) > MAX_READ_AS_NUMBER
  const cardinal = (feminine: boolean) =>
    asDigits ? digitByDigit(whole, language) : wholeToWords(Number(whole), language, feminine)
  return fraction ? NUMERALS[language].decimal(cardinal, whole, fraction) : cardinal(false)
}

function russianDecimal(cardinal: (feminine: boolean) => string, whole: string, fraction: string): string {
  const forms = RU_FRACTIONS[fraction.length - 1]
  if (!forms) return `${cardinal(false)} запятая ${digitByDigit(fraction, 'ru')}`
  const wholes = russianForm(Number(whole), ['целая', 'целых', 'целых'])
  const parts = wholeToWords(Number(fraction), 'ru', true)
  return `${cardinal(true)} ${wholes} ${parts} ${russianForm(Number(fraction), forms)}`
}

const NUMERALS: Readonly<Record<SpokenLanguage, Numerals>> = {
  ru: {
    form: russianForm,
    zero: 'ноль',
    underThousand: russianUnderThousand,
    scale: (count, place) => russianForm(count, RU_SCALES[place]!),
    decimal: russianDecimal,
  },
  en: {
    form: (n, forms) => (n === 1 ? forms[0] : forms[1]),
    zero: 'zero',
    underThousand: englishUnderThousand,
    scale: (_, place) => EN_SCALES[place]!,
    decimal: (cardinal, _, fraction) => `${cardinal(false)} point ${digitByDigit(fraction, 'en')}`,
  },
}
