import { audioLine } from '../layout.ts'
import { labelsOf } from '../labels.ts'
import type { Language } from '../../language.ts'
import { diffVersions, type Change, type Fact, type FactValue, type RowDiff } from '../../script/diff/diff.ts'
import type { Piece } from '../../script/diff/words.ts'
import { BEATS, KINDS, PLATFORMS, STATUSES, type Scene } from '../../script/script.ts'
import { redlineWords, type RedlineWords } from './words.ts'

/** Of a field that a later version may have added, its name. */
const labelOf = ({ facts }: RedlineWords, field: string): string =>
  (facts as Readonly<Record<string, string>>)[field] ?? field

/** Two versions to compare for a reader. */
export interface Compared {
  readonly from: number
  readonly to: number
  readonly before: Content
  readonly after: Content
  readonly is_demo: boolean
}
interface Content {
  readonly title: string
  readonly language: string
  readonly scenes: readonly Scene[]
}

/** A line of a comparison: what it is called, and its pieces. */
export interface Line {
  readonly label: string
  readonly pieces: readonly Piece[]
}
export interface Block {
  /** What happened to it, in words; empty where nothing did. */
  readonly change: string
  readonly kind: Change
  readonly lines: readonly Line[]
}
/** A comparison in words, ready to be set in any format. */
export interface Redline {
  readonly language: Language
  readonly title: string
  readonly name: string
  readonly demo: string
  readonly nothing: string
  readonly legend: { readonly removed: string; readonly added: string }
  readonly lines: readonly Line[]
  readonly scenes: readonly (Block & {
    readonly heading: readonly Piece[]
    readonly number: string
    readonly rows: readonly Block[]
  })[]
}

/** Lays out what changed: each text in one column, each value in words. */
export function redline(compared: Compared, language: Language): Redline {
  const { from, to, before, after, is_demo } = compared
  const words = redlineWords(language)
  const labels = labelsOf(language)
  const diff = diffVersions(before, after, (audio) => audio.map((one) => audioLine(one, labels)).join('\n'))
  const named: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    status: Object.fromEntries(STATUSES.map((one) => [one, words.status[one]])),
    beat: Object.fromEntries(BEATS.map((one) => [one, labels.beat[one]])),
    kind: Object.fromEntries(KINDS.map((one) => [one, labels.kind[one]])),
    platform: Object.fromEntries(PLATFORMS.map((one) => [one, labels.platform[one]])),
  }
  const shown = (fact: string, value: FactValue): string => {
    if (typeof value === 'boolean') return value ? words.yes : words.no
    if (typeof value === 'number') return new Intl.NumberFormat(language).format(value)
    if (value === null || value === '') return words.none
    if (typeof value !== 'string') return value.join(', ') || words.none
    return named[fact]?.[value] || value
  }
  const factLines = (facts: readonly Fact[]): Line[] =>
    facts.map(({ fact, was, is }) => ({
      label: labelOf(words, fact),
      pieces: [
        { op: 'removed', text: shown(fact, was) },
        { op: 'added', text: shown(fact, is) },
      ],
    }))

  const isFact = new Set(diff.facts.map(({ fact }) => fact))
  const texts = diff.fields.filter(({ field }) => !isFact.has(field))
  // A scene that went has its old number, in brackets.
  const numberOf = new Map([
    ...before.scenes.map(({ id }, i) => [id, `(${i + 1})`] as const),
    ...after.scenes.map(({ id }, i) => [id, String(i + 1)] as const),
  ])

  const row = (one: RowDiff, n: number): Block => {
    const movedFrom = one.moved_from
    const scene = movedFrom && `${labels.scene.toLowerCase()} ${numberOf.get(movedFrom.scene_id) ?? ''}`
    return {
      kind: one.change,
      change: inWords(
        one.change === 'same' ? '' : words.change[one.change],
        movedFrom && scene ? words.movedFromScene(scene, movedFrom.n) : '',
      ),
      lines: [
        { label: words.row(n), pieces: [] },
        ...factLines(one.facts),
        { label: labels.picture, pieces: one.visual },
        { label: labels.sound, pieces: one.audio },
        { label: labels.onScreen, pieces: one.on_screen_text },
      ].filter(({ pieces }, i) => i === 0 || pieces.length > 0),
    }
  }
  const scenes = diff.scenes.map((scene) => ({
    kind: scene.change,
    number: `${labels.scene} ${numberOf.get(scene.scene_id) ?? ''}`,
    change: inWords(
      scene.change === 'same' ? words.unchanged : words.change[scene.change],
      scene.moved_from ? words.movedFrom(scene.moved_from.n) : '',
    ),
    heading: scene.heading,
    lines: factLines(scene.facts),
    rows: scene.rows.map((one, i) => row(one, i + 1)),
  }))
  const same = diff.fields.length === 0 && scenes.every(({ kind }) => kind === 'same')
  return {
    language,
    title: words.title(from, to),
    name: after.title,
    demo: is_demo ? labels.demo : '',
    nothing: same ? words.nothing : '',
    legend: words.legend,
    lines: [...texts.map(({ field, pieces }) => ({ label: labelOf(words, field), pieces })), ...factLines(diff.facts)],
    scenes,
  }
}

const inWords = (...parts: readonly string[]): string => parts.filter(Boolean).join(', ')
