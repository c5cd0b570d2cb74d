import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { estimateRow, estimateScript, rowSeconds, sceneSeconds, spokenSeconds } from '../../script/duration.ts'
import { requestFacts } from '../../script/facts.ts'
import { detectLanguage, spokenLanguage } from '../../script/language.ts'
import { mentionsAny } from '../../script/wording.ts'

const said = (text: string, speaker = 'Диктор') => ({ speaker, type: 'vo' as const, text })

test('spoken time is 68 ms a character, changed by the pace', () => {
  const text = 'а'.repeat(100)
  expect(spokenSeconds(text)).toBeCloseTo(6.8)
  expect(spokenSeconds(text, { pace: 'calm' })).toBeCloseTo(8)
  expect(spokenSeconds(text, { pace: 'fast' })).toBeCloseTo(5.913, 3)
  expect(spokenSeconds('  а \n\n б  ')).toBeCloseTo(3 * 0.068)
  expect(spokenSeconds('')).toBe(0)
  expect(spokenSeconds('👍')).toBeCloseTo(0.068)
})

test('numbers and addresses take as long as their words', () => {
  expect(spokenSeconds('1 384 234', { language: 'ru' })).toBeCloseTo(
    'один миллион триста восемьдесят четыре тысячи двести тридцать четыре'.length * 0.068,
  )
  for (const [text, language, said] of [
    ['12 кг при 68 °C', 'ru', 'двенадцать килограммов при шестьдесят восемь градусов'],
    ['100 км/ч, 5 м', 'ru', 'сто километров в час, пять метров'],
    ['20 млн и 3 мл', 'ru', 'двадцать миллионов и три миллилитров'],
    ['12kg at 68°F', 'en', 'twelve kilograms at sixty-eight degrees Fahrenheit'],
    ['В 5 мире', 'ru', 'В пять мире'],
  ] as const)
    expect([text, spokenSeconds(text, { language })]).toEqual([text, spokenSeconds(said, { language })])
})

test('written pauses are waited for, not read', () => {
  expect(spokenSeconds('(пауза 2 с)')).toBe(2)
  expect(spokenSeconds('[pause 1.5s]')).toBe(1.5)
  expect(spokenSeconds('аа (пауза) аа')).toBeCloseTo(1 + 5 * 0.068)
})

test('telephone numbers, times and postal addresses are read out as words before they are counted', () => {
  for (const [text, language, said] of [
    ['+7 (495) 123-45-67', 'ru', 'плюс семь четыреста девяносто пять сто двадцать три сорок пять шестьдесят семь'],
    ['8 800 555-35-35', 'ru', 'восемь восемьсот пятьсот пятьдесят пять тридцать пять тридцать пять'],
    ['ул. Ленина, д. 5, кв. 10', 'ru', 'улица Ленина, дом пять, квартира десять'],
    ['в 2026 г. 200 г муки', 'ru', 'в две тысячи двадцать шесть года двести граммов муки'],
    ['в 9:30, 5 м²', 'ru', 'в девять тридцать, пять квадратных метров'],
    ['teplo.example', 'ru', 'teplo точка example'],
    ['(415) 555-0134', 'en', 'four one five five five five zero one three four'],
    ['5 Main St., 24/7', 'en', 'five Main Street, twenty-four seven'],
  ] as const)
    expect([text, spokenSeconds(text, { language })]).toEqual([text, spokenSeconds(said, { language })])
})

test('a price of millions is no telephone number', () =>
  expect(spokenSeconds('12 345 678 ₽', { language: 'ru' })).toBe(
    spokenSeconds('двенадцать миллионов триста сорок пять тысяч шестьсот семьдесят восемь рублей'),
  ))

test("a reader's own pace takes the place of the usual one", () => {
  expect(spokenSeconds('а'.repeat(100), { reading_ms_per_char: 80 })).toBeCloseTo(8)
  expect(spokenSeconds('а'.repeat(100), { reading_ms_per_char: null })).toBeCloseTo(6.8)
})

test('the paragraphs for finding one’s own pace have as many characters as the page says', () => {
  const page = readFileSync(new URL('../../docs/reading-pace.md', import.meta.url), 'utf8')
  const found = [...page.matchAll(/^> (.+)\n\n(\d+) characters\.$/gmu)].map(([, text, said]) => [
    text!.length,
    Number(said),
  ])
  expect(found).toHaveLength(2)
  for (const [length, claimed] of found) expect(claimed).toBe(length)
})

test('a row lasts as long as its speech or as planned, whichever is longer', () => {
  const music = { speaker: '', type: 'music' as const, text: 'очень длинное описание музыки' }
  expect(estimateRow({ audio: [], duration_s: 4 })).toBe(4)
  expect(estimateRow({ audio: [music], duration_s: 4 })).toBe(4)
  expect(estimateRow({ audio: [said('   ')], duration_s: 4 })).toBe(4)
  expect(estimateRow({ audio: [music, said('а'.repeat(50))], duration_s: 2 })).toBeCloseTo(3.4)
  expect(estimateRow({ audio: [said('а'.repeat(50))], duration_s: 6 })).toBe(6)
  expect(estimateRow({ audio: [said('а'.repeat(50), 'A'), said('б'.repeat(50), 'B')], duration_s: 0 })).toBeCloseTo(7.1)
})

