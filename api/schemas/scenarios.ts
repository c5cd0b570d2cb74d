import { z } from 'zod'
import { ROLES, type ScenarioRow, type SeenScenario } from '../../db/scenarios/schema.ts'
import { estimateScript } from '../../script/duration.ts'
import { renderContent } from '../../script/render.ts'
import { KINDS, PLATFORMS, Scene, SOURCES, STATUSES } from '../../script/script.ts'

export const Check = z.object({
  check: z.string(),
  pass: z.boolean(),
  score: z.number().min(0).max(1),
  reason: z.string(),
  spans: z.array(z.object({ scene_id: z.string(), row_id: z.string().nullable(), text: z.string() })),
})

export const Scenario = z
  .object({
    id: z.uuid(),
    owner_id: z.uuid(),
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
    scenes: z.array(Scene),
    content: z.string(),
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
  .meta({ id: 'Scenario' })

export const ScenarioParams = z.object({ id: z.uuid() })

/** The row with what is derived from it in code: plain text, duration, checks. */
export function presentScenario(row: SeenScenario): z.input<typeof Scenario> {
  const { deleted_at: _, role, ...stored } = row
  return {
    ...stored,
    content: renderContent(row.scenes),
    est_duration_s: estimateScript(row.scenes, { language: row.language }),
    checks: [],
    my_role: role,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  }
}

export const scenarioEtag = (row: ScenarioRow): string => String(row.version)
