import type { SpokenLanguage } from './language.ts'
import { digitsToWords, plural, wholeToWords, type Forms } from './numbers.ts'

interface Unit {
  readonly ru: readonly [whole: Forms, cents: Forms]
  readonly en: readonly [whole: Forms, cents: Forms]
}

/** Currencies by sign: the unit and its hundredth. After a Russian decimal comes the genitive singular: the `few` form. */
const CURRENCIES: Readonly<Record<string, Unit>> = {
  '₽': {
    ru: [
      ['рубль', 'рубля', 'рублей'],
      ['копейка', 'копейки', 'копеек'],
    ],
    en: [
      ['ruble', 'rubles', 'rubles'],
      ['kopeck', 'kopecks', 'kopecks'],
    ],
  },
  $: {
    ru: [
      ['доллар', 'доллара', 'долларов'],
      ['цент', 'цента', 'центов'],
    ],
    en: [
      ['dollar', 'dollars', 'dollars'],
      ['cent', 'cents', 'cents'],
    ],
  },
  '€': {
    ru: [
      ['евро', 'евро', 'евро'],
      ['цент', 'цента', 'центов'],
    ],
    en: [
      ['euro', 'euros', 'euros'],
      ['cent', 'cents', 'cents'],
    ],
  },
}

const PERCENT = {
  ru: ['процент', 'процента', 'процентов'],
  en: ['percent', 'percent', 'percent'],
} as const satisfies Record<SpokenLanguage, Forms>

const SIGNS: Readonly<Record<SpokenLanguage, Readonly<Record<string, string>>>> = {
  ru: { '.': 'точка', '/': 'слэш', '@': 'собака', '-': 'дефис', '?': 'вопрос', '=': 'равно', '#': 'решётка', '&': 'и' },
  en: {
    '.': 'dot',
    '/': 'slash',
    '@': 'at',
    '-': 'dash',
    '?': 'question mark',
    '=': 'equals',
    '#': 'hash',
    '&': 'and',
  },
}

/** Addresses: with a scheme, with `www.`, an e-mail, or a bare domain of the zones that scripts name (scenor.ru). Bounded, so that no text takes long. */
const ADDRESS =
  /(?:https?:\/\/|www\.)[^\s<>«»"]+|(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}|(?<![\p{L}\d.-])(?:[\p{L}\d-]{1,63}\.){1,8}(?:ru|com|org|net|io|ai|dev|app|me|tv|su|рф)(?![\p{L}\d])(?:\/[^\s<>«»"]*)?/giu

/** Thousands are grouped by a space (also no-break, thin) or, in English, by commas; `sign` before or after the digits. */
const NUMBER =
  /(?<minus>(?<=^|[\s(])[-−])?(?<before>[₽$€]\s?)?(?<whole>\d{1,3}(?:[ \u00a0\u2009\u202f]\d{3})+(?!\d)|\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:(?<mark>[.,])(?<fraction>\d+))?(?:[ \u00a0\u2009\u202f]?(?<after>[₽$€%])(?!\d))?/gu

/** Units after a number, as they are said. In the form that goes with most numbers: the length is what matters. */
const UNITS: Readonly<Record<SpokenLanguage, Readonly<Record<string, string>>>> = {
  ru: {
    '°c': 'градусов',
    '°с': 'градусов',
    '°': 'градусов',
    'км/ч': 'километров в час',
    км: 'километров',
    м: 'метров',
    см: 'сантиметров',
    мм: 'миллиметров',
    кг: 'килограммов',
    гр: 'граммов',
    л: 'литров',
    мл: 'миллилитров',
    ч: 'часов',
    мин: 'минут',
    сек: 'секунд',
    руб: 'рублей',
    коп: 'копеек',
    тыс: 'тысяч',
    млн: 'миллионов',
    млрд: 'миллиардов',
    шт: 'штук',
    гб: 'гигабайт',
    мб: 'мегабайт',
  },
  en: {
    '°c': 'degrees Celsius',
    '°f': 'degrees Fahrenheit',
    '°': 'degrees',
    mph: 'miles an hour',
    km: 'kilometers',
    cm: 'centimeters',
    mm: 'millimeters',
    kg: 'kilograms',
    lb: 'pounds',
    lbs: 'pounds',
    oz: 'ounces',
    ml: 'milliliters',
    min: 'minutes',
    sec: 'seconds',
    gb: 'gigabytes',
    mb: 'megabytes',
  },
}
const UNIT = Object.fromEntries(
  Object.entries(UNITS).map(([language, units]) => {
    const names = Object.keys(units).toSorted((a, b) => b.length - a.length)
    return [language, new RegExp(`(?<=\\d)[ \\u00a0\\u202f]?(${names.join('|')})(?![\\p{L}\\d])`, 'giu')]
  }),
)

const readAddress = (address: string, language: SpokenLanguage): string => {
  const tail = /[.,!?;:)\]]+$/.exec(address)?.[0] ?? ''
  const read = address
    .slice(0, address.length - tail.length)
    .replace(/^https?:\/\//i, '')
    .replace(/\/$/, '')
    .replace(/[./@?=#&-]/g, (sign) => ` ${SIGNS[language][sign]!} `)
  return read + tail
}

function readAmount(whole: string, fraction: string, sign: string, language: SpokenLanguage): string {
  const number = digitsToWords(whole, fraction, language)
  if (sign === '%') {
    // «две целых пять десятых процента», "two point five percent"
    return `${number} ${fraction ? PERCENT[language][1] : plural(Number(whole), PERCENT[language], language)}`
  }
  const [unit, cents] = CURRENCIES[sign]![language]
  if (fraction.length === 2 && Number(whole) < 1e12) {
    const feminine = language === 'ru' && sign === '₽'
    const small = Number(fraction)
    const tail = small === 0 ? '' : ` ${wholeToWords(small, language, feminine)} ${plural(small, cents, language)}`
    return `${digitsToWords(whole, '', language)} ${plural(Number(whole), unit, language)}${tail}`
  }
  return `${number} ${fraction ? unit[1] : plural(Number(whole), unit, language)}`
}

/**
 * A text as it is said: numbers, per cent, money (₽ $ €), units, № and addresses in words. Cardinals stand for ordinals and every
 * case is nominative: the length is what matters, and it differs by a letter or two.
 */
export function readAloud(text: string, language: SpokenLanguage): string {
  return text
    .replace(ADDRESS, (address) => readAddress(address, language))
    .replace(UNIT[language]!, (_, unit: string) => ` ${UNITS[language][unit.toLowerCase()]!}`)
    .replace(/№\s?/g, language === 'ru' ? 'номер ' : 'number ')
    .replace(NUMBER, (...args) => {
      const g = args.at(-1) as Record<string, string | undefined>
      const whole = g.whole!.replace(/[^\d]/g, '')
      const sign = g.after ?? g.before?.trim()
      const minus = g.minus ? (language === 'ru' ? 'минус ' : 'minus ') : ''
      const fraction = g.fraction ?? ''
      const words = sign ? readAmount(whole, fraction, sign, language) : digitsToWords(whole, fraction, language)
      return minus + words
    })
    .replace(/[ \u00a0\u2009\u202f]+/g, ' ')
}
