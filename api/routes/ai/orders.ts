import { newOperation, type Order } from '../../../commands/orders.ts'
import { holdCap, openGeneration } from '../../../commands/generations.ts'
import type { OperationKind } from '../../../contracts/kinds.ts'
import type { NewGeneration } from '../../../db/ai/generations.ts'
import type { AiDb } from '../../../db/ai/schema.ts'
import { findScenario } from '../../../db/scenarios/scenarios.ts'
import type { SeenScenario } from '../../../db/scenarios/schema.ts'
import { findReadingPace } from '../../../db/users/profiles.ts'
import { findTemplate } from '../../../db/scenarios/templates.ts'
import { fail } from '../../../errors/errors.ts'
import { detectLanguage } from '../../../script/language.ts'
import { plainScript } from '../../../script/render.ts'
import type { GenerationContext, GenerationRequest, TitleRequest } from '../../../script/script.ts'
import { generationSummary, sceneSummary, titlesSummary } from '../../../script/summary.ts'
import type { ApiDeps } from '../../context.ts'
import type { Caller } from '../../http/caller.ts'
import { allow } from '../../policies/scenarios.ts'
import type { GenerationBody, SceneBody, TitleBody } from '../../schemas/ai.ts'
import { scenarioEtag } from '../../schemas/scenarios.ts'
import type { z } from 'zod'

type Deps = Pick<ApiDeps, 'config' | 'databases'>
interface Asked<Body> {
  readonly user: Caller
  readonly body: Body
  readonly requestId: string
}

/** The status of a thing that a body names and that is not there. */
export const UNKNOWN = 422

/**
 * A script from a brief.
 * @throws AppError scenario.not_found and template.not_found at their fields, access.denied, ai.base_version_changed, ai.cap_exceeded
 */
export async function scriptOrder(deps: Deps, asked: Asked<z.output<typeof GenerationBody>>): Promise<Order<AiDb>> {
  const { request, template_id, template, base } = await scriptWanted(deps, asked)
  holdCap(deps.config, request, { template: template ?? null, base: base ?? null })
  return order(deps, asked, 'generation', generationSummary(request, deps.config.demo), {
    mode: 'script',
    request,
    template_id,
    ...(base && { scenario_id: base.id, base_version: base.version }),
  })
}

/** What such an order asks of the models, after the same checks and with the same errors. */
export async function scriptRequest(
  deps: Deps,
  asked: Asked<z.output<typeof GenerationBody>>,
): Promise<{ request: GenerationRequest; context: GenerationContext }> {
  const { request, template, base } = await scriptWanted(deps, asked)
  return { request, context: { template: template ?? null, base: base ?? null } }
}

async function scriptWanted(deps: Deps, { body, user }: Asked<z.output<typeof GenerationBody>>) {
  const { template_id, scenario_id, base_version, ...brief } = body
  const template =
    template_id === undefined ? undefined : await findTemplate(deps.databases.scenarios, template_id, user.id)
  if (template_id !== undefined && !template) unknown('template.not_found', '/template_id')
  const base = scenario_id === undefined ? undefined : await editable(deps, scenario_id, user, base_version)
  const pace = await findReadingPace(deps.databases.users, user.id)
  const request = { ...brief, ...(pace !== null && { reading_ms_per_char: pace }) } as GenerationRequest
  return { request, template_id, template, base }
}

/**
 * One scene anew.
 * @throws AppError scenario.not_found and validation.failed at their fields, access.denied, scenario.scene_locked,
 * ai.base_version_changed
 */
export async function sceneOrder(deps: Deps, asked: Asked<z.output<typeof SceneBody>>): Promise<Order<AiDb>> {
  const { scenario_id, scene_id, base_version, note, proposal } = asked.body
  const base = await editable(deps, scenario_id, asked.user, base_version)
  const scene = base.scenes.find((s) => s.id === scene_id) ?? unknown('validation.failed', '/scene_id')
  if (scene.locked) fail('scenario.scene_locked')
  return order(deps, asked, 'generation', sceneSummary(base.language, deps.config.demo), {
    mode: 'scene',
    request: { scene_id, note, proposal },
    scenario_id,
    base_version,
  })
}

/** Titles for a brief or a scenario. @throws AppError scenario.not_found at its field */
export async function titlesOrder(deps: Deps, asked: Asked<z.output<typeof TitleBody>>): Promise<Order<AiDb>> {
  const request = await titleRequest(deps, asked)
  return order(deps, asked, 'title', titlesSummary(request.language, deps.config.demo), { mode: 'titles', request })
}

async function titleRequest(
  { databases }: Deps,
  { user, body }: Asked<z.output<typeof TitleBody>>,
): Promise<TitleRequest> {
  const { brief, scenario_id, count } = body
  if (brief !== undefined) return { brief, count, language: detectLanguage(brief) }
  const scenario =
    (await findScenario(databases.scenarios, scenario_id!, user.id)) ?? unknown('scenario.not_found', '/scenario_id')
  return { brief: plainScript(scenario), count, language: scenario.language }
}

/** The order in the row of `ai`, and of it in the workflow's input what is no text. */
function order(
  { config }: Deps,
  { user, requestId }: Asked<unknown>,
  kind: OperationKind,
  summary: string,
  generation: Omit<NewGeneration, 'operation_id' | 'owner_id'>,
): Order<AiDb> {
  const { request, scenario_id, base_version, template_id } = generation
  const operation = newOperation(kind, { owner_id: user.id, request_id: requestId, summary }, (operation_id) => ({
    operation_id,
    owner_id: user.id,
    request_id: requestId,
    give_up_s: config.AI_GIVE_UP_S,
    provider: config.providers[0]?.name ?? 'demo',
    // One after the other, each provider in a time of its own.
    call_timeout_ms: config.AI_TIMEOUT_MS * Math.max(1, config.providers.length),
    ...(template_id !== undefined && { template_id }),
    ...(scenario_id !== undefined && { scenario_id, base_version }),
    ...('scene_id' in request && { scene_id: request.scene_id, ...(request.proposal && { proposal: true }) }),
  }))
  const opened = { ...generation, operation_id: operation.id, owner_id: user.id }
  return { operation, also: (trx) => openGeneration(trx, config, opened, requestId) }
}

/**
 * The scenario that a body names, if this person may write it and it still is of the wanted version.
 * @throws AppError scenario.not_found at its field, access.denied, ai.base_version_changed
 */
async function editable(
  { databases }: Deps,
  id: string,
  user: Caller,
  wanted: number | undefined,
): Promise<SeenScenario> {
  const base = (await findScenario(databases.scenarios, id, user.id)) ?? unknown('scenario.not_found', '/scenario_id')
  allow(base.role, 'edit')
  if (wanted !== undefined && wanted !== base.version)
    fail('ai.base_version_changed', { headers: { ETag: `"${scenarioEtag(base.version, 'en')}"` } })
  return base
}

/** A thing that a body names and that is not there for the caller: 422 at its field, whatever status the code has elsewhere. */
function unknown(code: 'scenario.not_found' | 'template.not_found' | 'validation.failed', path: string): never {
  return fail(code, { status: UNKNOWN, errors: [{ path, reason: 'nothing' }] })
}
