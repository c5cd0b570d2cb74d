import { describe, expect, test } from '@jest/globals'
import type { CheckName } from '../../script/checks/check.ts'
import { factsIn } from '../../script/claims/known.ts'
import { derive } from '../../script/derived.ts'
import type { Kind, Platform, Row, Scene } from '../../script/script.ts'

let n = 0
const id = () => `019a3c00-0000-7000-8000-${String(++n).padStart(12, '0')}`
const row = (said: string, extra: Partial<Row> = {}): Row => ({
  id: id(),
  visual: 'Кадр',
  audio: said ? [{ speaker: 'Диктор', type: 'vo', text: said }] : [],
  on_screen_text: null,
  duration_s: 3,
  ...extra,
})
const scene = (...rows: Row[]): Scene => ({ id: id(), heading: 'Сцена', beat: 'free', locked: false, rows })

interface Asked {
  target_duration_s?: number
  language?: string
  kind?: Kind
  platform?: Platform
  cta?: string
  must_include?: string[]
  must_avoid?: string[]
  order_facts?: string[]
  disclosure?: string | null
}
const check = (name: CheckName, scenes: Scene[], asked: Asked = {}) => {
  const { must_include = [], must_avoid = [], order_facts, ...facts } = asked
  const content = {
    target_duration_s: 10,
    language: 'ru',
    kind: 'other' as Kind,
    platform: 'youtube' as Platform,
    cta: '',
    ...facts,
    scenes,
  }
  return derive(content, { must_include, must_avoid, order_facts }).checks.find((c) => c.check === name)!
}
/** 68 ms a character. */
const lasting = (seconds: number) => 'слово '.repeat(Math.round(seconds / 0.068 / 6)).trim()

describe('duration', () => {
  test.each([
    [100, 100, true],
    [109, 100, true],
    [112, 100, false],
    [88, 100, false],
    [11.4, 10, true],
    [11.8, 10, false],
  ])('%d s for %d s: %p', (is, target, pass) => {
    expect(check('duration', [scene(row(lasting(is)))], { target_duration_s: target }).pass).toBe(pass)
  })
})

describe('hook', () => {
  test('must be over in 3 s in a short, in 10 s elsewhere', () => {
    const scenes = [scene(row(`${lasting(5)}. Дальше.`))]
    expect(check('hook', scenes).pass).toBe(true)
    expect(check('hook', scenes, { platform: 'shorts' })).toMatchObject({
      pass: false,
      spans: [{ scene_id: scenes[0]!.id, row_id: scenes[0]!.rows[0]!.id }],
    })
    expect(check('hook', [scene(row('', { duration_s: 8 }), row('Раз. Два.'))], { kind: 'short' }).pass).toBe(false)
  })
  test('may be on the screen when nobody speaks', () => {
    expect(check('hook', [scene(row('', { on_screen_text: 'Смотрите' }))]).pass).toBe(true)
    expect(check('hook', [scene(row(''))]).pass).toBe(false)
  })
})

test('the call to action is heard or read in the last quarter, in any form', () => {
  const asked = { cta: 'Закажите термос на сайте' }
  const [call, talk] = [() => row('Закажи термосы на нашем сайте.'), () => row(lasting(20))]
  expect(check('cta', [scene(talk(), call())], asked).pass).toBe(true)
  expect(check('cta', [scene(call(), talk())], asked).pass).toBe(false)
  expect(check('cta', [scene(talk(), row('', { on_screen_text: 'Закажите термос на сайте' }))], asked).pass).toBe(true)
  expect(check('cta', [scene(talk())]).pass).toBe(true)
})

test('the call to action is exact in its numbers and addresses', () => {
  const called = (cta: string, said: string) => check('cta', [scene(row(said))], { cta }).pass
  expect(called('Звоните 8 800 555-35-35', 'Звоните: +7 800 555-35-35.')).toBe(true)
  expect(called('Звоните 8 800 555-35-35', 'Звоните: 8 800 555-35-36.')).toBe(false)
  expect(called('Закажите на teplo.example', 'Закажите на teplo.ru.')).toBe(false)
})

test('required points are looked for in the words, each within one row', () => {
  const asked = { must_include: ['держит тепло 12 часов', 'доставка по всей России'] }
  const spread = [scene(row('Есть доставка.'), row('Мы работаем в России.'))]
  expect(check('must_include', spread, { must_include: ['доставка по всей России'] }).pass).toBe(false)
  const half = check('must_include', [scene(row('Держит тепло 12 часов.'))], asked)
  expect(half).toMatchObject({ pass: false, score: 0.5 })
  expect(half.reason.ru).toContain('доставка по всей России')
  expect(
    check('must_include', [scene(row('Держит тепло 12 часов.'), row('Есть доставка по всей России.'))], asked).pass,
  ).toBe(true)
})

