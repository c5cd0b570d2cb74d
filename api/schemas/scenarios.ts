import { v7 as uuidv7 } from 'uuid'
import { z } from 'zod'
import { ROLES, type ScenarioRow, type ScenarioSummary as SummaryRow, type Role } from '../../db/scenarios/schema.ts'
import { fail } from '../../errors/errors.ts'
import { type Language } from '../../language.ts'
import { briefHash } from '../../commands/brief.ts'
import { MAX_SCENES_BYTES, paragraphs, contentToScenes, withKnownIds } from '../../script/content.ts'
import { CHECKS, type Check as StoredCheck } from '../../script/checks/check.ts'
import { derive, DERIVED_BY } from '../../script/derived.ts'
import {
  CONTENT,
  pick,
  SUMMARY_FIELDS,
  UNFILLED,
  type ContentField,
  type ScenarioContent,
} from '../../script/fields.ts'
import { distinctTags } from '../../script/fold.ts'
import { detectLanguage } from '../../script/language.ts'
import { MAX_DESCRIPTION, MAX_LINES, MAX_TAG, MAX_TAGS, MAX_TITLE } from '../../script/limits.ts'
import { HOOK_MECHANISMS } from '../../script/hook-mechanisms.ts'
import { renderContent } from '../../script/render.ts'
import {
  AUDIO_TYPES,
  BEATS,
  KINDS,
  MAX_ROWS,
  MAX_SPOKEN,
  PLATFORMS,
  SOURCES,
  STATUSES,
  Scene,
} from '../../script/script.ts'
import { page } from '../http/cursor.ts'
import { queryText, text } from './text.ts'

const Check = z
  .object({
    check: z.enum(CHECKS),
    pass: z.boolean(),
    score: z.number().min(0).max(1),
    reason: z.string(),
    spans: z.array(z.object({ scene_id: z.string(), row_id: z.string().nullable(), text: z.string() })),
  })
  .meta({ id: 'Check' })

export const LanguageTag = z
  .string()
  .max(35)
  .regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/i, 'language_tag')

const SentAudio = z.strictObject({
  speaker: text(0, 100).default(''),
  type: z.enum(AUDIO_TYPES).default('vo'),
  text: text(0, MAX_SPOKEN),
})
const sentId = z.string().max(100).nullish()
const SentRow = z.strictObject({
  id: sentId,
  visual: text(0, 5_000).default(''),
  audio: z.array(SentAudio).max(50).default([]),
  on_screen_text: text(0, 500)
    .nullish()
    .transform((s) => s || null),
  duration_s: z.number().min(0).max(3_600).default(0),
})
const SentScene = z.strictObject({
  id: sentId,
  heading: text(0, 200).default(''),
  beat: z.enum(BEATS).default('free'),
  locked: z.boolean().default(false),
  rows: z.array(SentRow).max(MAX_ROWS, `max_rows ${MAX_ROWS}`).default([]),
  /** Absent: what the scene has. */
  written_from: Scene.shape.written_from,
})

/** Every field that a person can edit, with what it is when absent. */
export const editable = {
  title: text(1, MAX_TITLE),
  description: text(0, MAX_DESCRIPTION)
    .nullish()
    .transform((s) => s || null),
  status: z.enum(STATUSES).default(UNFILLED.status),
  tags: z.array(text(1, MAX_TAG)).max(MAX_TAGS).default(UNFILLED.tags).overwrite(distinctTags),
  language: LanguageTag.optional(),
  platform: z.enum(PLATFORMS).default(UNFILLED.platform),
  kind: z.enum(KINDS).default(UNFILLED.kind),
  tone: z.array(text(1, 50)).max(10).default(UNFILLED.tone),
  audience: text(0, 500).default(UNFILLED.audience),
  target_duration_s: z.number().min(1).max(7_200).default(UNFILLED.target_duration_s),
  hook: text(0, 500).default(UNFILLED.hook),
  cta: text(0, 500).default(UNFILLED.cta),
  disclosure: text(0, 500)
    .nullish()
    .transform((s) => s || null),
  scenes: z
    .array(SentScene)
    .max(200)
    .meta({ 'x-max-in-all': { rows: MAX_ROWS, audio: MAX_LINES } })
    .optional(),
} satisfies Record<ContentField, z.ZodType>

/** Values that a script has in all, written out: 200 scenes, 2,000 rows and 6,000 lines with their fields and ids. */
export const MAX_SCRIPT_VALUES = 45_000

/** What POST and PUT take: `scenes`, or `content` from a client that only has text. */
export const ScenarioBody = z
  .strictObject({ ...editable, content: text(0, MAX_SPOKEN).optional() })
  .refine((body) => body.content === undefined || body.scenes === undefined, {
    path: ['content'],
    error: 'not_with scenes',
  })
  .refine((body) => body.content === undefined || paragraphs(body.content).length <= MAX_ROWS, {
    path: ['content'],
    error: `max_paragraphs ${MAX_ROWS}`,
  })
  .meta({ id: 'ScenarioBody' })
