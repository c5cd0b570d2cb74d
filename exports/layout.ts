import { isSpoken, type Audio, type Row, type Scene } from '../script/script.ts'
import { timeline } from '../script/timeline.ts'
import type { Exported } from './format.ts'
import { labelsOf, type Labels } from './labels.ts'

/** What XML, PDF and screens cannot take; line breaks become `\n`. */
const UNPRINTABLE =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u0084\u0086-\u009f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff]/g
export const printable = (text: string): string => text.replace(/\r\n?/g, '\n').replace(UNPRINTABLE, '').toWellFormed()

/** On one line whatever it holds. */
export const oneLine = (text: string): string => printable(text).replace(/\s+/g, ' ').trim()

export interface LaidRow {
  readonly row: Row
  readonly n: number
  readonly start_s: number
  readonly end_s: number
}
export interface LaidScene {
  readonly scene: Scene
  readonly n: number
  readonly start_s: number
  readonly end_s: number
  /** Heading for people: never empty. */
  readonly heading: string
  readonly rows: readonly LaidRow[]
}
export interface Layout {
  readonly labels: Labels
  readonly scenes: readonly LaidScene[]
  /** Seconds. */
  readonly total_s: number
}

/** The script with its numbers, times and words: what all formats are written from. */
export function layout(doc: Exported): Layout {
  const labels = labelsOf(doc.language)
  const timed = timeline(doc.scenes, { language: doc.language })
  let at = 0
  const scenes = doc.scenes.map((scene, i) => {
    const start_s = at
    const rows = timed
      .filter((row) => row.scene === scene)
      .map(({ row, start_s: from, end_s }, k) => ({ row, n: k + 1, start_s: from, end_s }))
    at = rows.at(-1)?.end_s ?? start_s
    const name = oneLine(scene.heading)
    return { scene, n: i + 1, start_s, end_s: at, heading: name || `${labels.scene} ${i + 1}`, rows }
  })
  return { labels, scenes, total_s: at }
}

/** Who is heard: the named speaker, else what kind of sound it is. */
export const speakerOf = (audio: Audio, labels: Labels): string => oneLine(audio.speaker) || labels.speaker[audio.type]

/** A line of the right column. */
export const audioLine = (audio: Audio, labels: Labels): string => {
  const who = speakerOf(audio, labels)
  const kind =
    isSpoken(audio) || who === labels.speaker[audio.type] ? '' : ` (${labels.speaker[audio.type].toLowerCase()})`
  return `${who}${kind}: ${printable(audio.text)}`
}

/** 75.4 → `01:15` */
export function clock(seconds: number): string {
  const whole = Math.round(seconds)
  const two = (n: number) => String(n).padStart(2, '0')
  const hours = Math.floor(whole / 3_600)
  return `${hours > 0 ? `${two(hours)}:` : ''}${two(Math.floor((whole % 3_600) / 60))}:${two(whole % 60)}`
}

export const span = ({ start_s, end_s }: { start_s: number; end_s: number }): string =>
  `${clock(start_s)}–${clock(end_s)}`