describe('planned seconds', () => {
  const row = (letters: number, duration_s: number) => ({ audio: [said('а'.repeat(letters))], duration_s })

  test('are believed while they add up to the ordered length: a film that hardly speaks keeps its 30 s', () => {
    const rows = [row(20, 5), row(10, 5), row(30, 5), row(10, 5), row(20, 5), { audio: [], duration_s: 5 }]
    expect(rowSeconds(rows, { target_duration_s: 30 })).toEqual([5, 5, 5, 5, 5, 5])
  })

  test('beyond it are cut by the same share in every row: who writes 5 everywhere makes no film longer', () => {
    const rows = [row(50, 5), row(50, 5), row(50, 5)]
    expect(rowSeconds(rows, { target_duration_s: 12 })).toEqual([4, 4, 4])
    for (const seconds of rowSeconds(rows, { target_duration_s: 6 })) expect(seconds).toBeCloseTo(3.4)
    expect(rowSeconds(rows)).toEqual([5, 5, 5])
  })

  test('of silent rows are the rows themselves', () =>
    expect(rowSeconds([{ audio: [], duration_s: 60 }, row(50, 5)], { target_duration_s: 30 })[0]).toBe(60))
})

test('scenes and scripts are the sums of their rows', () => {
  const scene = {
    rows: [
      { audio: [], duration_s: 1.25 },
      { audio: [said('а'.repeat(10))], duration_s: 0.5 },
    ],
  }
  expect(sceneSeconds([scene, scene])[1]).toBeCloseTo(1.93)
  expect(estimateScript([scene, scene])).toBe(3.9)
  expect(estimateScript([])).toBe(0)
})

test.each([
  ['Привет, мир', 'ru'],
  ['Hello world', 'en'],
  ['Обзор iPhone 17 Pro Max и MacBook Air', 'en'],
  ['Ролик про ChatGPT и Midjourney для YouTube Shorts: сравнение', 'ru'],
  ['12345 !!!', 'en'],
])('the language of «%s» is %s', (text, language) => expect(detectLanguage(text)).toBe(language))

test('a tag decides before the text does', () => {
  expect(spokenLanguage('ru-RU', 'Hello')).toBe('ru')
  expect(spokenLanguage('EN', 'Привет')).toBe('en')
  expect(spokenLanguage('de', 'Привет')).toBe('ru')
  expect(spokenLanguage('русский', 'Hello')).toBe('en')
})

test.each([
  [
    'Рекламный ролик на 30 секунд для кофейни',
    { kind: 'ad', platform: 'other', language: 'ru', target_duration_s: 30 },
  ],
  [
    'Нативная интеграция у блогера на YouTube, 2 минуты',
    { kind: 'integration', platform: 'youtube', target_duration_s: 120 },
  ],
  [
    'A 45-second TikTok: how to tie a tie',
    { kind: 'tutorial', platform: 'tiktok', language: 'en', target_duration_s: 45 },
  ],
  ['Обзор наушников для рутуба', { kind: 'review', platform: 'rutube', target_duration_s: 60 }],
  ['Рекламный ролик пиццерии: доставка за 30 минут', { kind: 'ad', target_duration_s: 60 }],
  ['A commercial for soup, ready in 5 minutes', { kind: 'ad', target_duration_s: 60 }],
  ['Нужен 15-секундный ролик', { target_duration_s: 15 }],
  ['Хронометраж: 3 минуты. Видео о горах', { target_duration_s: 180 }],
  ['Видео про котиков', { kind: 'other', platform: 'other', target_duration_s: 60 }],
  ['A film of 9000 seconds about a lighthouse', { kind: 'other', target_duration_s: 60 }],
  // An order for an advertisement beats the other kinds …
  ['Рекламный ролик онлайн-школы: уроки английского с первого дня', { kind: 'ad' }],
  ['Реклама стального термоса «Север»', { kind: 'ad' }],
  ['Снимите нам рекламу кофейни с обзором меню', { kind: 'ad' }],
  ['A 30-second ad for a bakery: how the bread is made', { kind: 'ad', target_duration_s: 30 }],
  ['Нативная интеграция в обзор ноутбуков', { kind: 'integration' }],
  // … and a topic about advertising is no order.
  ['Урок: как снять рекламный ролик на телефон', { kind: 'tutorial' }],
  ['Видео о рекламе девяностых', { kind: 'other' }],
  ['Обзор рекламы прошлого года', { kind: 'review' }],
  ['Как работает реклама в интернете', { kind: 'explainer' }],
  ['Tutorial: how to make a commercial', { kind: 'tutorial' }],
  ['How ad blockers work', { kind: 'explainer' }],
  ['Интеграция с CRM: пошаговый урок', { kind: 'tutorial' }],
])('what «%s» leaves open is filled', (brief, facts) => expect(requestFacts({ brief })).toMatchObject(facts))

test('what the request says wins over the brief', () => {
  const request = {
    brief: 'Рекламный ролик на 30 секунд',
    kind: 'short',
    platform: 'vk',
    language: 'en',
    target_duration_s: 15,
  } as const
  expect(requestFacts(request)).toEqual({ kind: 'short', platform: 'vk', language: 'en', target_duration_s: 15 })
})

test('forms of words are found, other words are not', () => {
  const finds = mentionsAny(['скидка', 'дешевый', 'best price', '№1'])
  for (const text of ['Скидкой', 'СКИДКИ!', 'дешёвые', 'the Best prices.', 'мы 1']) expect(finds(text)).toBe(true)
  for (const text of ['скит', 'раскидка', 'best of price', '11', '']) expect(finds(text)).toBe(false)
  expect(mentionsAny(['', '!!!'])('anything')).toBe(false)
  expect(mentionsAny([])('anything')).toBe(false)
})
