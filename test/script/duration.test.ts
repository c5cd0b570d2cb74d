import { expect, test } from '@jest/globals'
import { estimateRow, estimateScene, estimateScript, spokenSeconds } from '../../script/duration.ts'
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

test('a silent row counts its planned seconds, a spoken one the speech, whatever is planned', () => {
  const music = { speaker: '', type: 'music' as const, text: 'очень длинное описание музыки' }
  expect(estimateRow({ audio: [], duration_s: 4 })).toBe(4)
  expect(estimateRow({ audio: [music], duration_s: 4 })).toBe(4)
  expect(estimateRow({ audio: [said('   ')], duration_s: 4 })).toBe(4)
  expect(estimateRow({ audio: [music, said('а'.repeat(50))], duration_s: 60 })).toBeCloseTo(3.4)
  expect(estimateRow({ audio: [said('а'.repeat(50), 'A'), said('б'.repeat(50), 'B')], duration_s: 0 })).toBeCloseTo(7.1)
})

test('scenes and scripts are the sums of their rows', () => {
  const scene = {
    rows: [
      { audio: [], duration_s: 1.25 },
      { audio: [said('а'.repeat(10))], duration_s: 9 },
    ],
  }
  expect(estimateScene(scene)).toBeCloseTo(1.93)
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
