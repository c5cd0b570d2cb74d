import { z } from 'zod'
import type { TemplateContent, UsableTemplate } from '../../db/scenarios/templates.ts'
import { DEFAULT_DURATION_S } from '../../script/facts.ts'
import { detectLanguage } from '../../script/language.ts'
import { BEATS, KINDS, PLATFORMS } from '../../script/script.ts'
import { page } from '../http/cursor.ts'
import { LanguageTag } from './scenarios.ts'
import { text } from './text.ts'

const Beat = z.strictObject({ beat: z.enum(BEATS), share: z.number().min(0).max(1) })
/** Shares are decimals: thirds written with three digits still count as a whole. */
const ROUNDING = 0.0011

export const TemplateBody = z
  .strictObject({
    name: text(1, 200),
    kind: z.enum(KINDS).default('other'),
    platform: z.enum(PLATFORMS).default('other'),
    tone: z.array(text(1, 50)).max(10).default([]),
    target_duration_s: z.number().min(5).max(1_800).default(DEFAULT_DURATION_S),
    beats: z
      .array(Beat)
      .min(1, 'not_empty')
      .max(30)
      .refine((beats) => Math.abs(beats.reduce((sum, { share }) => sum + share, 0) - 1) <= ROUNDING, 'shares_sum'),
    cta: text(0, 500).default(''),
    language: LanguageTag.optional(),
    must_avoid: z.array(text(1, 100)).max(50).default([]),
    instructions: text(0, 4_000).default(''),
  })
  .meta({ id: 'TemplateBody' })

export const Template = z
  .object({
    id: z.uuid(),
    owner_id: z.uuid().nullable(),
    name: z.string(),
    kind: z.enum(KINDS),
    platform: z.enum(PLATFORMS),
    tone: z.array(z.string()),
    target_duration_s: z.number(),
    beats: z.array(z.object({ beat: z.enum(BEATS), share: z.number() })),
    cta: z.string(),
    language: z.string(),
    must_avoid: z.array(z.string()),
    instructions: z.string(),
    built_in: z.boolean(),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .meta({ id: 'Template' })

export const TemplateList = z.object({ items: z.array(Template), next_cursor: z.string().nullable() })
export const TemplateParams = z.object({ id: z.uuid().toLowerCase() })
export const TemplateQuery = z.object(page)

export const templateContent = ({ language, ...body }: z.output<typeof TemplateBody>): TemplateContent => ({
  ...body,
  language: language ?? detectLanguage(`${body.name} ${body.instructions}`),
})

export const presentTemplate = (row: UsableTemplate): z.input<typeof Template> => ({
  id: row.id,
  owner_id: row.owner_id,
  name: row.name,
  kind: row.kind,
  platform: row.platform,
  tone: row.tone,
  target_duration_s: row.target_duration_s,
  beats: row.beats.map((b) => ({ ...b })),
  cta: row.cta,
  language: row.language,
  must_avoid: row.must_avoid,
  instructions: row.instructions,
  built_in: row.owner_id === null,
  created_at: row.created_at.toISOString(),
  updated_at: row.updated_at.toISOString(),
})

export const templateEtag = (row: UsableTemplate): string => String(row.version)
