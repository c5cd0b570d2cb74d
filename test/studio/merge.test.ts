import { expect, test } from '@jest/globals'
import { merge, type Side } from '../../studio/page/script/merge.ts'
import {
  changeRow,
  lockScene,
  mergeScene,
  moveRow,
  removeRow,
  removeScene,
  splitScene,
  stepScene,
  addRow,
} from '../../studio/page/script/moves.ts'
import { pairRows, picked, proposed, type Pair } from '../../studio/page/script/pairs.ts'
import type { Scenes, Script } from '../../studio/page/script/script.ts'
import { row, scene, script, shape } from './scripts.ts'

const base = script(scene('A', 'a', 'b'), scene('B', 'c', 'd'))
const by = (edit: (scenes: Scenes) => Scenes): Script => ({ ...base, scenes: edit(base.scenes) })
const wording = ({ scenes }: Script) =>
  Object.fromEntries(scenes.flatMap(({ rows }) => rows.map(({ id, audio }) => [id, audio[0]?.text])))

test('what one of two changed comes together by row, without a question', () => {
  const mine = { ...by((s) => changeRow(s, row('a', 'mine'))), title: 'My tea' }
  const theirs = { ...by((s) => lockScene(changeRow(s, row('d', 'theirs')), 'B')), version: 2, cta: 'Order' }
  const { script: both, conflicts, taken } = merge(base, mine, theirs)
  expect(conflicts).toEqual([])
  expect(taken).toBe(3)
  expect(wording(both)).toEqual({ a: 'mine', b: 'words of b', c: 'words of c', d: 'theirs' })
  expect([both.title, both.cta, both.version, both.scenes[1]?.locked]).toEqual(['My tea', 'Order', 2, true])
})

test('what both changed is a conflict; whoever is chosen, nothing else changes', () => {
  const mine = { ...by((s) => changeRow(changeRow(s, row('a', 'mine')), row('c', 'mine'))), title: 'My tea' }
  const theirs = { ...by((s) => changeRow(s, row('a', 'theirs'))), title: 'Their tea' }
  const choose = (...choices: [string, Side][]) => merge(base, mine, theirs, new Map(choices))
  expect(choose().conflicts.map(({ id, of }) => [id, of])).toEqual([
    ['title', 'field'],
    ['a', 'row'],
  ])
  expect(wording(choose().script)['a']).toBe('mine')
  const chosen = choose(['a', 'theirs'], ['title', 'theirs'])
  expect(wording(chosen.script)).toMatchObject({ a: 'theirs', c: 'mine' })
  expect(chosen.script.title).toBe('Their tea')
  expect(chosen.conflicts.length).toBe(2)
  // The same change by both is none.
  expect(merge(base, mine, mine).conflicts).toEqual([])
})

test('a row that one took out and the other changed is asked about', () => {
  const mine = by((s) => removeRow(s, 'a'))
  const theirs = by((s) => changeRow(s, row('a', 'theirs')))
  const asked = merge(base, mine, theirs)
  expect(asked.conflicts).toMatchObject([{ id: 'a', of: 'row', mine: null, theirs: { id: 'a' } }])
  expect(shape(asked.script.scenes)).toBe('A:b B:cd')
  expect(shape(merge(base, mine, theirs, new Map([['a', 'theirs']])).script.scenes)).toBe('A:ab B:cd')
  expect(shape(merge(base, theirs, mine).script.scenes)).toBe('A:ab B:cd')
  expect(
    shape(
      merge(
        base,
        by((s) => removeRow(s, 'b')),
        theirs,
      ).script.scenes,
    ),
  ).toBe('A:a B:cd')
})

