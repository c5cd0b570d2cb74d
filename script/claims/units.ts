import { fold } from '../fold.ts'

/** What a number counts, under one sign whatever the language and the form: «10 лет», "10 years" and «10-летняя» agree. */
const UNITS: readonly (readonly [unit: string, forms: string])[] = [
  ['%', '%|процент[а-яa-z]*|per ?cent'],
  ['₽', '₽|руб(?:л[а-яa-z]+)?(?![а-яa-z])|р\\.|rubles?|roubles?'],
  ['$', '\\$|доллар[а-яa-z]*|dollars?|usd'],
  ['€', '€|евро(?![а-яa-z])|euros?|eur(?![а-яa-z])'],
  ['£', '£|фунт[а-яa-z]* стерл[а-яa-z]*|pounds sterling'],
  ['коп', 'копе[а-яa-z]+|cents?(?![а-яa-z])|цент(?:а|ов)?(?![а-яa-z])'],
  ['year', 'лет(?![а-яa-z])|летн[а-яa-z]+|год(?:а|у|ом|ов|овой)?(?![а-яa-z])|years?|yr'],
  ['month', 'месяц[а-яa-z]*|месячн[а-яa-z]+|мес\\.?(?![а-яa-z])|months?'],
  ['week', 'недел[а-яa-z]+|weeks?'],
  ['day', '(?:день|дня|дней|дням|днями|днях)(?![а-яa-z])|дневн[а-яa-z]+|сут(?:ки|ок|кам|ками|очн[а-яa-z]+)|days?'],
  ['night', 'ноч[а-яa-z]+|nights?'],
  ['hour', 'час(?:а|у|ом|ы|ов[а-яa-z]*|ам|ами|ах)?(?![а-яa-z])|ч\\.?(?![а-яa-z])|hours?|hrs?(?![а-яa-z])'],
  ['minute', 'минут[а-яa-z]*|мин\\.?(?![а-яa-z])|minutes?|mins?(?![а-яa-z])'],
  ['second', 'секунд[а-яa-z]*|сек\\.?(?![а-яa-z])|с(?![а-яa-z\\d])|seconds?|secs?(?![а-яa-z])|s(?![а-яa-z])'],
  ['km/h', 'км\\/ч|километр[а-яa-z]* в час|km\\/h|kph'],
  ['mph', 'mph|miles (?:an|per) hour'],
  ['km', 'километр[а-яa-z]*|км(?![а-яa-z])|kilomet(?:er|re)s?|km(?![а-яa-z])'],
  ['cm', 'сантиметр[а-яa-z]*|см(?![а-яa-z])|centimet(?:er|re)s?|cm(?![а-яa-z])'],
  ['mm', 'миллиметр[а-яa-z]*|мм(?![а-яa-z])|millimet(?:er|re)s?|mm(?![а-яa-z])'],
  ['m', 'метр(?:а|у|ом|ы|ов[а-яa-z]*|ам|ами|ах)?(?![а-яa-z])|м(?![а-яa-z])|met(?:er|re)s?(?![а-яa-z])'],
  ['kg', 'килограмм[а-яa-z]*|кг(?![а-яa-z])|кило(?![а-яa-z])|kilograms?|kilos?(?![а-яa-z])|kg(?![а-яa-z])'],
  ['g', 'грамм(?:а|у|ом|ы|ов[а-яa-z]*|ам|ами|ах)?(?![а-яa-z])|г(?![а-яa-z])|гр\\.?(?![а-яa-z])|grams?|g(?![а-яa-z])'],
  ['ml', 'миллилитр[а-яa-z]*|мл(?![а-яa-z])|millilit(?:er|re)s?|ml(?![а-яa-z])'],
  ['l', 'литр[а-яa-z]*|л(?![а-яa-z])|lit(?:er|re)s?|l(?![а-яa-z])'],
  ['°', '°\\s?[cfс]?(?![а-яa-z])|градус[а-яa-z]*|degrees?'],
  ['w', 'ватт[а-яa-z]*|вт(?![а-яa-z])|watts?|w(?![а-яa-z])'],
  ['gb', 'гигабайт[а-яa-z]*|гб(?![а-яa-z])|gigabytes?|gb(?![а-яa-z])'],
  ['mb', 'мегабайт[а-яa-z]*|мб(?![а-яa-z])|megabytes?|mb(?![а-яa-z])'],
  ['times', 'раз(?:а|у)?(?![а-яa-z])|times(?![а-яa-z])'],
]

/** One expression for all, a group each: a text with many numbers is looked at once for each of them. Of folded texts. */
const AFTER = new RegExp(`^[ \\u00a0\\u2009\\u202f-]?(?:${UNITS.map(([, forms]) => `(${forms})`).join('|')})`)

/** Money, parts of a hundred and measures: a number that somebody spelled out with one of these is no figure of speech. */
export const isMeasure = (unit: string | null): boolean => unit !== null && unit !== 'times'

/** Characters that are looked at for a unit: the longest form is «километров в час». */
const LOOK_AHEAD = 24

/** The unit that stands at a place of a text and where it ends, or none. */
export function unitAt(text: string, index: number): { unit: string; end: number } | undefined {
  const match = AFTER.exec(fold(text.slice(index, index + LOOK_AHEAD)))
  const group = match?.findIndex((found, i) => i > 0 && found !== undefined) ?? -1
  return match && group > 0 ? { unit: UNITS[group - 1]![0], end: index + match[0].length } : undefined
}
