import { spokenLanguage } from './language.ts'
import { readAloud } from './reading.ts'
import type { DraftScene, Row } from './script.ts'

/**
 * Seconds for one character of continuous text read aloud. Source: IReST, Trauzettel-Klosinski & Dietz, "Standardized
 * assessment of reading performance", IOVS 2012: 68 ms a character (95 % CI 65–71) over 14 languages, 436 readers; characters
 * vary less between languages (6.1 %) than words (11.9 %). Spaces and punctuation are counted: so the rule agrees with the
 * trade's 120 Russian and 140–160 English words a minute, and the pauses at full stops are already in it.
 */
export const SECONDS_PER_CHARACTER = 0.068

/** How fast the voice reads, as a factor on the normal speed. */
export const PACES = { calm: 0.85, normal: 1, fast: 1.15 } as const
export type Pace = keyof typeof PACES

/** Seconds between two different speakers in one row. Ours: a breath; IReST has single readers only. */
const SPEAKER_CHANGE = 0.3

/** A written pause: «(пауза 2 с)», "[pause 1.5 s]". It is waited for, not read. */
const PAUSE = /[([]\s*(?:пауза|pause)\s*(\d{1,3}(?:[.,]\d+)?)?\s*(?:сек\.?|секунд[аы]?|с|s|sec|seconds?)?\s*[)\]]/giu

export interface Reading {
  /** A language tag; without one, or with one that we cannot read, the text's own letters decide. */
  readonly language?: string | undefined
  readonly pace?: Pace | undefined
}

type Said = Pick<Row, 'audio' | 'duration_s'>
type Scenes = readonly { readonly rows: readonly Said[] }[]

/** Seconds that a voice needs for a text: `characters × 0.068 / pace + written pauses` (a pause without a number: 1 s). */
export function spokenSeconds(text: string, { language, pace = 'normal' }: Reading = {}): number {
  let pauses = 0
  const words = text.replace(PAUSE, (_, seconds: string | undefined) => {
    pauses += seconds === undefined ? 1 : Number(seconds.replace(',', '.'))
    return ' '
  })
  const said = readAloud(words, spokenLanguage(language, text)).replace(/\s+/g, ' ').trim()
  return ([...said].length * SECONDS_PER_CHARACTER) / PACES[pace] + pauses
}

/**
 * Seconds of a row. Spoken (`vo`, `dialog`): the estimate of the speech alone, whatever `duration_s` says, because a planned
 * number is a wish (models write 5 everywhere) and the text is a fact; who wants to hold the picture longer adds a silent row.
 * Silent (music, effects, nothing): its `duration_s`.
 */
export function estimateRow(row: Said, reading: Reading = {}): number {
  const spoken = row.audio.filter((a) => (a.type === 'vo' || a.type === 'dialog') && a.text.trim() !== '')
  if (spoken.length === 0) return row.duration_s
  const changes = spoken.filter((a, i) => i > 0 && a.speaker !== spoken[i - 1]!.speaker).length
  return spoken.reduce((sum, a) => sum + spokenSeconds(a.text, reading), changes * SPEAKER_CHANGE)
}

/** Seconds of a scene: the sum of its rows. */
export const estimateScene = (scene: Scenes[number], reading: Reading = {}): number =>
  scene.rows.reduce((sum, row) => sum + estimateRow(row, reading), 0)

/** Seconds of a script, to a tenth: `est_duration_s` of the contract. Readers differ by about ±10 %. */
export const estimateScript = (scenes: Scenes | readonly DraftScene[], reading: Reading = {}): number =>
  Math.round(scenes.reduce((sum, scene) => sum + estimateScene(scene, reading), 0) * 10) / 10
