import { z } from 'zod'
import { DEFAULT_DURATION_S } from './facts.ts'
import { KINDS, PLATFORMS, Scene, STATUSES } from './script.ts'

/**
 * The fields of a scenario that a person can edit, and so all that a version keeps: each in the form in which it is stored and
 * shown. Columns, versions, answers, exports and the data that a person takes along follow from this table; what a request may
 * send for each is `editable` in `api/schemas/scenarios.ts`.
 */
export const CONTENT = {
  title: z.string(),
  description: z.string().nullable(),
  status: z.enum(STATUSES),
  tags: z.array(z.string()),
  language: z.string(),
  platform: z.enum(PLATFORMS),
  kind: z.enum(KINDS),
  tone: z.array(z.string()),
  audience: z.string(),
  /** Seconds. */
  target_duration_s: z.number(),
  hook: z.string(),
  cta: z.string(),
  disclosure: z.string().nullable(),
  scenes: z.array(Scene),
}

export type ContentField = keyof typeof CONTENT
export type ScenarioContent = { [Field in ContentField]: z.output<(typeof CONTENT)[Field]> }

export const CONTENT_FIELDS = Object.keys(CONTENT) as readonly ContentField[]

/** What a list shows of them: everything but the script itself. */
export const SUMMARY_FIELDS = CONTENT_FIELDS.filter((field) => field !== 'scenes')

/** What a field is that nobody has filled: one that came up after a version was stored, or that a source does not know. */
export const UNFILLED: Omit<ScenarioContent, 'title' | 'language' | 'scenes'> = {
  description: null,
  status: 'draft',
  tags: [],
  platform: 'other',
  kind: 'other',
  tone: [],
  audience: '',
  target_duration_s: DEFAULT_DURATION_S,
  hook: '',
  cta: '',
  disclosure: null,
}

/** These fields of a row, in this order, and no others. */
export const pick = <Row extends object, Field extends keyof Row>(row: Row, fields: readonly Field[]) =>
  Object.fromEntries(fields.map((field) => [field, row[field]])) as Pick<Row, Field>
