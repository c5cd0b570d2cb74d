import { describe, expect, test } from '@jest/globals'
import { plural, wholeToWords } from '../../script/numbers.ts'
import { readAloud } from '../../script/reading.ts'

describe('numbers are read in Russian', () => {
  test.each([
    ['0', 'ноль'],
    ['11', 'одиннадцать'],
    ['21', 'двадцать один'],
    ['40', 'сорок'],
    ['100', 'сто'],
    ['999', 'девятьсот девяносто девять'],
    ['1000', 'одна тысяча'],
    ['2 000', 'две тысячи'],
    ['5000', 'пять тысяч'],
    ['1 384 234', 'один миллион триста восемьдесят четыре тысячи двести тридцать четыре'],
    ['21 000 000 000', 'двадцать один миллиард'],
    ['2,5', 'две целых пять десятых'],
    ['1,01', 'одна целая одна сотая'],
    ['0.125', 'ноль целых сто двадцать пять тысячных'],
    ['3,1416', 'три запятая один четыре один шесть'],
    ['007', 'ноль ноль семь'],
    ['15%', 'пятнадцать процентов'],
    ['21 %', 'двадцать один процент'],
    ['102%', 'сто два процента'],
    ['2,5%', 'две целых пять десятых процента'],
    ['1 ₽', 'один рубль'],
    ['12 ₽', 'двенадцать рублей'],
    ['1\u00a0990\u00a0₽', 'одна тысяча девятьсот девяносто рублей'],
    ['22 ₽', 'двадцать два рубля'],
    ['5,02 ₽', 'пять рублей две копейки'],
    ['2,5 ₽', 'две целых пять десятых рубля'],
    ['$3', 'три доллара'],
    ['7 €', 'семь евро'],
    ['-5', 'минус пять'],
    ['№ 1', 'номер один'],
    ['24/7', 'двадцать четыре на семь'],
    ['7:00', 'семь'],
    ['250 мл', 'двести пятьдесят миллилитров'],
    ['£5', 'пять фунтов'],
    ['с 9 до 21.', 'с девять до двадцать один.'],
    ['scenor.ru/a-b', 'scenor точка ru слэш a дефис b'],
    ['https://www.a.com/', 'www точка a точка com'],
    ['Пишите: me@x.io!', 'Пишите: me собака x точка io!'],
    ['Кофе. Чай', 'Кофе. Чай'],
  ])('%s', (text, said) => expect(readAloud(text, 'ru')).toBe(said))
})

describe('numbers are read in English', () => {
  test.each([
    ['0', 'zero'],
    ['13', 'thirteen'],
    ['42', 'forty-two'],
    ['100', 'one hundred'],
    ['1,384,234', 'one million three hundred eighty-four thousand two hundred thirty-four'],
    ['1000000001', 'one billion one'],
    ['2.5', 'two point five'],
    ['10.05', 'ten point zero five'],
    ['15%', 'fifteen percent'],
    ['$1', 'one dollar'],
    ['$5.99', 'five dollars ninety-nine cents'],
    ['$5.00', 'five dollars'],
    ['$2.5', 'two point five dollars'],
    ['€20', 'twenty euros'],
    ['300 ₽', 'three hundred rubles'],
    ['$5 or €6', 'five dollars or six euros'],
    ['go to scenor.ai.', 'go to scenor dot ai.'],
    ['1234567890123', 'one two three four five six seven eight nine zero one two three'],
  ])('%s', (text, said) => expect(readAloud(text, 'en')).toBe(said))
})

test('whole numbers outside the range are refused', () => {
  for (const n of [-1, 1.5, 1e12, Number.NaN, Number.POSITIVE_INFINITY])
    expect(() => wholeToWords(n, 'en')).toThrow(RangeError)
  expect(wholeToWords(999_999_999_999, 'ru')).toMatch(/^девятьсот девяносто девять миллиардов/)
})

test('plural forms follow the number', () => {
  const forms = ['рубль', 'рубля', 'рублей'] as const
  expect([0, 1, 2, 5, 11, 12, 14, 21, 22, 25, 111, 121].map((n) => plural(n, forms, 'ru'))).toEqual(
    'рублей рубль рубля рублей рублей рублей рублей рубль рубля рублей рублей рубль'.split(' '),
  )
})
