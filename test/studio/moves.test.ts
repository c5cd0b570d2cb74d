import { expect, test } from '@jest/globals'
import { begin, change, redo, undo } from '../../studio/page/script/history.ts'
import {
  addRow,
  changeRow,
  lockScene,
  mergeScene,
  moveRow,
  namedAnew,
  removeRow,
  renamed,
  splitScene,
  stepRow,
  stepScene,
} from '../../studio/page/script/moves.ts'
import type { Scenes } from '../../studio/page/script/script.ts'
import {
  charactersAMinute,
  faster,
  measured,
  readingOf,
  secondsLeft,
  shareIn,
  spokenLines,
} from '../../studio/page/script/reading.ts'
import { rowTimes, timeOf } from '../../studio/page/script/times.ts'
import { rowSeconds } from '../../script/duration.ts'
import { row, scene, shape } from './scripts.ts'

const scenes: Scenes = [scene('A', 'a', 'b'), scene('B', 'c'), scene('C', 'd', 'e')]
const [first, second] = scenes as [Scenes[number], Scenes[number]]
const locked = lockScene(scenes, 'B')

test('rows go up and down, over the borders of scenes, and past those that are locked', () => {
  expect(shape(stepRow(scenes, 'b', -1))).toBe('A:ba B:c C:de')
  expect(shape(stepRow(scenes, 'a', 1))).toBe('A:ba B:c C:de')
  expect(shape(stepRow(scenes, 'b', 1))).toBe('A:a B:bc C:de')
  expect(shape(stepRow(scenes, 'c', -1))).toBe('A:abc B: C:de')
  expect(shape(stepRow(locked, 'b', 1))).toBe('A:a B:c C:bde')
  expect(stepRow(scenes, 'a', -1)).toBe(scenes)
  expect(stepRow(scenes, 'e', 1)).toBe(scenes)
})

test('a row is moved to before another, and to the end; in its place nothing is changed', () => {
  expect(shape(moveRow(scenes, 'a', 'C', 'e'))).toBe('A:b B:c C:dae')
  expect(shape(moveRow(scenes, 'a', 'A', null))).toBe('A:ba B:c C:de')
  for (const [to, before] of [
    ['A', 'b'],
    ['A', 'a'],
    ['C', 'nowhere'],
    ['nowhere', null],
  ] as const)
    expect(moveRow(scenes, 'a', to, before)).toBe(scenes)
})

test('scenes are split, merged and moved', () => {
  const split = splitScene(scenes, 'e', 'new')
  expect(shape(split)).toBe('A:ab B:c C:d new:e')
  expect(shape(mergeScene(split, 'C'))).toBe('A:ab B:c C:de')
  expect(splitScene(scenes, 'd', 'new')).toBe(scenes)
  expect(mergeScene(scenes, 'C')).toBe(scenes)
  expect(mergeScene([{ ...first, heading: '' }, second], 'A')[0]?.heading).toBe('heading of B')
  expect(shape(stepScene(scenes, 'C', -1))).toBe('A:ab C:de B:c')
  expect(stepScene(scenes, 'A', -1)).toBe(scenes)
})

test('nothing in a scene that is locked changes, and the lock comes off again', () => {
  const tries = [
    changeRow(locked, row('c', 'other words')),
    moveRow(locked, 'a', 'B', 'c'),
    moveRow(locked, 'c', 'A', null),
    addRow(locked, 'B', null, row('n')),
    removeRow(locked, 'c'),
    mergeScene(locked, 'A'),
    mergeScene(locked, 'B'),
    splitScene(locked, 'c', 'new'),
  ]
  for (const tried of tries) expect(tried).toBe(locked)
  expect(lockScene(locked, 'B')).toEqual(scenes)
})

test('what is typed in one go is undone at once, each step by itself; a change after it forgets what was undone', () => {
  const typed = ['t', 'te', 'tea'].reduce((h, text) => change(h, text, 'field'), begin(''))
  const more = change(change(typed, 'tea!', 'another field'), 'moved')
  expect(undo(more).now).toBe('tea!')
  expect(undo(undo(more)).now).toBe('tea')
  expect(undo(undo(undo(more))).now).toBe('')
  expect(undo(undo(undo(undo(more)))).now).toBe('')
  expect(redo(redo(undo(undo(more)))).now).toBe('moved')
  expect(redo(change(undo(more), 'other')).now).toBe('other')
  // Typing goes on in the field after an undo: that is a step of its own.
  expect(undo(change(undo(more), 'tea!!', 'another field')).now).toBe('tea!')
  expect(change(more, more.now)).toBe(more)
})

test('times while one types are those that the API reckons, where no numbers are read', () => {
  const said = (id: string, text: string, duration_s: number, speakers = ['']) => ({
    ...row(id),
    audio: speakers.map((speaker) => ({ speaker, type: 'vo' as 'vo' | 'music', text })),
    duration_s,
  })
  const rows = [
    said('a', 'The tea is still hot.', 1),
    said('b', 'Чай  всё ещё горячий', 9, ['Он', 'Она', 'Она']),
    said('c', '', 4),
    { ...row('d'), audio: [{ speaker: '', type: 'music' as const, text: 'A slow waltz' }], duration_s: 2.5 },
    said('e', 'Order it on the site, and take it along', 30),
  ]
  const scene = { ...first, rows }
  for (const [target, pace] of [
    [30, undefined],
    [Infinity, 90],
    [5, 68],
  ] as const) {
    const times = rowTimes([scene], target, pace)
    const reckoned = rowSeconds(rows, { target_duration_s: target, reading_ms_per_char: pace, language: 'en' })
    for (const [i, { id }] of rows.entries()) expect(times.get(id)).toBeCloseTo(reckoned[i] ?? NaN, 5)
    expect(timeOf(rows, times)).toBeCloseTo(reckoned.reduce((a, b) => a + b))
  }
})

test('what is new is called by the ids that the API gave it, wherever it stands by then', () => {
  const sent = addRow(scenes, 'B', 'c', row('new-1'))
  const names = namedAnew(sent, [scene('A', 'a', 'b'), scene('B', 'c', 'x'), scene('C', 'd', 'e')])
  expect(shape(renamed(moveRow(sent, 'new-1', 'A', 'a'), names))).toBe('A:xab B:c C:de')
  expect(shape(renamed(scenes, names))).toBe(shape(scenes))
})

test('a text goes by as fast as its reader: by the usual pace, by a measured one, within what anybody can', () => {
  const music = { ...row('m'), audio: [{ speaker: '', type: 'music' as const, text: 'A slow waltz' }] }
  const lines = spokenLines([{ ...first, rows: [row('a', 'Ten letters'), music, row('b', '')] }])
  expect(lines).toEqual(['Ten letters'])
  const reading = readingOf(lines)
  expect(charactersAMinute(reading)).toBe(882)
  expect(secondsLeft(reading, 0)).toBeCloseTo(0.748)
  expect(secondsLeft(reading, 0.5)).toBeCloseTo(0.374)
  expect(secondsLeft(reading, 2)).toBe(0)
  expect(shareIn(reading, 374)).toBeCloseTo(0.5)
  const own = measured(reading, 'Ten letters', 1_100)
  expect(own.msPerCharacter).toBe(100)
  expect(shareIn(own, 550)).toBeCloseTo(0.5)
  expect(faster(own, 2).msPerCharacter).toBe(50)
  expect(faster(own, 100).msPerCharacter).toBe(30)
  expect(measured(reading, '', 5_000).msPerCharacter).toBe(200)
  expect(shareIn(readingOf([]), 1)).toBe(1)
})