test('places: my moves and their additions, their moves and mine, rows that came into a scene that is gone', () => {
  const moved = by((s) => moveRow(s, 'a', 'B', null))
  const added = by((s) => addRow(s, 'A', 'b', row('n')))
  const gone = by((s) => removeScene(s, 'A'))
  const split = by((s) => splitScene(s, 'd', 'N'))
  const merged = by((s) => mergeScene(s, 'A'))
  const turned = by((s) => stepScene(s, 'B', -1))
  const both = (mine: Script, theirs: Script) => shape(merge(base, mine, theirs).script.scenes)
  expect(both(moved, added)).toBe('A:bn B:cda')
  expect(both(added, moved)).toBe('A:bn B:cda')
  expect(both(added, gone)).toBe('A:n B:cd')
  expect(both(gone, added)).toBe('A:n B:cd')
  expect(both(gone, base)).toBe('B:cd')
  expect(both(base, gone)).toBe('B:cd')
  expect(both(split, added)).toBe('A:abn B:c N:d')
  expect(both(added, split)).toBe('A:abn B:c N:d')
  expect(both(merged, added)).toBe('A:abncd')
  expect(both(added, merged)).toBe('A:abncd')
  expect(both(turned, added)).toBe('B:cd A:abn')
  expect(both(added, turned)).toBe('B:cd A:abn')
})

test('no row is ever there twice, and none is lost that nobody took out, whatever two people do', () => {
  let seed = 7
  const random = (n: number) => (seed = (seed * 48_271) % 2_147_483_647) % n
  const ids = ['a', 'b', 'c', 'd']
  const any = (who: string): Script => {
    let { scenes } = base
    for (let i = 0; i < 3; i += 1) {
      const id = ids[random(4)]!
      const to = scenes[random(scenes.length)]!
      const edits = [
        () => moveRow(scenes, id, to.id, null),
        () => addRow(scenes, to.id, null, row(`${who}${i}`)),
        () => changeRow(scenes, row(id, who)),
        () => splitScene(scenes, id, `${who.toUpperCase()}${i}`),
        () => mergeScene(scenes, to.id),
        () => stepScene(scenes, to.id, 1),
      ]
      scenes = edits[random(edits.length)]!()
    }
    return { ...base, scenes }
  }
  for (let round = 0; round < 500; round += 1) {
    const [mine, theirs] = [any('x'), any('y')]
    const wanted = new Set(
      [mine, theirs].flatMap(({ scenes }) => scenes.flatMap(({ rows }) => rows.map(({ id }) => id))),
    )
    const found = merge(base, mine, theirs).script.scenes.flatMap(({ rows }) => rows.map(({ id }) => id))
    expect(found.toSorted()).toEqual([...wanted].toSorted())
  }
})

const pairing = (pairs: readonly Pair[]) =>
  pairs.map(({ was, is }) => `${was?.id ?? '-'}${is?.audio[0]?.text.at(-1) ?? '-'}`).join(' ')

test('rows written anew stand beside those that they are like; what was picked keeps ids', () => {
  const before = [row('a'), row('b'), row('c')]
  const after = [row('b'), row('x', 'something else entirely, to x'), row('c')].map(({ id: _, ...rest }) => rest)
  const pairs = pairRows(before, after)
  expect(pairing(pairs)).toBe('a- bb -x cc')
  const newId = (i: number) => `new-${i}`
  const rows = picked(pairs, ['was', 'is', 'is', 'was'], newId)
  expect(rows.map(({ id }) => id)).toEqual(['a', 'b', 'new-2', 'c'])
  expect(
    picked(
      pairs,
      pairs.map(() => 'was'),
      newId,
    ),
  ).toEqual(before)
  // Nothing in common: by place, one beside the other.
  expect(pairing(pairRows([row('a', 'one')], [{ ...row('q', 'two o'), visual: 'other' }]))).toBe('ao')
})

test('a mark on the screen that nobody speaks goes only when somebody says so', () => {
  const mark = { ...row('m', ''), on_screen_text: 'Advertisement. Maker of tea' }
  expect(proposed({ was: mark })).toBe('was')
  expect(proposed({ was: row('a') })).toBe('is')
  expect(proposed({ was: mark, is: row('n') })).toBe('is')
})
