import { describe, expect, test } from '@jest/globals'
import type { CheckName } from '../../script/checks/check.ts'
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
}
const check = (name: CheckName, scenes: Scene[], asked: Asked = {}) => {
  const { must_include = [], must_avoid = [], ...facts } = asked
  const content = {
    target_duration_s: 10,
    language: 'ru',
    kind: 'other' as Kind,
    platform: 'youtube' as Platform,
    cta: '',
    ...facts,
    scenes,
  }
  return derive(content, { must_include, must_avoid }).checks.find((c) => c.check === name)!
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