test.each([
  ['цена 1990 рублей', 'Всего 1 990 ₽.'],
  ['Скидка 20 %', 'Скидка двадцать: минус 20 процентов'],
  ['costs $1,990', 'It costs 1990 dollars'],
  ['за 5 евро', 'Пять? Да, за 5 €'],
])('«%s» is said by «%s»', (point, said) => {
  expect(check('must_include', [scene(row(said))], { must_include: [point] }).pass).toBe(true)
})

test.each([
  ['гарантия 10 лет', 'Гарантия 10 лет.', true],
  ['гарантия 10 лет', 'Гарантия десять лет.', true],
  ['гарантия 10 лет', 'Десятилетняя гарантия? Нет: гарантия 5 лет.', false],
  ['гарантия 10 лет', 'Гарантия 10 месяцев.', false],
  ['24 часа', 'Горячий двадцать четыре часа.', true],
  ['всего 1 990 ₽', 'Всего 1 999 ₽.', false],
  ['промокод БЛОГ30', 'Промокод блог30 в описании.', true],
  ['промокод БЛОГ30', 'Промокод БЛОГ20 в описании.', false],
  ['звоните 8 800 555-35-35', 'Звоните: +7 800 555 35 35.', true],
  ['звоните 8 800 555-35-35', 'Звоните: +7 800 555 35 36.', false],
  ['сайт teplo.example', 'Сайт https://teplo.example/.', true],
  ['сайт teplo.example', 'Сайт teplo.ru.', false],
  ['доктор Анна Сергеевна Петрова', 'Доктор Анна Сергеевна Иванова.', false],
  ['доктор Анна Сергеевна Петрова', 'С вами доктор Анна Сергеевна Петрова.', true],
  ['the first month is free', 'Your first month is free.', true],
  ['30 nights free', 'Thirty nights free.', true],
  ['30 nights free', 'Twenty nights free.', false],
])('numbers, codes, addresses and names of «%s» are exact: «%s» %p', (point, said, pass) => {
  expect(check('must_include', [scene(row(said))], { must_include: [point] }).pass).toBe(pass)
})

describe('an invented fact', () => {
  const order_facts = ['24 часа', '10 лет', '1 990 ₽', 'teplo.example', 'самый тихий', '30 s']

  test.each([
    ['Горячий двадцать четыре часа, гарантия 10 лет.'],
    ['Всего 1990 рублей на teplo.example.'],
    ['Самый тихий чайник за 30 секунд.'],
    ['Одна мысль, сто причин и тысяча мелочей.'],
    ['Шаг 2. Налейте воды.'],
    ['Не самый дешёвый, зато честный. С самого начала, до самого утра.'],
    ['Подождём (пауза 2 с) и нальём.'],
  ])('is none that the order holds, and no figure of speech: «%s»', (text) => {
    expect(check('invented_fact', [scene(row(text))], { order_facts })).toMatchObject({ pass: true, score: 1 })
  })

  test.each([
    ['Лучший в мире термос.', 'Лучший в мире'],
    ['Его выбирают 97 % врачей.', '97 %'],
    ['Тепло 48 часов.', '48 часов'],
    ['Держит тепло двадцать часов.', 'двадцать часов'],
    ['Всего 990 ₽!', '990 ₽'],
    ['Заходите на termos.ru', 'termos.ru'],
    ['Звоните 8 800 555-35-35', '8 800 555-35-35'],
    ['Ждём вас: ул. Садовая, 24', 'ул. Садовая'],
    ['Самый быстрый кипяток.', 'Самый быстрый'],
    ['Термос номер один в стране.', 'номер один'],
    ['The best flask, loved by 9 out of 10 doctors', 'best'],
    ['The fastest way to tea', 'The fastest'],
    ['Код ТЕПЛО20', 'ТЕПЛО20'],
    ['Девять из десяти врачей за.', 'Девять'],
  ])('is found with its place: «%s»', (text, span) => {
    const scenes = [scene(row('Слова.')), scene(row(text))]
    const { pass, spans, reason } = check('invented_fact', scenes, { order_facts })
    expect({ pass, span: spans[0] }).toMatchObject({
      pass: false,
      span: { scene_id: scenes[1]!.id, row_id: scenes[1]!.rows[0]!.id, text: span },
    })
    expect(reason.ru).toContain(span)
  })

  test('the number of a house allows no years, and stays a house', () => {
    const facts = factsIn(['Ждём вас: ул. Садовая, 5'])
    const found = (text: string) => check('invented_fact', [scene(row(text))], { order_facts: facts })
    expect(found('Гарантия 5 лет.')).toMatchObject({ pass: false, spans: [{ text: '5 лет' }] })
    expect(found('Приходите: улица Садовая, дом 5.').pass).toBe(true)
    expect(found('Садовая, 5, вход со двора.').pass).toBe(true)
    expect(found('Приходите: ул. Садовая, 7.').pass).toBe(false)
  })

  test('is looked for on the screen too, but not in what stands there by law', () => {
    const shown = (text: string) =>
      check('invented_fact', [scene(row('Слова', { on_screen_text: text }))], { order_facts })
    expect(shown('Скидка 70 %').pass).toBe(false)
    expect(shown('Реклама. ООО «Чай», ИНН 7700000000, erid: 2Vtzq').pass).toBe(true)
  })

  test('is no matter where nobody ordered the script', () => {
    expect(check('invented_fact', [scene(row('Лучший в мире, 97 % врачей'))]).pass).toBe(true)
  })
})

