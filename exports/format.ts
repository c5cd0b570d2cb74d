import type { Kind, Platform, ScenarioStatus, Scene, Source } from '../script/script.ts'

/** Every format with its media type. Text ones are UTF-8. */
export const FORMATS = {
  md: 'text/markdown; charset=utf-8',
  txt: 'text/plain; charset=utf-8',
  json: 'application/json; charset=utf-8',
  fountain: 'text/plain; charset=utf-8',
  fdx: 'application/xml; charset=utf-8',
  pdf: 'application/pdf',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  srt: 'application/x-subrip; charset=utf-8',
  vtt: 'text/vtt; charset=utf-8',
  csv: 'text/csv; charset=utf-8',
} as const
export type Format = keyof typeof FORMATS
export const FORMAT_NAMES = Object.keys(FORMATS) as [Format, ...Format[]]

/** One version of a scenario: all that an export depends on, so that the same version gives the same bytes. */
export interface Exported {
  readonly title: string
  readonly description: string | null
  readonly status: ScenarioStatus
  readonly tags: readonly string[]
  readonly language: string
  readonly platform: Platform
  readonly kind: Kind
  readonly tone: readonly string[]
  readonly audience: string
  readonly target_duration_s: number
  readonly hook: string
  readonly cta: string
  readonly disclosure: string | null
  readonly scenes: readonly Scene[]
  readonly source: Source
  readonly is_demo: boolean
  readonly version: number
  /** RFC 3339: when this version was made. */
  readonly updated_at: string
}
