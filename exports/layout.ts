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
  /** What it is in a line: kind, platform, length, version and its day. */
  readonly facts: readonly string[]
  /** For whom, how, and what must be in it: only what is there. */
  readonly about: readonly { readonly label: string; readonly value: string }[]
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
  return { labels, scenes, facts: factsOf(doc, labels, at), about: aboutOf(doc, labels), total_s: at }
}

function factsOf(doc: Exported, labels: Labels, total_s: number): string[] {
  const [year, month, day] = doc.updated_at.slice(0, 10).split('-')
  const facts = [
    labels.kind[doc.kind],
    labels.platform[doc.platform],
    `${labels.length} ${clock(total_s)} (${labels.wanted} ${clock(doc.target_duration_s)})`,
    `${labels.version} ${doc.version}`,
    labels.day(year!, month!, day!),
  ].filter(Boolean)
  return facts.map((fact, i) => (i === 0 ? fact.charAt(0).toUpperCase() + fact.slice(1) : fact))
}

function aboutOf(doc: Exported, labels: Labels): Layout['about'] {
  const { audience, tone, hook, cta, disclosure } = doc
  const values = { audience, tone: tone.join(', '), hook, cta, disclosure: disclosure ?? '' }
  return (['audience', 'tone', 'hook', 'cta', 'disclosure'] as const)
    .map((field) => ({ label: labels.about[field], value: oneLine(values[field]) }))
    .filter(({ value }) => value !== '')
}

/** Who is heard: the named speaker, else what kind of sound it is. */
export const speakerOf = (audio: Audio, labels: Labels): string => oneLine(audio.speaker) || labels.speaker[audio.type]

/** A line of the right column in its parts. */
export function audioParts(audio: Audio, labels: Labels): { who: string; said: string; spoken: boolean } {
  const name = speakerOf(audio, labels)
  const kind = labels.speaker[audio.type]
  const spoken = isSpoken(audio)
  return {
    who: spoken || name === kind ? name : `${name} (${kind.toLowerCase()})`,
    said: printable(audio.text),
    spoken,
  }
}

/** A line of the right column. */
export const audioLine = (audio: Audio, labels: Labels): string => {
  const { who, said } = audioParts(audio, labels)
  return `${who}: ${said}`
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