test('a Russian script may hold Latin names and addresses, but is spoken in Russian', () => {
  expect(
    check('language', [scene(row('Наушники Sony WH-1000 и iPhone берите на scenor.ru, это лучшие модели.'))]).pass,
  ).toBe(true)
  expect(check('language', [scene(row('this whole line was left in another language'))])).toMatchObject({
    pass: false,
    spans: [{}],
  })
  expect(check('language', [scene(row('Это осталось по-русски'))], { language: 'en' }).pass).toBe(false)
  expect(check('language', [scene(row('Anything'))], { language: 'de' }).pass).toBe(true)
})

test('ruled-out words are found in any form and between Cyrillic borders only', () => {
  const asked = { must_avoid: ['скидка', 'лучший'] }
  expect(check('banned_words', [scene(row('Не упустите скидки!'))], asked)).toMatchObject({
    pass: false,
    spans: [{ text: 'скидки' }],
  })
  expect(check('banned_words', [scene(row('Тепло', { on_screen_text: 'ЛУЧШЕЕ предложение' }))], asked).pass).toBe(false)
  expect(check('banned_words', [scene(row('Покажем накидку и соскидку.'))], asked).pass).toBe(true)
  const short = { must_avoid: ['самый', 'раз в жизни', 'простой'] }
  expect(check('banned_words', [scene(row('Самовар, самолёт и простор разобрали.'))], short).pass).toBe(true)
  for (const text of ['самую', 'самыми', 'простого', 'раза в жизни'])
    expect([text, check('banned_words', [scene(row(text))], short).pass]).toEqual([text, text === 'раза в жизни'])
})

test('an ad shows its mark, its advertiser and erid on the screen', () => {
  const shown = (text: string | null) =>
    check('disclosure', [scene(row('Слова', { on_screen_text: text }))], { kind: 'ad' })
  expect(shown('Реклама. ООО «Чай», ИНН 7700000000, erid: 2abc')).toMatchObject({ pass: true, score: 1 })
  expect(shown('Реклама')).toMatchObject({ pass: false, score: 0.33 })
  expect(shown('Рекламация')).toMatchObject({ pass: false, score: 0 })
  expect(check('disclosure', [scene(row('Слова'))]).pass).toBe(true)
  expect(
    check('disclosure', [scene(row('Words', { on_screen_text: 'Sponsored' }))], { kind: 'integration', language: 'en' })
      .pass,
  ).toBe(true)
})

