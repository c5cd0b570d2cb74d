import { randomUUID } from 'node:crypto'
import { expect, test } from '@jest/globals'
import { diffVersions, type ScriptDiff } from '../../../script/diff/diff.ts'
import type { Row, Scene } from '../../../script/script.ts'

const row = (text: string, extra: Partial<Row> = {}): Row => ({
  id: randomUUID(),
  visual: 'Чайник на столе',
  audio: [{ speaker: 'Диктор', type: 'vo', text }],
  on_screen_text: null,
  duration_s: 4,
  ...extra,
})
const scene = (heading: string, rows: Row[], extra: Partial<Scene> = {}): Scene => ({
  id: randomUUID(),
  heading,
  beat: 'free',
  locked: false,
  rows,
  ...extra,
})
const SAID = ['вода', 'огонь', 'чашка', 'заварка', 'сахар', 'лимон', 'ложка', 'пирог', 'скатерть', 'самовар']
const script = (): Scene[] =>
  SAID.map((word, i) => scene(`Часть ${i}`, [row(`Сначала нужна ${word} для стола`), row(`Затем ${word} ждёт гостей`)]))
const forget = (scenes: readonly Scene[]): Scene[] =>
  scenes.map((one) => ({ ...one, id: randomUUID(), rows: one.rows.map((r) => ({ ...r, id: randomUUID() })) }))
const changes = ({ scenes }: ScriptDiff) => scenes.map(({ change }) => change)
const diff = (before: readonly Scene[], after: readonly Scene[]) => diffVersions({ scenes: before }, { scenes: after })

test('one scene that goes to the end has moved, and no other', () => {
  const before = script()
  const after = [...before.slice(1), before[0]!]
  const found = diff(before, after)
  expect(changes(found)).toEqual([...Array(9).fill('same'), 'moved'])
  expect(found.scenes.at(-1)).toMatchObject({ scene_id: before[0]!.id, moved_from: { n: 1 }, rows: [] })
})

test('scenes and rows whose ids were lost are known again: moved and changed, not ten removed and ten added', () => {
  const before = script()
  const after = forget([...before.slice(1), before[0]!])
  const changed = after.map((one, i) =>
    i === 3
      ? {
          ...one,
          rows: [
            { ...one.rows[0]!, audio: [{ ...one.rows[0]!.audio[0]!, text: 'Сначала нужен сахар для чая и стола' }] },
            one.rows[1]!,
          ],
        }
      : one,
  )
  const found = diff(before, changed)
  expect(changes(found)).toEqual(['same', 'same', 'same', 'changed', ...Array(5).fill('same'), 'moved'])
  expect(found.scenes[3]!.rows.map(({ change }) => change)).toEqual(['changed', 'same'])
})

test('a row that goes to another scene has moved there, and one among its neighbours has moved too', () => {
  const [one, two] = [
    scene('Раз', [row('Вода кипит.'), row('Чай заварен.'), row('Гости пришли.')]),
    scene('Два', [row('Пирог готов.')]),
  ]
  const [first, second, third] = one.rows as [Row, Row, Row]
  const found = diff(
    [one, two],
    [
      { ...one, rows: [third, first] },
      { ...two, rows: [second, ...two.rows] },
    ],
  )
  expect(changes(found)).toEqual(['changed', 'changed'])
  const rows = found.scenes.flatMap((s) => s.rows)
  expect(rows.map((r) => [r.row_id, r.change, r.moved_from])).toEqual([
    [third.id, 'moved', { scene_id: one.id, n: 3 }],
    [first.id, 'same', null],
    [second.id, 'moved', { scene_id: one.id, n: 2 }],
    [two.rows[0]!.id, 'same', null],
  ])
})

test('a changed beat, lock and duration are said with what they were', () => {
  const before = [scene('Раз', [row('Вода кипит.')], { beat: 'hook' })]
  const [one] = before as [Scene]
  const found = diff(before, [{ ...one, beat: 'cta', locked: true, rows: [{ ...one.rows[0]!, duration_s: 7.5 }] }])
  expect(found.scenes[0]).toMatchObject({
    change: 'changed',
    facts: [
      { fact: 'beat', was: 'hook', is: 'cta' },
      { fact: 'locked', was: false, is: true },
    ],
    rows: [{ change: 'changed', facts: [{ fact: 'duration_s', was: 4, is: 7.5 }] }],
  })
})

test('fields are said by word, values with what they were', () => {
  const before = {
    title: 'Чайник',
    status: 'draft',
    tags: ['чай'],
    target_duration_s: 60,
    description: null,
    scenes: [],
  }
  const after = { ...before, title: 'Новый чайник', status: 'completed', tags: ['чай', 'дом'], target_duration_s: 30 }
  const found = diffVersions(before, after)
  expect(found.facts).toEqual([
    { fact: 'status', was: 'draft', is: 'completed' },
    { fact: 'tags', was: ['чай'], is: ['чай', 'дом'] },
    { fact: 'target_duration_s', was: 60, is: 30 },
  ])
  expect(found.fields.map(({ field }) => field)).toEqual(['title', 'status', 'tags', 'target_duration_s'])
  expect(found.fields[1]!.pieces).toEqual([
    { op: 'removed', text: 'draft' },
    { op: 'added', text: 'completed' },
  ])
})

test('what went stands where it stood', () => {
  const before = script().slice(0, 4)
  expect(changes(diff(before, [before[0]!, before[2]!, before[3]!]))).toEqual(['same', 'removed', 'same', 'same'])
  expect(changes(diff(before, before.slice(1)))).toEqual(['removed', 'same', 'same', 'same'])
  const [one] = before as [Scene]
  expect(
    diff(before, [{ ...one, rows: [one.rows[1]!] }, ...before.slice(1)]).scenes[0]!.rows.map((r) => r.change),
  ).toEqual(['removed', 'same'])
})

test('equal rows without ids are each found once', () => {
  const before = [scene('Раз', [row('Да.'), row('Да.'), row('Да.')])]
  const found = diff(before, [{ ...forget(before)[0]!, rows: forget(before)[0]!.rows.slice(1) }])
  expect(found.scenes[0]!.rows.map(({ change }) => change).toSorted()).toEqual(['removed', 'same', 'same'])
})

test('the largest script without its ids is compared whole', () => {
  const words = Array.from({ length: 3_000 }, (_, i) => `слово${i.toString(36)}`)
  const said = (n: number) => Array.from({ length: 30 }, (_, i) => words[(n * 7_919 + i * i * 31) % 3_000]).join(' ')
  const before = Array.from({ length: 200 }, (_, i) =>
    scene(
      `С${i}`,
      Array.from({ length: 10 }, (__, k) => row(said(i * 10 + k))),
    ),
  )
  const after = forget(before).map((one) => ({
    ...one,
    rows: one.rows.map((r) => ({ ...r, audio: [{ ...r.audio[0]!, text: `Иначе: ${r.audio[0]!.text}` }] })),
  }))
  const found = diff(before, after)
  expect(changes(found).filter((change) => change === 'changed').length).toBeGreaterThan(190)
})
