import type { Language } from '../../language.ts'
import type { Kind, Platform } from '../script.ts'
import type { TimedRow } from '../timeline.ts'

export const CHECKS = [
  'duration',
  'hook',
  'cta',
  'must_include',
  'invented_fact',
  'language',
  'banned_words',
  'disclosure',
  'placeholders',
  'balance',
  'repetition',
] as const
export type CheckName = (typeof CHECKS)[number]

/** A place that a check points at; `row_id` null is the whole scene. */
export interface Span {
  readonly scene_id: string
  readonly row_id: string | null
  readonly text: string
}

/** What a check found. The reason is kept in every language and shown in the reader's. `score`: 0..1, 1 is best. */
export interface Check {
  readonly check: CheckName
  readonly pass: boolean
  readonly score: number
  readonly reason: Readonly<Record<Language, string>>
  readonly spans: readonly Span[]
}

export type Finding = Omit<Check, 'check'>

/** What checks look at: the script with its times, and what was asked of it. */
export interface Checked {
  readonly rows: readonly TimedRow[]
  /** Seconds. */
  readonly total_s: number
  readonly target_duration_s: number
  readonly language: string
  readonly kind: Kind
  readonly platform: Platform
  readonly cta: string
  /** What the scenario says of its marks; null: nothing. */
  readonly disclosure: string | null
  readonly must_include: readonly string[]
  readonly must_avoid: readonly string[]
  /** What the order states exactly, in its words: numbers, prices, addresses, praise. Null when nobody ordered the script. */
  readonly order_facts: readonly string[] | null
  /** The pace of its author; without it the usual one. */
  readonly reading_ms_per_char?: number | null | undefined
}

/** Places shown at most, and characters of each: a check informs, it does not repeat the script. */
const MAX_SPANS = 20
const MAX_SPAN_TEXT = 200

export const spanOf = ({ scene, row }: TimedRow, text: string): Span => ({
  scene_id: scene.id,
  row_id: row.id,
  text: text.length > MAX_SPAN_TEXT ? `${text.slice(0, MAX_SPAN_TEXT - 1).toWellFormed()}…` : text,
})

/** A check result with its score rounded to hundredths, so that the same script always reads the same. */
export const finding = (
  pass: boolean,
  score: number,
  ru: string,
  en: string,
  spans: readonly Span[] = [],
): Finding => ({
  pass,
  score: Math.round(Math.min(1, Math.max(0, score)) * 100) / 100,
  reason: { ru, en },
  spans: spans.slice(0, MAX_SPANS),
})

/** Nothing to look for: it passes. */
export const notNeeded = (ru: string, en: string): Finding => finding(true, 1, ru, en)

/** Seconds for people: one decimal, a comma in Russian. */
export const sec = (s: number): Record<Language, string> => {
  const en = String(Math.round(s * 10) / 10)
  return { ru: en.replace('.', ','), en }
}