describe('what the law wants beside the mark', () => {
  const mark = row('Слова', { on_screen_text: 'Реклама. ООО «Банк», erid: 2abc' })
  const warned = (seconds: number) =>
    row('', { on_screen_text: 'Оценивайте свои финансовые возможности и риски', duration_s: seconds })
  const asked = { kind: 'ad' as const, target_duration_s: 30 }

  test('is the warning of the category, for as long as the law says', () => {
    const loan = row('Кредит на ремонт без визита в банк.')
    expect(check('disclosure', [scene(mark, loan)], asked)).toMatchObject({ pass: false })
    expect(check('disclosure', [scene(mark, loan, warned(1))], asked).pass).toBe(false)
    const { pass, reason } = check('disclosure', [scene(mark, loan, warned(3))], asked)
    expect([pass, reason.en]).toEqual([true, expect.stringContaining('marked on the screen')])
  })

  test('is nothing for a film of another matter, or one that is no advertisement', () => {
    expect(check('disclosure', [scene(mark, row('Термос держит тепло.'))], asked).pass).toBe(true)
    expect(check('disclosure', [scene(row('Кредит: как он устроен.'))], { kind: 'explainer' }).pass).toBe(true)
  })

  test('is said as a hint where no words can heal it: a blocked platform, foreign words on the screen', () => {
    const reels = check('disclosure', [scene(mark)], { ...asked, platform: 'reels' })
    expect([reels.pass, reels.reason.ru]).toEqual([true, expect.stringContaining('юрист')])
    const foreign = check('disclosure', [scene(mark, row('Скидки', { on_screen_text: 'MEGA SALE' }))], asked)
    expect([foreign.pass, foreign.spans.map(({ text }) => text)]).toEqual([true, ['MEGA', 'SALE']])
  })

  test('holds for any kind whose scenario says that it is advertising', () => {
    const short = { kind: 'short' as const, disclosure: 'Реклама. Рекламодатель: ________. erid: ________' }
    expect(check('disclosure', [scene(row('Слова'))], short).pass).toBe(false)
    expect(check('disclosure', [scene(mark)], short).pass).toBe(true)
  })
})

test.each([
  'Купите [название]',
  'TODO: цена',
  'Диктор: привет',
  'Это **важно**',
  '<think>hm</think>',
  '{{name}}',
  '# Заголовок',
])('«%s» is a placeholder', (text) => {
  expect(check('placeholders', [scene(row(text))])).toMatchObject({ pass: false, spans: [{}] })
})
test.each([
  'Подождём [пауза 2 с] и начнём',
  '[смеётся] Да ладно!',
  'Давай [inaudible] сюда',
  'Пять ** два',
  'Методика для всех',
  'Цена 5 * 3 = 15',
  'Говорит диктор: тихо',
])('«%s» is none', (text) => {
  expect(check('placeholders', [scene(row(text))]).pass).toBe(true)
})

test('rows are balanced: a picture for every voice, short captions, no row too long', () => {
  expect(check('balance', [scene(row('Слова'))]).pass).toBe(true)
  for (const bad of [
    row('Слова', { visual: ' ' }),
    row('Слова', { on_screen_text: 'один два три четыре пять шесть семь восемь' }),
    row(lasting(17)),
  ])
    expect(check('balance', [scene(row('Слова'), bad)])).toMatchObject({
      pass: false,
      score: 0.5,
      spans: [{ row_id: bad.id }],
    })
  expect(
    check('balance', [
      scene(row('Слова', { on_screen_text: 'Реклама. ООО «Чай и другие напитки», ИНН 7700000000, erid: abc' })),
    ]).pass,
  ).toBe(true)
})

test('scenes that say what was said are named', () => {
  const words = 'вода закипает быстро и остаётся горячей до самого утра'
  const again = scene(row(words))
  expect(check('repetition', [scene(row(words)), again])).toMatchObject({
    pass: false,
    spans: [{ scene_id: again.id, row_id: null }],
  })
  expect(check('repetition', [scene(row(words)), scene(row('а теперь совсем другое дело и другие слова'))]).pass).toBe(
    true,
  )
})

test('a slogan or a refrain that comes again is no repetition', () => {
  const refrain = (then: string) => scene(row(`Хорошо там, где нас нет. ${then}`))
  expect(
    check('repetition', [refrain('Зима пришла в город.'), refrain('Но весной мы вернёмся.'), refrain('А летом?')]).pass,
  ).toBe(true)
})

test('nothing is thrown and every score is within 0 and 1, whatever the script', () => {
  const texts = ['', ' ', '[', '**', 'я'.repeat(5_000), '🤖'.repeat(500), '. . . . .', '-->', '\u0007']
  for (const text of texts)
    for (const scenes of [[], [scene()], [scene(row(text, { visual: text, on_screen_text: text }))]]) {
      const { checks, est_duration_s } = derive(
        { target_duration_s: 1, language: 'xx', kind: 'ad', platform: 'tv', cta: text, scenes },
        { must_include: [text], must_avoid: [text] },
      )
      expect(est_duration_s).toBeGreaterThanOrEqual(0)
      for (const { score } of checks) expect(score >= 0 && score <= 1).toBe(true)
    }
})
