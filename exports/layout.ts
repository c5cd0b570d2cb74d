import { isSpoken, type Audio, type Platform, type Row, type Scene } from '../script/script.ts'
import { timeline } from '../script/timeline.ts'
import { withLineBreaks } from '../script/clean.ts'
import { speechSeconds } from '../script/duration.ts'
import type { Exported } from './format.ts'
import { labelsOf, type Labels } from './labels.ts'

/** What XML, PDF and screens cannot take; line breaks become `\n`. */
const UNPRINTABLE =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff]/g
export const printable = (text: string): string => withLineBreaks(text).replace(UNPRINTABLE, '').toWellFormed()

/** On one line whatever it holds. */
export const oneLine = (text: string): string => printable(text).replace(/\s+/g, ' ').trim()

export interface LaidRow {
  readonly row: Row
  readonly n: number
  /** Number of the shot: `2.3` is the third row of the second scene. */
  readonly shot: string
  readonly start_s: number
  readonly end_s: number
  /** Seconds that its speech takes; null for a row without any. */
  readonly speech_s: number | null
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
  /** Its audience, its tone, and what must be in it: only what is there. */
  readonly about: readonly { readonly label: string; readonly value: string }[]
  /** Seconds. */
  readonly total_s: number
}

/** The script with its numbers, times and words: what all formats are written from. */
export function layout(doc: Exported): Layout {
  const labels = labelsOf(doc.language)
  const timed = timeline(doc.scenes, doc)
  let at = 0
  const scenes = doc.scenes.map((scene, i) => {
    const start_s = at
    const rows = timed
      .filter((row) => row.scene === scene)
      .map(({ row, start_s: from, end_s }, k) => ({
        row,
        n: k + 1,
        shot: `${i + 1}.${k + 1}`,
        start_s: from,
        end_s,
        speech_s: speechSeconds(row, doc),
      }))
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
    `${labels.length} ${clock(total_s, labels)} (${labels.wanted} ${clock(doc.target_duration_s, labels)})`,
    `${labels.version} ${doc.version}`,
    labels.day(year!, month!, day!),
  ].filter(Boolean)
  return facts.map((fact, i) => (i === 0 ? fact.charAt(0).toUpperCase() + fact.slice(1) : fact))
}

function aboutOf(doc: Exported, labels: Labels): Layout['about'] {
  const { audience, tone, hook, cta, disclosure } = doc
  const author = oneLine(doc.author ?? '')
  const values = { audience, tone: tone.join(', '), hook, cta, disclosure: disclosure ?? '' }
  const named = author === '' ? [] : [{ label: labels.author, value: author }]
  const said = (['audience', 'tone', 'hook', 'cta', 'disclosure'] as const)
    .map((field) => ({ label: labels.about[field], value: oneLine(values[field]) }))
    .filter(({ value }) => value !== '')
  return [...named, ...said]
}

const UPRIGHT: ReadonlySet<Platform> = new Set(['shorts', 'reels', 'tiktok'])
/** Whether the platform's picture is higher than wide (9:16). */
export const isUpright = (platform: Platform): boolean => UPRIGHT.has(platform)

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

type Decimal = Pick<Labels, 'decimal'>

/** 7.44 → `7,4` */
export const tenth = (seconds: number, { decimal }: Decimal): string =>
  String(Math.round(seconds * 10) / 10).replace('.', decimal)

/** 75.44 → `01:15,4` */
export function clock(seconds: number, { decimal }: Decimal): string {
  const tenths = Math.round(seconds * 10)
  const whole = Math.floor(tenths / 10)
  const two = (n: number) => String(n).padStart(2, '0')
  const hours = Math.floor(whole / 3_600)
  const minutes = `${two(Math.floor((whole % 3_600) / 60))}:${two(whole % 60)}`
  return `${hours > 0 ? `${two(hours)}:` : ''}${minutes}${decimal}${tenths % 10}`
}

export const span = ({ start_s, end_s }: { start_s: number; end_s: number }, labels: Decimal): string =>
  `${clock(start_s, labels)}–${clock(end_s, labels)}`

/** What a row takes beside what was planned for it: `речь 7,4 с`, `план 6 с`. */
export function lengthsOf({ row, speech_s }: LaidRow, labels: Labels): string[] {
  const planned = `${labels.planned} ${tenth(row.duration_s, labels)} ${labels.seconds}`
  return speech_s === null ? [planned] : [`${labels.speech} ${tenth(speech_s, labels)} ${labels.seconds}`, planned]
}
