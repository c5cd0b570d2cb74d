import type { ScenarioContent } from '../script/fields.ts'
import type { Source } from '../script/script.ts'

interface FormatFacts {
  readonly mediaType: string
  /** How its files' names end, without the first full stop. */
  readonly ending: string
  /** Its pages may have a column of frames to draw in. */
  readonly drawn?: true
}
const utf8 = (type: string): string => `${type}; charset=utf-8`

/** Every format with its media type and its ending: the one table of them. Each has its writer in `render.ts`. */
export const FORMATS = {
  md: { mediaType: utf8('text/markdown'), ending: 'md' },
  txt: { mediaType: utf8('text/plain'), ending: 'txt' },
  json: { mediaType: utf8('application/json'), ending: 'json' },
  fountain: { mediaType: utf8('text/plain'), ending: 'fountain' },
  fdx: { mediaType: utf8('application/xml'), ending: 'fdx' },
  pdf: { mediaType: 'application/pdf', ending: 'pdf', drawn: true },
  docx: {
    mediaType: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    ending: 'docx',
    drawn: true,
  },
  srt: { mediaType: utf8('application/x-subrip'), ending: 'srt' },
  vtt: { mediaType: utf8('text/vtt'), ending: 'vtt' },
  csv: { mediaType: utf8('text/csv'), ending: 'csv' },
  prompter: { mediaType: utf8('text/html'), ending: 'prompter.html' },
  shotlist: { mediaType: utf8('text/csv'), ending: 'shots.csv' },
} as const satisfies Record<string, FormatFacts>
export type Format = keyof typeof FORMATS
export const FORMAT_NAMES = Object.keys(FORMATS) as [Format, ...Format[]]
export const DRAWN_FORMATS = FORMAT_NAMES.filter((format) => 'drawn' in FORMATS[format])

/** What the caller may choose. */
export interface ExportOptions {
  /** A column of empty frames beside each row's picture, in the shape of the platform's; formats without pages know none. */
  readonly storyboard?: boolean
}

/** One version of a scenario: all that an export depends on, so that the same version gives the same bytes. */
export interface Exported extends Readonly<ScenarioContent> {
  readonly source: Source
  readonly is_demo: boolean
  /** The name of the owner, where one is given. */
  readonly author: string | null
  readonly version: number
  /** RFC 3339: when this version was made. */
  readonly updated_at: string
  /** The pace that rows are timed with, milliseconds a character; without it the usual one. */
  readonly reading_ms_per_char?: number | null
}
