import { spokenLanguage } from './language.ts'
import { codePoints } from './nfc.ts'
import { readAloud } from './reading.ts'
import { pausesSeconds, spokenWords } from './remarks.ts'
import { isSpoken, type DraftScene, type Row } from './script.ts'

/**
 * Seconds for one character of continuous text read aloud. Source: IReST, Trauzettel-Klosinski & Dietz, "Standardized
 * assessment of reading performance", IOVS 2012: 68 ms a character (95 % CI 65–71) over 14 languages, 436 readers; characters
 * vary less between languages (6.1 %) than words (11.9 %). Spaces and punctuation are counted: so the rule agrees with the
 * trade's 120 Russian and 140–160 English words a minute, and the pauses at full stops are already in it.
 */
export const SECONDS_PER_CHARACTER = 0.068

/** Own paces that are believed, milliseconds a character: twice as fast and three times as slow as people read aloud. */
export const MIN_READING_MS = 30
export const MAX_READING_MS = 200

/** How fast the voice reads, as a factor on the normal speed. */
const PACES = { calm: 0.85, normal: 1, fast: 1.15 } as const
type Pace = keyof typeof PACES

/** Seconds between two different speakers in one row. Ours: a breath; IReST has single readers only. */
const SPEAKER_CHANGE = 0.3

export interface Reading {
  /** A language tag; without one, or with one that we cannot read, the text's own letters decide. */
  readonly language?: string | undefined
  readonly pace?: Pace | undefined
  /** A person's own pace (`settings.reading_ms_per_char`), milliseconds a character; without it `SECONDS_PER_CHARACTER`. */
  readonly reading_ms_per_char?: number | null | undefined
}

/** How rows are timed: planned seconds are believed only as far as they add up to the ordered length. */
export interface Timing extends Reading {
  /** Seconds; without it every planned second is believed. */
  readonly target_duration_s?: number | undefined
}

type Said = Pick<Row, 'audio' | 'duration_s'>
type Scenes = readonly { readonly rows: readonly Said[] }[]

/**
 * Seconds that a voice needs for a text: `characters × 0.068 / pace + written pauses` (a pause without a number: 1 s). Characters are
 * those of the words as they are said: «2 499 ₽» has nine words; remarks are not read (`remarks.ts` says which brackets are).
 */
export function spokenSeconds(text: string, { language, pace = 'normal', reading_ms_per_char }: Reading = {}): number {
  const each = reading_ms_per_char ? reading_ms_per_char / 1000 : SECONDS_PER_CHARACTER
  return (spokenCharacters(text, language) * each) / PACES[pace] + pausesSeconds(text)
}

/** Characters of a text as it is said, spaces included, without remarks and pauses. */
const spokenCharacters = (text: string, language?: string): number =>
  codePoints(readAloud(spokenWords(text), spokenLanguage(language, text)).replace(/\s+/g, ' ').trim())

/** Seconds of what is spoken (`vo`, `dialog`) in a row, changes of speaker included; null when nobody speaks. */
export function speechSeconds(row: Pick<Row, 'audio'>, reading: Reading = {}): number | null {
  const spoken = row.audio.filter((a) => isSpoken(a) && a.text.trim() !== '')
  if (spoken.length === 0) return null
  const changes = spoken.filter((a, i) => i > 0 && a.speaker !== spoken[i - 1]!.speaker).length
  return spoken.reduce((sum, a) => sum + spokenSeconds(a.text, reading), changes * SPEAKER_CHANGE)
}

/** Seconds of one row: as long as its speech or as planned, whichever is longer. Silent (music, effects, nothing): as planned. */
export const estimateRow = (row: Said, reading: Reading = {}): number =>
  Math.max(speechSeconds(row, reading) ?? 0, row.duration_s)

/**
 * Seconds of each row of a script. A row lasts as long as its speech or as planned, whichever is longer, so that a film that hardly
 * speaks keeps its length. But a planned number is a wish (models write 5 everywhere) and the text is a fact: the air that spoken
 * rows plan beside their words is believed only as far as all rows together reach the ordered length, and is cut by the same share
 * everywhere.
 * @param speech of each row, where it is known already
 */
export function rowSeconds(
  rows: readonly Said[],
  timing: Timing = {},
  speech: readonly (number | null)[] = rows.map((row) => speechSeconds(row, timing)),
): number[] {
  const air = rows.map((row, i) => (speech[i] === null ? 0 : Math.max(0, row.duration_s - speech[i]!)))
  const least = rows.reduce((sum, row, i) => sum + (speech[i] ?? row.duration_s), 0)
  const planned = air.reduce((a, b) => a + b, 0)
  const { target_duration_s: target = Infinity } = timing
  const believed = planned === 0 ? 0 : Math.min(1, Math.max(0, target - least) / planned)
  return rows.map((row, i) => (speech[i] ?? row.duration_s) + air[i]! * believed)
}

/** Seconds of each scene: the sums of their rows. */
export function sceneSeconds(scenes: Scenes | readonly DraftScene[], timing: Timing = {}): number[] {
  const lengths = rowSeconds(
    scenes.flatMap(({ rows }): readonly Said[] => rows),
    timing,
  )
  let n = 0
  return scenes.map(({ rows }) => rows.reduce((sum) => sum + lengths[n++]!, 0))
}

/** Seconds of a script, to a tenth: `est_duration_s` of the contract. Readers differ by about ±10 %. */
export const estimateScript = (scenes: Scenes | readonly DraftScene[], timing: Timing = {}): number =>
  Math.round(sceneSeconds(scenes, timing).reduce((a, b) => a + b, 0) * 10) / 10