export type ScenarioBody = z.output<typeof ScenarioBody>

/**
 * A client's fields as a content to store.
 * @param known the scenes that the scenario has now: their ids are kept
 * @param pace of the owner, for the planned seconds of a plain text
 * @throws AppError validation.failed when the scenes are too large
 */
export function contentOf(
  body: Omit<ScenarioBody, 'content'> & { content?: string | undefined },
  known: readonly Scene[] = [],
  pace: number | null = null,
): ScenarioContent {
  const { content, scenes, language: asked, ...fields } = body
  const said = content ?? scenes?.flatMap((s) => s.rows.flatMap((r) => r.audio.map((a) => a.text))).join(' ') ?? ''
  const language = asked ?? detectLanguage(`${fields.title} ${said}`)
  const stored =
    content === undefined
      ? withKnownIds(scenes ?? [], known, uuidv7)
      : contentToScenes(content, { language, reading_ms_per_char: pace }, known, uuidv7)
  if (Buffer.byteLength(JSON.stringify(stored)) > MAX_SCENES_BYTES)
    fail('validation.failed', {
      errors: [{ path: content === undefined ? '/scenes' : '/content', reason: `max_bytes ${MAX_SCENES_BYTES}` }],
    })
  return { ...fields, language, scenes: stored }
}

const { scenes, ...shownInLists } = CONTENT

export const ScenarioSummary = z
  .object({
    id: z.uuid(),
    owner_id: z.uuid(),
    ...shownInLists,
    est_duration_s: z.number(),
    checks: z.array(Check),
    hook_variants: z.array(z.object({ mechanism: z.enum(HOOK_MECHANISMS), text: z.string() })),
    version: z.int().positive(),
    source: z.enum(SOURCES),
    is_demo: z.boolean(),
    my_role: z.enum(ROLES),
    template_id: z.uuid().nullable(),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .meta({ id: 'ScenarioSummary' })

export const Scenario = ScenarioSummary.extend({
  scenes,
  content: z.string(),
  /** The brief as it is now: a scene that was written from another one may not fit it any more. */
  brief_hash: z.string(),
}).meta({ id: 'Scenario' })

export const ScenarioList = z.object({ items: z.array(ScenarioSummary), next_cursor: z.string().nullable() })

export const ScenarioParams = z.object({ id: z.uuid().toLowerCase() })

/** Of a query: what has no types. */
export const flag = z.enum(['true', 'false']).transform((s) => s === 'true')
export const ScenarioQuery = z.object({
  ...page,
  status: z.enum(STATUSES).optional(),
  tag: queryText(100)
    .transform((s) => s || undefined)
    .optional(),
  q: queryText(2_000).optional(),
  shared: flag.default(false),
})

const shownChecks = (checks: readonly StoredCheck[], language: Language) =>
  checks.map(({ reason, ...check }) => ({
    ...check,
    reason: reason[language],
    spans: check.spans.map((s) => ({ ...s })),
  }))

/** A scenario in a list: everything but the script. What older rules derived stays until it is read whole or written. */
export function presentSummary(row: SummaryRow & { role: Role }, language: Language): z.input<typeof ScenarioSummary> {
  return {
    id: row.id,
    owner_id: row.owner_id,
    ...pick(row, SUMMARY_FIELDS),
    est_duration_s: row.est_duration_s,
    checks: shownChecks(row.checks, language),
    hook_variants: row.hook_variants.map((variant) => ({ ...variant })),
    version: row.version,
    source: row.source,
    is_demo: row.is_demo,
    my_role: row.role,
    template_id: row.template_id,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  }
}

/** The whole scenario as one person sees it, with what code derives: plain text, duration, checks in the language of the person. */
export function presentScenario(row: ScenarioRow, role: Role, language: Language): z.input<typeof Scenario> {
  const derived = row.derived_by === DERIVED_BY ? row : { ...row, ...derive(row, row) }
  return {
    ...presentSummary({ ...derived, role }, language),
    scenes: row.scenes,
    content: renderContent(row.scenes),
    brief_hash: briefHash(row),
  }
}

/** Changes with every version; the language is in it because check reasons are, a role that is not the owner's because it is shown. */
export const scenarioEtag = (version: number, language: Language, role: Role = 'owner'): string =>
  [version, language, ...(role === 'owner' ? [] : [role])].join('.')

/** Whether a tag names this version, in whichever language it was read. */
export const namesVersion = (version: number) => (tag: string) => tag.split('.')[0] === String(version)
