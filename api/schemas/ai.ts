import { z } from 'zod'
import { MAX_HOOKS } from '../../script/hooks.ts'
import { KINDS, PLATFORMS } from '../../script/script.ts'
import { TitleChoice } from './operations.ts'
import { Scenario } from './scenarios.ts'
import { text, uuid } from './text.ts'

const version = z.int().min(1).max(2_147_483_647)

export const GenerationBody = z
  .strictObject({
    brief: text(10, 8_000),
    template_id: uuid.optional(),
    scenario_id: uuid.optional(),
    base_version: version.optional(),
    kind: z.enum(KINDS).optional(),
    platform: z.enum(PLATFORMS).optional(),
    language: z
      .string()
      .regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/i, 'language_tag')
      .max(35)
      .optional(),
    tone: z.array(text(1, 50)).max(10).optional(),
    audience: text(0, 500).optional(),
    target_duration_s: z.number().min(5).max(1_800).optional(),
    cta: text(0, 500).optional(),
    must_include: z.array(text(1, 300)).max(20).optional(),
    must_avoid: z.array(text(1, 100)).max(50).optional(),
    hooks: z.int().min(1).max(MAX_HOOKS).optional(),
    /** What it may cost at most; what could cost more (`cost_micros_high` of the estimate) is refused. */
    max_cost_micros: z.int().min(0).optional(),
  })
  .refine((b) => b.base_version === undefined || b.scenario_id !== undefined, {
    path: ['base_version'],
    error: 'needs scenario_id',
  })

export const TitleBody = z
  .strictObject({
    scenario_id: uuid.optional(),
    brief: text(10, 8_000).optional(),
    count: z.int().min(1).max(10).default(5),
  })
  .refine((b) => (b.scenario_id === undefined) !== (b.brief === undefined), {
    path: ['brief'],
    error: 'brief_or_scenario',
  })

export const SceneBody = z.strictObject({
  scenario_id: uuid,
  scene_id: uuid,
  base_version: version,
  note: text(1, 2_000),
  /** Nothing is stored: `result.proposal_url` leads to what was written. */
  proposal: z.boolean().default(false),
})

export const Titles = z.object({
  titles: z.array(TitleChoice),
  operation_id: z.string(),
})

export const Usage = z.object({
  /** A calendar month, UTC: `2026-11`. */
  period: z.string(),
  generations: z.int().min(0),
  input_tokens: z.int().min(0),
  output_tokens: z.int().min(0),
  cost_micros: z.int().min(0),
  currency: z.string(),
  budget_micros: z.int().min(0),
  remaining_micros: z.int().min(0),
  /** What was received, paid for and of no use, by the reason. */
  unused: z.array(z.object({ reason: z.string(), calls: z.int().min(1), cost_micros: z.int().min(0) })),
  /** Models that were used without a known price: their cost is counted as 0. */
  unpriced_models: z.array(z.string()),
})

export const Estimate = z.object({
  cost_micros_low: z.int().min(0),
  cost_micros_high: z.int().min(0),
  currency: z.string(),
  remaining_micros: z.int().min(0),
  /** Whether the order would be accepted now. */
  fits: z.boolean(),
})

const Provider = z.object({ name: z.string(), model: z.string(), is_demo: z.boolean(), healthy: z.boolean() })
export const ProviderItems = z.object({ items: z.array(Provider) })

const scene = Scenario.shape.scenes.element
const DraftScene = scene
  .omit({ id: true, locked: true, written_from: true })
  .extend({ rows: z.array(scene.shape.rows.element.omit({ id: true })) })

/** What was written and not stored: as a proposal was asked for, or because its version is gone. */
export const Proposal = z.object({
  operation_id: z.string(),
  scenario_id: z.uuid().nullable(),
  base_version: z.int().nullable(),
  title: z.string().nullable(),
  is_demo: z.boolean(),
  scenes: z.array(DraftScene),
})
