import type { SpokenLanguage } from './language.ts'
import type { Forms } from './numbers.ts'

type Unit = Readonly<Record<SpokenLanguage, readonly [whole: Forms, cents: Forms]>>

/** Currencies by sign: the unit and its hundredth. After a Russian decimal comes the genitive singular: the `few` form. */
export const CURRENCIES: Readonly<Record<string, Unit>> = {
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
  '£': {
    ru: [
      ['фунт', 'фунта', 'фунтов'],
      ['пенс', 'пенса', 'пенсов'],
    ],
    en: [
      ['pound', 'pounds', 'pounds'],
      ['penny', 'pence', 'pence'],
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

export const PERCENT = {
  ru: ['процент', 'процента', 'процентов'],
  en: ['percent', 'percent', 'percent'],
} as const satisfies Record<SpokenLanguage, Forms>

/** Signs as they are said; `−` before a number. */
export const SIGNS: Readonly<Record<SpokenLanguage, Readonly<Record<string, string>>>> = {
  ru: {
    '.': 'точка',
    '/': 'слэш',
    '@': 'собака',
    '-': 'дефис',
    '?': 'вопрос',
    '=': 'равно',
    '#': 'решётка',
    '&': 'и',
    '№': 'номер',
    '−': 'минус',
  },
  en: {
    '.': 'dot',
    '/': 'slash',
    '@': 'at',
    '-': 'dash',
    '?': 'question mark',
    '=': 'equals',
    '#': 'hash',
    '&': 'and',
    '№': 'number',
    '−': 'minus',
  },
}

/** Units after a number, as they are said. In the form that goes with most numbers: the length is what matters. */
export const UNITS: Readonly<Record<SpokenLanguage, Readonly<Record<string, string>>>> = {
  ru: {
    '°c': 'градусов',
    '°с': 'градусов',
    '°': 'градусов',
    'км/ч': 'километров в час',
    'м/с': 'метров в секунду',
    'кв. м': 'квадратных метров',
    'м²': 'квадратных метров',
    'м³': 'кубических метров',
    км: 'километров',
    м: 'метров',
    см: 'сантиметров',
    мм: 'миллиметров',
    кг: 'килограммов',
    гр: 'граммов',
    г: 'граммов',
    мг: 'миллиграммов',
    т: 'тонн',
    га: 'гектаров',
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
    чел: 'человек',
    мес: 'месяцев',
    нед: 'недель',
    вт: 'ватт',
    квт: 'киловатт',
    гц: 'герц',
    ггц: 'гигагерц',
    мач: 'миллиампер-часов',
    'мбит/с': 'мегабит в секунду',
    ккал: 'килокалорий',
    дб: 'децибел',
    'л.с.': 'лошадиных сил',
    'л. с.': 'лошадиных сил',
    тб: 'терабайт',
    'р.': 'рублей',
    гб: 'гигабайт',
    мб: 'мегабайт',
  },
  en: {
    '°c': 'degrees Celsius',
    '°f': 'degrees Fahrenheit',
    '°': 'degrees',
    mph: 'miles an hour',
    'km/h': 'kilometers an hour',
    'sq ft': 'square feet',
    'm²': 'square meters',
    ft: 'feet',
    mi: 'miles',
    g: 'grams',
    mg: 'milligrams',
    l: 'liters',
    w: 'watts',
    kw: 'kilowatts',
    mah: 'milliampere-hours',
    hz: 'hertz',
    ghz: 'gigahertz',
    mbps: 'megabits a second',
    kcal: 'kilocalories',
    hr: 'hours',
    hrs: 'hours',
    h: 'hours',
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
    tb: 'terabytes',
  },
}
/** Short forms of a postal address and of dates, where what stands beside them leaves no doubt. */
export const SHORT_FORMS: Readonly<Record<SpokenLanguage, readonly (readonly [RegExp, string])[]>> = {
  ru: [
    [/(?<![а-яёА-ЯЁa-zA-Z])ул\.\s?(?=[А-ЯЁA-Z]|\d)/g, 'улица '],
    [/(?<![а-яёА-ЯЁa-zA-Z])(?:пр-т|просп\.)\s?(?=[А-ЯЁA-Z]|\d)/g, 'проспект '],
    [/(?<![а-яёА-ЯЁa-zA-Z])пер\.\s?(?=[А-ЯЁA-Z]|\d)/g, 'переулок '],
    [/(?<![а-яёА-ЯЁa-zA-Z])наб\.\s?(?=[А-ЯЁA-Z]|\d)/g, 'набережная '],
    [/(?<![а-яёА-ЯЁa-zA-Z])пл\.\s?(?=[А-ЯЁA-Z]|\d)/g, 'площадь '],
    [/(?<![а-яёА-ЯЁa-zA-Z])ш\.\s?(?=[А-ЯЁA-Z]|\d)/g, 'шоссе '],
    [/(?<![а-яёА-ЯЁa-zA-Z])г\.\s?(?=[А-ЯЁA-Z])/g, 'город '],
    [/(?<![а-яёА-ЯЁa-zA-Z])д\.\s?(?=\d)/g, 'дом '],
    [/(?<![а-яёА-ЯЁa-zA-Z])(?:корп|к)\.\s?(?=\d)/g, 'корпус '],
    [/(?<![а-яёА-ЯЁa-zA-Z])стр\.\s?(?=\d)/g, 'строение '],
    [/(?<![а-яёА-ЯЁa-zA-Z])кв\.\s?(?=\d)/g, 'квартира '],
    [/(?<![а-яёА-ЯЁa-zA-Z])тел\.\s?(?=[+\d(])/g, 'телефон '],
    [/(?<=(?<!\d)(?:19|20)\d\d)\s?г(?:\.|(?![а-яёА-ЯЁa-zA-Z]))/g, ' года'],
    [/(?<=\d)\/7(?!\d)/g, ' на семь'],
  ],
  en: [
    [/(?<=[А-ЯЁA-Z][а-яёА-ЯЁa-zA-Z]+ )St\.?(?![а-яёА-ЯЁa-zA-Z])/g, 'Street'],
    [/(?<=[а-яёА-ЯЁa-zA-Z] )Ave\.?(?![а-яёА-ЯЁa-zA-Z])/g, 'Avenue'],
    [/(?<=[а-яёА-ЯЁa-zA-Z] )Rd\.?(?![а-яёА-ЯЁa-zA-Z])/g, 'Road'],
    [/(?<=[а-яёА-ЯЁa-zA-Z] )Blvd\.?(?![а-яёА-ЯЁa-zA-Z])/g, 'Boulevard'],
    [/(?<![а-яёА-ЯЁa-zA-Z])Apt\.?\s?(?=\d)/g, 'apartment '],
    [/(?<=\d)\/7(?!\d)/g, ' seven'],
  ],
}
