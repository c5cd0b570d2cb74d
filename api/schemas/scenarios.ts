import { v7 as uuidv7 } from 'uuid'
import { z } from 'zod'
import {
  ROLES,
  type ScenarioContent,
  type ScenarioRow,
  type ScenarioSummary as SummaryRow,
  type Role,
} from '../../db/scenarios/schema.ts'
import { fail, type Language } from '../../errors.ts'
import { MAX_SCENES_BYTES, paragraphs, textToScenes, withKnownIds } from '../../script/content.ts'
import { CHECKS, type Check as StoredCheck } from '../../script/checks/check.ts'
import { derive, DERIVED_BY } from '../../script/derived.ts'
import { DEFAULT_DURATION_S } from '../../script/facts.ts'
import { distinctTags } from '../../script/fold.ts'
import { detectLanguage } from '../../script/language.ts'
import { renderContent } from '../../script/render.ts'
import {
  AUDIO_TYPES,
  BEATS,
  KINDS,
  MAX_ROWS,
  MAX_SPOKEN,
  PLATFORMS,
  Scene,
  SOURCES,
  STATUSES,
  type Scene as StoredScene,
} from '../../script/script.ts'
import { page } from '../cursor.ts'
import { queryText, text } from './text.ts'

export const Check = z
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
const tooManyRows = `max_rows ${MAX_ROWS}`
const SentScene = z.strictObject({
  id: sentId,
  heading: text(0, 200).default(''),
  beat: z.enum(BEATS).default('free'),
  locked: z.boolean().default(false),
  rows: z.array(SentRow).max(MAX_ROWS, tooManyRows).default([]),
})

/** Every field that a person can edit, with what it is when absent. */
export const editable = {
  title: text(1, 200),
  description: text(0, 500)
    .nullish()
    .transform((s) => s || null),
  status: z.enum(STATUSES).default('draft'),
  tags: z.array(text(1, 50)).max(50).default([]).overwrite(distinctTags),
  language: LanguageTag.optional(),
  platform: z.enum(PLATFORMS).default('other'),
  kind: z.enum(KINDS).default('other'),
  tone: z.array(text(1, 50)).max(10).default([]),
  audience: text(0, 500).default(''),
  target_duration_s: z.number().min(1).max(7_200).default(DEFAULT_DURATION_S),
  hook: text(0, 500).default(''),
  cta: text(0, 500).default(''),
  disclosure: text(0, 500)
    .nullish()
    .transform((s) => s || null),
  scenes: z
    .array(SentScene)
    .max(200)
    .refine((scenes) => scenes.reduce((sum, { rows }) => sum + rows.length, 0) <= MAX_ROWS, tooManyRows)
    .optional(),
}

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
 * @throws AppError validation.failed when the scenes are too large
 */
export function contentOf(
  body: Omit<ScenarioBody, 'content'> & { content?: string | undefined },
  known: readonly StoredScene[] = [],
): ScenarioContent {
  const { content, scenes, language: asked, ...fields } = body
  const said = content ?? scenes?.flatMap((s) => s.rows.flatMap((r) => r.audio.map((a) => a.text))).join(' ') ?? ''
  const language = asked ?? detectLanguage(`${fields.title} ${said}`)
  const stored =
    content === undefined ? withKnownIds(scenes ?? [], known, uuidv7) : textToScenes(content, language, known, uuidv7)
  if (Buffer.byteLength(JSON.stringify(stored)) > MAX_SCENES_BYTES)
    fail('validation.failed', {
      errors: [{ path: content === undefined ? '/scenes' : '/content', reason: `max_bytes ${MAX_SCENES_BYTES}` }],
    })
  return { ...fields, language, scenes: stored }
}

/** The editable part of a stored scenario. */
export const contentOfRow = (row: ScenarioRow): ScenarioContent => ({
  title: row.title,
  description: row.description,
  status: row.status,
  tags: row.tags,
  language: row.language,
  platform: row.platform,
  kind: row.kind,
  tone: row.tone,
  audience: row.audience,
  target_duration_s: row.target_duration_s,
  hook: row.hook,
  cta: row.cta,
  disclosure: row.disclosure,
  scenes: row.scenes,
})

/** The stored fields, as they are shown. */
export const shownContent = {
  title: z.string(),
  description: z.string().nullable(),
  status: z.enum(STATUSES),
  tags: z.array(z.string()),
  language: z.string(),
  platform: z.enum(PLATFORMS),
  kind: z.enum(KINDS),
  tone: z.array(z.string()),
  audience: z.string(),
  target_duration_s: z.number(),
  hook: z.string(),
  cta: z.string(),
  disclosure: z.string().nullable(),
}

export const ScenarioSummary = z
  .object({
    id: z.uuid(),
    owner_id: z.uuid(),
    ...shownContent,
    est_duration_s: z.number(),
    checks: z.array(Check),
    version: z.int().positive(),
    source: z.enum(SOURCES),
    is_demo: z.boolean(),
    my_role: z.enum(ROLES),
    template_id: z.uuid().nullable(),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .meta({ id: 'ScenarioSummary' })

export const Scenario = ScenarioSummary.extend({ scenes: z.array(Scene), content: z.string() }).meta({ id: 'Scenario' })

export const ScenarioList = z.object({ items: z.array(ScenarioSummary), next_cursor: z.string().nullable() })

export const ScenarioParams = z.object({ id: z.uuid().toLowerCase() })

const flag = z.enum(['true', 'false']).transform((s) => s === 'true')
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
    title: row.title,
    description: row.description,
    status: row.status,
    tags: row.tags,
    language: row.language,
    platform: row.platform,
    kind: row.kind,
    tone: row.tone,
    audience: row.audience,
    target_duration_s: row.target_duration_s,
    hook: row.hook,
    cta: row.cta,
    disclosure: row.disclosure,
    est_duration_s: row.est_duration_s,
    checks: shownChecks(row.checks, language),
    version: row.version,
    source: row.source,
    is_demo: row.is_demo,
    my_role: row.role,
    template_id: row.template_id,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  }
}

/** The whole scenario as one person sees it, with what code derives: plain text, duration, checks in his language. */
export function presentScenario(row: ScenarioRow, role: Role, language: Language): z.input<typeof Scenario> {
  const derived = row.derived_by === DERIVED_BY ? row : { ...row, ...derive(row, row) }
  return { ...presentSummary({ ...derived, role }, language), scenes: row.scenes, content: renderContent(row.scenes) }
}

/** Changes with every version; the language is in it because check reasons are. */
export const scenarioEtag = (version: number, language: Language): string => `${version}.${language}`

/** Whether a tag names this version, in whichever language it was read. */
export const namesVersion = (version: number) => (tag: string) => tag.split('.')[0] === String(version)
