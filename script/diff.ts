import { diffWordsWithSpace } from 'diff'
import type { Row, Scene } from './script.ts'

export interface Piece {
  readonly op: 'same' | 'added' | 'removed'
  readonly text: string
}
export type Change = 'same' | 'changed' | 'added' | 'removed' | 'moved'

interface Versioned {
  readonly title: string
  readonly scenes: readonly Scene[]
}

/** Edits that a word diff looks for at most: beyond it two texts have so little in common that one replaces the other. */
const MOST_EDITS = 2_000

/** What became of a text, word by word. */
function pieces(before: string, after: string): Piece[] {
  if (before === after) return before === '' ? [] : [{ op: 'same', text: before }]
  const parts = diffWordsWithSpace(before, after, { maxEditLength: MOST_EDITS })
  if (!parts)
    return [
      { op: 'removed', text: before },
      { op: 'added', text: after },
    ]
  return parts.map(({ added, removed, value }) => ({ op: added ? 'added' : removed ? 'removed' : 'same', text: value }))
}

const audioText = (row: Pick<Row, 'audio'>): string =>
  row.audio.map(({ speaker, type, text }) => `${speaker ? `${speaker} ` : ''}(${type}): ${text}`).join('\n')

/** Ids in both lists that stand in another order among themselves. */
function movedIds(before: readonly { id: string }[], after: readonly { id: string }[]): Set<string> {
  const inBoth = (list: readonly { id: string }[], other: readonly { id: string }[]) => {
    const ids = new Set(other.map((x) => x.id))
    return list.map((x) => x.id).filter((id) => ids.has(id))
  }
  const [was, is] = [inBoth(before, after), inBoth(after, before)]
  return new Set(is.filter((id, i) => was[i] !== id))
}

/** Pairs by id: what is in the new list in its order, then what is only in the old one. */
function pairs<T extends { id: string }>(before: readonly T[], after: readonly T[]): { was?: T; is?: T }[] {
  const old = new Map(before.map((x) => [x.id, x]))
  const now = new Set(after.map((x) => x.id))
  return [
    ...after.map((is) => {
      const was = old.get(is.id)
      return was ? { was, is } : { is }
    }),
    ...before.filter((x) => !now.has(x.id)).map((was) => ({ was })),
  ]
}

const changeOf = (was: unknown, is: unknown, moved: boolean): Change => {
  if (was === undefined) return 'added'
  if (is === undefined) return 'removed'
  if (JSON.stringify(was) !== JSON.stringify(is)) return 'changed'
  return moved ? 'moved' : 'same'
}

/** What one version changed against another: fields by word, scenes and rows by their ids, their texts by word. Unchanged scenes have no rows. */
export function diffVersions(before: Versioned, after: Versioned) {
  const asText = (value: unknown) =>
    value === null || value === undefined ? '' : Array.isArray(value) ? value.join(', ') : String(value)
  const { scenes: oldScenes, ...oldFields } = before
  const { scenes: newScenes, ...newFields } = after
  const fields = Object.entries(newFields)
    .map(([field, value]) => ({ field, was: asText((oldFields as Record<string, unknown>)[field]), is: asText(value) }))
    .filter(({ was, is }) => was !== is)
    .map(({ field, was, is }) => ({ field, pieces: pieces(was, is) }))
  const moved = movedIds(oldScenes, newScenes)
  const scenes = pairs(oldScenes, newScenes).map(({ was, is }) => {
    const scene_id = (is ?? was)!.id
    const change = changeOf(was, is, moved.has(scene_id))
    const unchanged = change === 'same' || change === 'moved'
    return {
      scene_id,
      change,
      heading: pieces(was?.heading ?? '', is?.heading ?? ''),
      rows: unchanged ? [] : diffRows(was?.rows ?? [], is?.rows ?? []),
    }
  })
  return { fields, scenes }
}

function diffRows(before: readonly Row[], after: readonly Row[]) {
  const moved = movedIds(before, after)
  return pairs(before, after).map(({ was, is }) => {
    const row_id = (is ?? was)!.id
    return {
      row_id,
      change: changeOf(was, is, moved.has(row_id)),
      visual: pieces(was?.visual ?? '', is?.visual ?? ''),
      audio: pieces(was ? audioText(was) : '', is ? audioText(is) : ''),
      on_screen_text: pieces(was?.on_screen_text ?? '', is?.on_screen_text ?? ''),
    }
  })
}
