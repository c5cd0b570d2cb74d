import { z } from 'zod'
import { COMPARISON_FORMATS } from '../../exports/redline/compare.ts'

const versionNumber = z
  .string()
  .regex(/^[1-9]\d{0,8}$/, 'version_number')
  .transform(Number)

export const VersionDiffQuery = z.object({ from: versionNumber.optional() })

export const DiffQuery = z.object({
  from: versionNumber.optional(),
  to: versionNumber.optional(),
  format: z.enum(COMPARISON_FORMATS).default('json'),
})

const Pieces = z.array(z.object({ op: z.enum(['same', 'added', 'removed']), text: z.string() })).readonly()
const change = z.enum(['same', 'changed', 'added', 'removed', 'moved'])

/** What was and is of a value that is no text to read by word. */
const value = z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.string()).readonly()])
const Facts = z.array(z.object({ fact: z.string(), was: value, is: value })).readonly()

const RowDiff = z.object({
  row_id: z.string(),
  change,
  moved_from: z.object({ scene_id: z.string(), n: z.int().positive() }).nullable(),
  facts: Facts,
  visual: Pieces,
  audio: Pieces,
  on_screen_text: Pieces,
})
const SceneDiff = z.object({
  scene_id: z.string(),
  change,
  moved_from: z.object({ n: z.int().positive() }).nullable(),
  facts: Facts,
  heading: Pieces,
  rows: z.array(RowDiff).readonly(),
})
export const VersionDiff = z
  .object({
    from: z.int().positive(),
    to: z.int().positive(),
    fields: z.array(z.object({ field: z.string(), pieces: Pieces })).readonly(),
    facts: Facts,
    scenes: z.array(SceneDiff).readonly(),
  })
  .meta({ id: 'VersionDiff' })
