import type { SpokenLanguage } from './language.ts'

/** The three Russian forms after a number: 1 рубль, 2 рубля, 5 рублей. English uses the first and the second. */
export type Forms = readonly [one: string, few: string, many: string]

/** The form that goes with a whole number (CLDR plural rules for ru: one, few, many; en: one, other). */
export function plural(n: number, forms: Forms, language: SpokenLanguage): string {
  if (language === 'en') return n === 1 ? forms[0] : forms[1]
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
const LARGEST = 999_999_999_999

function underThousand(n: number, language: SpokenLanguage, feminine: boolean): string[] {
  const words: string[] = []
  const hundreds = Math.floor(n / 100)
  const rest = n % 100
  if (hundreds > 0) words.push(language === 'ru' ? RU_HUNDREDS[hundreds]! : `${EN_SMALL[hundreds]!} hundred`)
  if (rest >= 20) {
    const [tens, unit] = [Math.floor(rest / 10), rest % 10]
    if (language === 'en') words.push(EN_TENS[tens]! + (unit ? `-${EN_SMALL[unit]!}` : ''))
    else words.push(RU_TENS[tens]!, ...(unit ? [ruUnit(unit, feminine)] : []))
  } else if (rest > 0) words.push(language === 'ru' ? ruUnit(rest, feminine) : EN_SMALL[rest]!)
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
  if (!Number.isSafeInteger(n) || n < 0 || n > LARGEST) throw new RangeError('a whole number from 0 to 999 999 999 999')
  if (n === 0) return language === 'ru' ? 'ноль' : 'zero'
  const words: string[] = []
  ;[1e9, 1e6, 1e3].forEach((scale, i) => {
    const count = Math.floor(n / scale) % 1000
    if (count === 0) return
    words.push(...underThousand(count, language, scale === 1e3))
    words.push(language === 'ru' ? plural(count, RU_SCALES[i]!, 'ru') : EN_SCALES[i]!)
  })
  return [...words, ...underThousand(n % 1000, language, feminine)].join(' ')
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
  const asDigits = (whole.length > 1 && whole.startsWith('0')) || Number(whole) > LARGEST
  const cardinal = (feminine: boolean) =>
    asDigits ? digitByDigit(whole, language) : wholeToWords(Number(whole), language, feminine)
  if (!fraction) return cardinal(false)
  const fractionForms = RU_FRACTIONS[fraction.length - 1]
  if (language === 'en') return `${cardinal(false)} point ${digitByDigit(fraction, 'en')}`
  if (!fractionForms) return `${cardinal(false)} запятая ${digitByDigit(fraction, 'ru')}`
  const wholes = plural(Number(whole), ['целая', 'целых', 'целых'], 'ru')
  return `${cardinal(true)} ${wholes} ${wholeToWords(Number(fraction), 'ru', true)} ${plural(Number(fraction), fractionForms, 'ru')}`
}
