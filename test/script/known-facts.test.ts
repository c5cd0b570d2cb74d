import { expect, test } from '@jest/globals'
import { factsIn, withAuthorsFacts } from '../../script/claims/known.ts'

const scenes = (...texts: string[]) => [
  { rows: texts.map((text) => ({ audio: [{ speaker: '', type: 'vo' as const, text }], on_screen_text: null })) },
]

test('the facts of an order are kept in its words, once each', () => {
  expect(factsIn(['Чай горячий 24 часа, скидка 20 %.', 'Скидка 20 % на teplo.example'])).toEqual([
    '24 часа',
    '20 %',
    'teplo.example',
  ])
})

test('what a person writes into a script is known from then on; what stood there before is not', () => {
  const before = scenes('Тепло 24 часа.', 'Лучший в мире.')
  const now = scenes('Тепло 24 часа.', 'Лучший в мире.', 'Всего 990 ₽.')
  expect(withAuthorsFacts(['24 часа'], before, now)).toEqual(['24 часа', '990 ₽'])
})

test('a script that nobody ordered has no facts to compare with', () => {
  expect(withAuthorsFacts(null, scenes(''), scenes('990 ₽'))).toBeNull()
})
