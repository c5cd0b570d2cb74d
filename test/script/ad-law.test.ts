import { expect, test } from '@jest/globals'
import { readFileSync } from 'node:fs'
import { lawsOf } from '../../script/draft.ts'
import { AD_LAW } from '../../script/law/ad-law.ts'
import { LAW_IDS } from '../../script/law/law-ids.ts'
import {
  disclosureText,
  isLegalText,
  lawsById,
  legalRowsLost,
  legalSeconds,
  withLegalRows,
} from '../../script/law/marks.ts'
import type { DraftScene, GenerationRequest } from '../../script/script.ts'

const YEAR_DAYS = 366
const row = (text: string, on_screen_text: string | null = null): DraftScene['rows'][number] => ({
  visual: 'Кадр',
  audio: text ? [{ speaker: 'Диктор', type: 'vo', text }] : [],
  on_screen_text,
  duration_s: 3,
})
const scenes = (...texts: string[]): DraftScene[] =>
  texts.map((text) => ({ heading: '', beat: 'free', rows: [row(text)] }))
const screen = (all: readonly DraftScene[]) => all.flatMap(({ rows }) => rows.flatMap((r) => r.on_screen_text ?? []))
const laws = (brief: string, order: Partial<GenerationRequest> = {}) => lawsOf({ brief, ...order }, [])

test('each row of the law was looked up within a year, names its source, and is in force', () => {
  expect(AD_LAW.map(({ id }) => id)).toEqual([...LAW_IDS])
  for (const { id, checked, source, in_force, law, article } of AD_LAW) {
    const days = (Date.now() - Date.parse(checked)) / 86_400_000
    expect([id, days <= YEAR_DAYS]).toEqual([id, true])
    expect([id, source]).toEqual([id, expect.stringMatching(/^https?:\/\/\S+$/)])
    expect([id, in_force <= checked, law !== '', article !== '']).toEqual([id, true, true, true])
  }
})

test('the page for lawyers names every row, its law, its day and its source', () => {
  const page = readFileSync(new URL('../../docs/ad-law.md', import.meta.url), 'utf8')
  for (const { id, law, article, in_force, source, checked } of AD_LAW)
    for (const said of [`\`${id}\``, law, article, in_force, source, checked])
      expect([id, said, page.includes(said)]).toEqual([id, said, true])
})

test.each([
  ['Реклама термоса', ['mark', 'foreign_words']],
  ['Реклама потребительского кредита', ['mark', 'credit', 'foreign_words']],
  ['Рекламный ролик: ипотека, ставка 6 % на первый год', ['mark', 'credit', 'credit_terms', 'foreign_words']],
  ['Реклама БАДа с магнием', ['mark', 'supplement', 'foreign_words']],
  ['Реклама стоматологии', ['mark', 'medicine', 'foreign_words']],
  ['Рекламный ролик винодельни', ['mark', 'alcohol', 'foreign_words']],
  ['Реклама безалкогольного пива', ['mark', 'foreign_words']],
  ['Рекламный ролик энергетического напитка', ['mark', 'energy_drink', 'foreign_words']],
  ['Реклама букмекера', ['mark', 'betting', 'foreign_words']],
  ['Рекламный рилс кофейни', ['mark', 'blocked_platform', 'foreign_words']],
  ['A 30-second ad for a bank loan', ['mark_en']],
  ['Объясните, как устроен кредит', []],
  ['Обзор аккредитации и винограда', []],
])('«%s» calls for %j', (brief, ids) => expect(laws(brief)).toEqual(ids))

test('an order for an advertisement is marked whatever kind its fields name', () => {
  expect(laws('Рекламный ролик чайника', { kind: 'short' })).toContain('mark')
  expect(laws('Урок: как снять рекламный ролик')).toEqual([])
})

test('the mark and the warnings are put in with slots, seconds and share of the frame, once', () => {
  const wanted = lawsById(laws('Реклама БАДа с магнием'))
  const marked = withLegalRows(scenes('Начало.', 'Середина.', 'Призыв.'), wanted, (r) => r)
  expect(screen(marked)).toEqual([
    'Реклама. Рекламодатель: ________. erid: ________',
    'БАД. Не является лекарственным средством',
  ])
  expect(marked[1]!.rows[1]).toMatchObject({
    visual: expect.stringContaining('не меньше 5 с и 7 % кадра'),
    duration_s: 5,
  })
  expect(withLegalRows(marked, wanted, (r) => r)).toEqual(marked)
  expect(legalSeconds(wanted)).toBe(6)
  expect(disclosureText(wanted)).toBe(
    'Реклама. Рекламодатель: ________. erid: ________. БАД. Не является лекарственным средством',
  )
})

test('a hint on a blocked platform stands beside the mark, and forbids nothing', () => {
  const [first] = withLegalRows(scenes('Начало.'), lawsById(laws('Рекламный рилс кофейни')), (r) => r)
  expect(first!.rows[1]!.visual).toMatch(/Подсказка: .*юрист/)
})

test('what an author filled in is kept when the script is written anew', () => {
  const before = [row('', 'Реклама. ООО «Чай», ИНН 7700000000, erid: 2Vtz')]
  const marked = withLegalRows(scenes('Новое.'), lawsById(laws('Реклама чая')), (r) => r, before)
  expect(screen(marked)).toEqual(['Реклама. ООО «Чай», ИНН 7700000000, erid: 2Vtz'])
})

test('a scene that is written anew loses no line of the law', () => {
  const mark = row('', 'Реклама. ООО «Чай», erid: 2Vtz')
  const warning = row('', 'Оценивайте свои финансовые возможности и риски')
  expect(legalRowsLost([row('Слова', 'Титр'), mark, warning], [row('Иначе')])).toEqual([mark, warning])
  expect(legalRowsLost([mark], [mark])).toEqual([])
})

test('a caption that only speaks of advertising is no line of the law', () => {
  for (const text of ['Реклама: лучшая цена 99 ₽', 'Рекламация', 'Ads are everywhere'])
    expect(isLegalText(text)).toBe(false)
})
