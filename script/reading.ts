import type { SpokenLanguage } from './language.ts'
import { digitsToWords, plural, wholeToWords } from './numbers.ts'
import { CURRENCIES, PERCENT, SHORT_FORMS, SIGNS, UNITS } from './spoken-forms.ts'

/**
 * Addresses: with a scheme, with `www.`, an e-mail, or a bare domain of the zones that scripts name. Bounded, so that no text takes
 * long.
 */
export const ADDRESS =
  /(?:https?:\/\/|www\.)[^\s<>«»"]+|(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}|(?<![\p{L}\d.-])(?:[\p{L}\d-]{1,63}\.){1,8}(?:ru|com|org|net|io|ai|dev|app|me|tv|su|рф|by|kz|shop|store|online|site|info|pro|club|example)(?![\p{L}\d])(?:\/[^\s<>«»"]*)?/giu

/**
 * Telephone numbers: with a country's prefix, with an area in brackets, or local ones by hyphens; seven digits and more, which
 * grouped thousands of a price are not.
 */
export const PHONE =
  /(?<![\p{L}\d.,])(?:\+\d{1,3}[ \u00a0-]?|8[ \u00a0-]?|1-)?(?:\(\d{3,5}\)|\d{3})[ \u00a0-]?\d{3}[ \u00a0-]\d{2}[ \u00a0-]?\d{2}(?![\d])|(?<![\p{L}\d.,])\+\d{10,13}(?!\d)|(?<![\p{L}\d.,-])\d{2,3}-\d{2}-\d{2}(?![\d-])|(?<![\p{L}\d.,-])8[ \u00a0-]\d{3}[ \u00a0-]\d{3}[ \u00a0-]\d{4}(?!\d)/gu

/** Thousands are grouped by a space (also no-break, thin) or, in English, by commas; `sign` before or after the digits. */
const NUMBER =
  /(?<minus>(?<=^|[\s(])[-−])?(?<before>[₽$€£]\s?)?(?<whole>\d{1,3}(?:[ \u00a0\u2009\u202f]\d{3})+(?!\d)|\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:(?<mark>[.,])(?<fraction>\d+))?(?:[ \u00a0\u2009\u202f]?(?<after>[₽$€£%])(?!\d))?/gu

const escape = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
const UNIT = Object.fromEntries(
  Object.entries(UNITS).map(([language, units]) => {
    const names = Object.keys(units).toSorted((a, b) => b.length - a.length)
    return [language, new RegExp(`(?<=\\d)[ \\u00a0\\u202f]?(${names.map(escape).join('|')})(?![а-яёa-z\\d])`, 'gi')]
  }),
)

/** Russians say a telephone number by its groups, English speakers digit by digit. */
const PHONE_AS_SAID: Readonly<Record<SpokenLanguage, (phone: string) => string>> = {
  ru: (phone) => {
    const groups = phone.match(/\d+/g) ?? []
    const whole =
      groups.length === 1 ? (/^(\d*?)(\d{3})(\d{3})(\d{2})(\d{2})$/.exec(groups[0]!)?.slice(1) ?? groups) : groups
    // Four digits at once are said as two and two.
    const said = whole.flatMap((g) => (g.length === 4 ? [g.slice(0, 2), g.slice(2)] : g ? [g] : []))
    return (phone.startsWith('+') ? 'плюс ' : '') + said.map((g) => digitsToWords(g, '', 'ru')).join(' ')
  },
  en: (phone) =>
    (phone.startsWith('+') ? 'plus ' : '') +
    (phone.match(/\d/g) ?? []).map((digit) => wholeToWords(Number(digit), 'en')).join(' '),
}

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

/** Without a figure, a number sign or something like an address there is nothing to put into words. */
const UNSPOKEN = /\d|№|@|:\/\/|www|\.[a-zа-яё]/i

/**
 * A text as it is said: numbers, per cent, money (₽ $ € £), units, telephone numbers, times, № and addresses of the net and of
 * streets in words. Cardinals stand for ordinals and every case is nominative: the length is what matters, and it differs by a
 * letter or two.
 */
export function readAloud(text: string, language: SpokenLanguage): string {
  if (!UNSPOKEN.test(text)) return text.replace(/[ \u00a0\u2009\u202f]+/g, ' ')
  const written = SHORT_FORMS[language].reduce((whole, [short, said]) => whole.replace(short, said), text)
  return (
    written
      .replace(ADDRESS, (address) => readAddress(address, language))
      .replace(PHONE, (phone) => PHONE_AS_SAID[language](phone))
      .replace(UNIT[language]!, (_, unit: string) => ` ${UNITS[language][unit.toLowerCase()]!}`)
      // «в 9:30»: both numbers are said, the colon is not.
      .replace(/(?<!\d)(\d{1,2}):(\d{2})(?!\d)/g, (_, hours: string, minutes: string) =>
        minutes === '00' ? hours : `${hours} ${minutes}`,
      )
      .replace(/№\s?/g, `${SIGNS[language]['№']!} `)
      .replace(NUMBER, (...args) => {
        const g = args.at(-1) as Record<string, string | undefined>
        const whole = g.whole!.replace(/[^\d]/g, '')
        const sign = g.after ?? g.before?.trim()
        const minus = g.minus ? `${SIGNS[language]['−']!} ` : ''
        const fraction = g.fraction ?? ''
        const words = sign ? readAmount(whole, fraction, sign, language) : digitsToWords(whole, fraction, language)
        return minus + words
      })
      .replace(/[ \u00a0\u2009\u202f]+/g, ' ')
  )
}
