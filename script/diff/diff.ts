import type { ContentField } from '../fields.ts'
import type { Row, Scene } from '../script.ts'
import { pairUp, type Pair } from './pairs.ts'
import { longestRising } from './runs.ts'
import { pieces, type Piece } from './words.ts'

export type Change = 'same' | 'changed' | 'added' | 'removed' | 'moved'

/** A value that is no text to be read word by word. */
export type FactValue = string | number | boolean | null | readonly string[]
export interface Fact {
  readonly fact: string
  readonly was: FactValue
  readonly is: FactValue
}

export interface RowDiff {
  readonly row_id: string
  readonly change: Change
  /** Where it stood, when it changed its place: the scene as that is called now, and its number there from 1. */
  readonly moved_from: { readonly scene_id: string; readonly n: number } | null
  readonly facts: readonly Fact[]
  readonly visual: readonly Piece[]
  readonly audio: readonly Piece[]
  readonly on_screen_text: readonly Piece[]
}
interface SceneDiff {
  readonly scene_id: string
  readonly change: Change
  readonly moved_from: { readonly n: number } | null
  readonly facts: readonly Fact[]
  readonly heading: readonly Piece[]
  /** None where nothing changed. */
  readonly rows: readonly RowDiff[]
}
export interface ScriptDiff {
  readonly fields: readonly { readonly field: string; readonly pieces: readonly Piece[] }[]
  readonly facts: readonly Fact[]
  readonly scenes: readonly SceneDiff[]
}

/** What is compared: the scenes, and every other field of a version by its name. */
export interface Versioned {
  readonly scenes: readonly Scene[]
}

/** How the right column reads as one text. */
export type Said = (audio: Row['audio']) => string

const spoken: Said = (audio) =>
  audio.map(({ speaker, type, text }) => `${speaker ? `${speaker} ` : ''}(${type}): ${text}`).join('\n')

/** Which fields are words to read; all others are values. */
const IS_TEXT: Readonly<Record<Exclude<ContentField, 'scenes'>, boolean>> = {
  title: true,
  description: true,
  status: false,
  tags: false,
  language: false,
  platform: false,
  kind: false,
  tone: false,
  audience: true,
  target_duration_s: false,
  hook: true,
  cta: true,
  disclosure: true,
}
const TEXTS: ReadonlySet<string> = new Set(Object.entries(IS_TEXT).flatMap(([field, is]) => (is ? [field] : [])))

/**
 * What one version changed against another: fields, scenes and rows with their texts by word. Scenes and rows are in the order of the
 * new version; those that went stand where they stood.
 */
export function diffVersions(before: Versioned, after: Versioned, said: Said = spoken): ScriptDiff {
  const { scenes: oldScenes, ...oldFields } = before
  const { scenes: newScenes, ...newFields } = after
  return { ...diffFields(oldFields, newFields), scenes: diffScenes(oldScenes, newScenes, said) }
}

const asText = (value: FactValue): string => (Array.isArray(value) ? value.join(', ') : String(value ?? ''))
const isFact = (value: unknown): value is FactValue =>
  value === null || typeof value !== 'object' || Array.isArray(value)

function diffFields(before: object, after: object): Pick<ScriptDiff, 'fields' | 'facts'> {
  const old: Readonly<Record<string, unknown>> = { ...before }
  const changed = Object.entries(after).flatMap(([field, is]: [string, unknown]) => {
    const was = old[field] ?? null
    return isFact(was) && isFact(is) && asText(was) !== asText(is) ? [{ fact: field, was, is }] : []
  })
  return {
    fields: changed.map(({ fact, was, is }) => ({ field: fact, pieces: pieces(asText(was), asText(is)) })),
    facts: changed.filter(({ fact }) => !TEXTS.has(fact)),
  }
}

/** A row with the scene that it stands in and its number there. */
interface Placed {
  readonly id: string
  readonly row: Row
  readonly scene: Scene
  readonly n: number
}
const placed = (scenes: readonly Scene[]): Placed[] =>
  scenes.flatMap((scene) => scene.rows.map((row, i) => ({ id: row.id, row, scene, n: i + 1 })))

const rowText = ({ visual, audio, on_screen_text }: Row): string => JSON.stringify([visual, audio, on_screen_text])
const wordsIn = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
const rowWords = ({ visual, audio, on_screen_text }: Row): string[] =>
  wordsIn([visual, ...audio.map((one) => one.text), on_screen_text].join(' '))

