import { expect, test } from '@jest/globals'
import { plainText } from '../../script/clean.ts'
import { spokenSeconds } from '../../script/duration.ts'
import { spokenPieces, spokenWords } from '../../script/remarks.ts'

test.each([
  ['(пауза 3 с)', 3],
  ['[Пауза: 2 секунды]', 2],
  ['(pause 1,5 s)', 1.5],
  ['(долгая пауза)', 1],
  ['(beat)', 1],
])('%s is a pause of %d seconds and no word', (text, seconds) => {
  expect(spokenPieces(text)).toEqual([{ kind: 'pause', text: text.slice(1, -1), seconds }])
  expect(spokenWords(text)).toBe('')
  expect(spokenSeconds(text)).toBe(seconds)
})

test.each([
  ['[смех]', ''],
  ['(вздыхает) Ну что ж.', 'Ну что ж.'],
  ['Ну (вздыхает), ладно.', 'Ну, ладно.'],
  ['Идём! (смеётся) Скорее!', 'Идём! Скорее!'],
  ['(устало) Пора домой.', 'Пора домой.'],
  ['(в камеру) Привет!\n(тихо) Смотрите.', 'Привет!\nСмотрите.'],
  ['[музыка нарастает] И вот финал', 'И вот финал'],
  ['(пауза). Дальше', 'Дальше'],
  ['(laughs) Right. [applause] Thanks!', 'Right. Thanks!'],
  ['(whispering) Come (clears his throat) in', 'Come in'],
  ['Стой (кричит)!', 'Стой!'],
  ['((вздыхает)) Да.', 'Да.'],
  ['— (тихо) Пойдём.', 'Пойдём.'],
])('of %j only the words are said', (text, said) => {
  expect(spokenWords(text)).toBe(said)
  expect(spokenSeconds(text, { language: 'ru' })).toBe(
    spokenSeconds(said, { language: 'ru' }) + (text.includes('пауза') ? 1 : 0),
  )
})

test.each([
  'Пакет (200 минут и 30 ГБ) за 300 рублей',
  'Доставим завтра (быстро и бесплатно).',
  'В подписке всё (музыка, фильмы и книги)',
  'Напишите [название] в чат',
  'Звоните (круглосуточно)!',
  'It works (really).',
  '(Да, вы не ослышались.) Это так',
  'смайлик :) и список 1) раз 2) два',
  'Скобка ( не закрыта и [ тоже',
])('a bracket that is said stays speech: %j', (text) => {
  expect(spokenPieces(text)).toEqual([{ kind: 'speech', text }])
  expect(spokenWords(text)).toBe(text)
})

test('a text of brackets alone takes no longer than it is long', () => {
  for (const text of [
    '('.repeat(200_000),
    '(а'.repeat(100_000),
    '(смех)'.repeat(30_000),
    '(Да) '.repeat(40_000),
    '(смех) '.repeat(9) + ' '.repeat(190_000),
  ]) {
    const from = process.cpuUsage()
    spokenWords(text)
    expect(process.cpuUsage(from).user).toBeLessThan(5_000_000)
  }
})

test('controls that separate lines are line breaks, never nothing', () => {
  expect(plainText('а\u000bб\u000cв\u0085г\u2028д\u2029е\r\nё\rж')).toBe('а\nб\nв\nг\nд\nе\nё\nж')
})