function diffScenes(before: readonly Scene[], after: readonly Scene[], said: Said): SceneDiff[] {
  const rowIds = (scenes: readonly Scene[]) => new Set(scenes.flatMap(({ rows }) => rows.map(({ id }) => id)))
  const now = rowIds(after)
  const kept = new Set([...rowIds(before)].filter((id) => now.has(id)))
  const scenes = pairUp(before, after, {
    text: ({ heading, rows }) => JSON.stringify([heading, rows.map(rowText)]),
    // Rows that kept their ids tell more of a scene than any word.
    words: ({ heading, rows }) => [
      ...wordsIn(heading),
      ...rows.flatMap((row) => [...(kept.has(row.id) ? [row.id] : []), ...rowWords(row)]),
    ],
    near: (was, is) => before.indexOf(was) === after.indexOf(is),
  })
  const sceneOf = new Map(scenes.flatMap(({ was, is }) => (was && is ? [[was, is] as const] : [])))
  const rows = pairUp(placed(before), placed(after), {
    text: ({ row }) => rowText(row),
    words: ({ row }) => rowWords(row),
    near: (was, is) => sceneOf.get(was.scene) === is.scene,
  })
  const here = Map.groupBy(rows, ({ was, is }) => is?.scene ?? sceneOf.get(was!.scene) ?? was!.scene)
  const moved = movedAmong(scenes, before)
  return inPlace(scenes, before).map((pair) => {
    const { was, is } = pair
    const scene = (is ?? was)!
    const own = here.get(scene) ?? []
    const diffs = diffRows(own, was, sceneOf, said)
    const facts = was && is ? factsOf(was, is, ['beat', 'locked']) : []
    const wrote = facts.length > 0 || was?.heading !== is?.heading || diffs.some((row) => row.change !== 'same')
    const left = was && is && was.rows.some((row) => !own.some((one) => one.was?.row === row))
    const change = changeOf(pair, wrote || left === true, moved.has(pair))
    return {
      scene_id: scene.id,
      change,
      moved_from: moved.has(pair) ? { n: before.indexOf(was!) + 1 } : null,
      facts,
      heading: pieces(was?.heading ?? '', is?.heading ?? ''),
      rows: change === 'same' || change === 'moved' ? [] : diffs,
    }
  })
}

function diffRows(
  own: readonly Pair<Placed>[],
  was: Scene | undefined,
  sceneOf: ReadonlyMap<Scene, Scene>,
  said: Said,
): RowDiff[] {
  const stayed = own.filter((pair) => pair.was?.scene === was)
  const places = was ? stayed.map((pair) => pair.was!) : []
  const moved = movedAmong(
    stayed,
    places.toSorted((x, y) => x.n - y.n),
  )
  return inPlace(
    own,
    places.toSorted((x, y) => x.n - y.n),
  ).map((pair) => {
    const [old, now] = [pair.was?.row, pair.is?.row]
    const cameOver = pair.was && pair.is && pair.was.scene !== was
    const facts = old && now ? factsOf(old, now, ['duration_s']) : []
    const wrote = facts.length > 0 || (old && now && rowText(old) !== rowText(now))
    const from = pair.was && (cameOver || moved.has(pair)) ? pair.was : undefined
    return {
      row_id: (now ?? old)!.id,
      change: changeOf(pair, wrote === true, from !== undefined),
      moved_from: from ? { scene_id: (sceneOf.get(from.scene) ?? from.scene).id, n: from.n } : null,
      facts,
      visual: pieces(old?.visual ?? '', now?.visual ?? ''),
      audio: pieces(old ? said(old.audio) : '', now ? said(now.audio) : ''),
      on_screen_text: pieces(old?.on_screen_text ?? '', now?.on_screen_text ?? ''),
    }
  })
}

const changeOf = ({ was, is }: Pair<unknown>, wrote: boolean, moved: boolean): Change => {
  if (was === undefined) return 'added'
  if (is === undefined) return 'removed'
  return wrote ? 'changed' : moved ? 'moved' : 'same'
}

function factsOf<T extends object>(was: T, is: T, names: readonly (keyof T & string)[]): Fact[] {
  return names.flatMap((fact) => {
    const [old, now]: unknown[] = [was[fact], is[fact]]
    return isFact(old) && isFact(now) && old !== now ? [{ fact, was: old, is: now }] : []
  })
}

/** Pairs that do not stand in the order in which the most of them still do. */
function movedAmong<T extends object>(pairs: readonly Pair<T>[], before: readonly T[]): Set<Pair<T>> {
  const place = new Map(before.map((was, i) => [was, i]))
  const both = pairs.filter(({ was, is }) => was !== undefined && is !== undefined)
  const kept = longestRising(both.map(({ was }) => place.get(was!)!))
  return new Set(both.filter((_, i) => !kept.has(i)))
}

/** The new order, and what went behind that which stood before it. */
function inPlace<T extends object>(pairs: readonly Pair<T>[], before: readonly T[]): Pair<T>[] {
  const placed = pairs.filter(({ is }) => is !== undefined)
  const gone = new Map(pairs.flatMap((pair) => (pair.is === undefined ? [[pair.was!, pair] as const] : [])))
  const after = new Map<T | undefined, Pair<T>[]>()
  let last: T | undefined
  const stays = new Set(placed.map(({ was }) => was))
  for (const was of before) {
    const pair = gone.get(was)
    if (pair) after.set(last, [...(after.get(last) ?? []), pair])
    else if (stays.has(was)) last = was
  }
  return [
    ...(after.get(undefined) ?? []),
    ...placed.flatMap((pair) => [pair, ...(pair.was ? (after.get(pair.was) ?? []) : [])]),
  ]
}
