import { randomUUID } from 'node:crypto'
import type { Config } from '../../config.ts'
import { findScenario } from '../../db/scenarios/scenarios.ts'
import type { SeenScenario } from '../../db/scenarios/schema.ts'
import { findTemplate } from '../../db/scenarios/templates.ts'
import { fail } from '../../errors.ts'
import { generationSummary, sceneSummary, titlesSummary } from '../../script/summary.ts'
import { plainScript } from '../../script/render.ts'
import { detectLanguage } from '../../script/language.ts'
import type { GenerationRequest, SceneRequest, TitleRequest } from '../../script/script.ts'
import { GENERATION, generationId, type GenerationInput } from '../../workflows/generation.contract.ts'
import { TITLES, titlesId, type TitlesInput } from '../../workflows/titles.contract.ts'
import { openRun, type NewRun } from '../ai-runs.ts'
import type { ApiDeps } from '../context.ts'
import { allow } from '../policies/scenarios.ts'
import { preferredWait } from '../prefer.ts'
import { route, type Caller, type Route } from '../route.ts'
import { GenerationBody, SceneBody, TitleBody, Titles } from '../schemas/ai.ts'
import { Operation } from '../schemas/operations.ts'
import { scenarioEtag } from '../schemas/scenarios.ts'
import { TITLES_FAILED, titlesOrOperation } from '../titles-answer.ts'
import { aiReadRoutes } from './ai-reads.ts'

/** Parts of a workflow's input that are the same for all. */
const inputOf = (config: Config, operation_id: string, owner_id: string, request_id: string) => ({
  operation_id,
  owner_id,
  request_id,
  give_up_s: config.AI_GIVE_UP_S,
  provider: config.providers[0]?.name ?? 'demo',
  call_timeout_ms: config.AI_TIMEOUT_MS,
})

export function aiRoutes(deps: ApiDeps): Route[] {
  const { config, databases, acceptor } = deps

  /** The scenario that a body names, if this person may write it. @throws AppError 422 at its field, access.denied */
  const editable = async (id: string, user: Caller): Promise<SeenScenario> => {
    const scenario =
      (await findScenario(databases.scenarios, id, user.id)) ?? unknown('scenario.not_found', '/scenario_id')
    allow(scenario.role, 'edit')
    return scenario
  }

  return [
    route({
      method: 'post',
      path: '/ai/generate',
      summary: 'Write a script from a brief: a new scenario, or a new version of one',
      auth: 'user',
      body: GenerationBody,
      idempotent: true,
      responses: { 202: Operation },
      errors: [
        ['scenario.not_found', UNKNOWN],
        ['template.not_found', UNKNOWN],
        'access.denied',
        'ai.base_version_changed',
        'ai.budget_exhausted',
        'rate.limited',
      ],
      handle: async ({ user, body, requestId, ...request }) => {
        const { template_id, scenario_id, base_version, ...asked } = body
        const id = generationId(randomUUID())
        return acceptor.accept(
          request,
          'ai',
          databases.ai,
          async () => {
            if (template_id !== undefined && !(await findTemplate(databases.scenarios, template_id, user.id)))
              unknown('template.not_found', '/template_id')
            const base = scenario_id === undefined ? undefined : await editable(scenario_id, user)
            needVersion(base, base_version)
            const input: GenerationInput = {
              ...inputOf(config, id, user.id, requestId),
              ...(template_id !== undefined && { template_id }),
              ...(base && { scenario_id: base.id, base_version: base.version }),
            }
            const summary = generationSummary(asked as GenerationRequest, config.demo)
            return {
              id,
              kind: 'generation',
              owner_id: user.id,
              request_id: requestId,
              workflow: GENERATION,
              input,
              summary,
            }
          },
          (trx, { input }) => {
            const { base_version: n } = input as GenerationInput
            const run: NewRun = {
              operation_id: id,
              owner_id: user.id,
              mode: 'script',
              request: asked as GenerationRequest,
              scenario_id,
              base_version: n,
              template_id,
            }
            return openRun(trx, config, run, requestId)
          },
        )
      },
    }),
    route({
      method: 'post',
      path: '/ai/generate/scene',
      summary: 'Write one scene anew, as a note asks',
      auth: 'user',
      body: SceneBody,
      idempotent: true,
      responses: { 202: Operation },
      errors: [
        ['scenario.not_found', UNKNOWN],
        'scenario.scene_locked',
        'access.denied',
        'ai.base_version_changed',
        'ai.budget_exhausted',
        'rate.limited',
      ],
      handle: async ({ user, body, requestId, ...request }) => {
        const { scenario_id, scene_id, base_version, note } = body
        const id = generationId(randomUUID())
        return acceptor.accept(
          request,
          'ai',
          databases.ai,
          async () => {
            const base = await editable(scenario_id, user)
            needVersion(base, base_version)
            const scene = base.scenes.find((s) => s.id === scene_id) ?? unknown('validation.failed', '/scene_id')
            if (scene.locked) fail('scenario.scene_locked')
            const input: GenerationInput = {
              ...inputOf(config, id, user.id, requestId),
              scenario_id,
              base_version,
              scene_id,
            }
            const summary = sceneSummary(base.language, config.demo)
            return {
              id,
              kind: 'generation',
              owner_id: user.id,
              request_id: requestId,
              workflow: GENERATION,
              input,
              summary,
            }
          },
          (trx) => {
            const asked: SceneRequest = { scene_id, note }
            const run: NewRun = {
              operation_id: id,
              owner_id: user.id,
              mode: 'scene',
              request: asked,
              scenario_id,
              base_version,
            }
            return openRun(trx, config, run, requestId)
          },
        )
      },
    }),
    route({
      method: 'post',
      path: '/ai/generate/title',
      summary: 'Titles for a brief or a scenario',
      auth: 'user',
      body: TitleBody,
      idempotent: true,
      responses: { 200: Titles, 202: Operation },
      errors: [['scenario.not_found', UNKNOWN], 'ai.budget_exhausted', 'rate.limited', ...TITLES_FAILED],
      handle: async ({ user, body, requestId, header, ...request }) => {
        const id = titlesId(randomUUID())
        let asked: TitleRequest | undefined
        const accepted = await acceptor.accept(
          request,
          'ai',
          databases.ai,
          async () => {
            asked = await titleRequest(body)
            const input: TitlesInput = inputOf(config, id, user.id, requestId)
            const summary = titlesSummary(asked.language, config.demo)
            return { id, kind: 'title', owner_id: user.id, request_id: requestId, workflow: TITLES, input, summary }
          },
          (trx) => {
            const run: NewRun = { operation_id: id, owner_id: user.id, mode: 'titles', request: asked! }
            return openRun(trx, config, run, requestId)
          },
        )
        return titlesOrOperation(deps, accepted, preferredWait(header('prefer')), await request.language())

        async function titleRequest({ brief, scenario_id, count }: typeof body): Promise<TitleRequest> {
          if (brief !== undefined) return { brief, count, language: detectLanguage(brief) }
          const scenario =
            (await findScenario(databases.scenarios, scenario_id!, user.id)) ??
            unknown('scenario.not_found', '/scenario_id')
          return { brief: plainScript(scenario), count, language: scenario.language }
        }
      },
    }),
    ...aiReadRoutes(deps),
  ]
}

/** The status of a thing that a body names and that is not there. */
const UNKNOWN = 422

/** A thing that a body names and that is not there for the caller: 422 at its field, whatever status the code has elsewhere. */
function unknown(code: 'scenario.not_found' | 'template.not_found' | 'validation.failed', path: string): never {
  return fail(code, { status: UNKNOWN, errors: [{ path, reason: 'nothing' }] })
}

function needVersion(base: SeenScenario | undefined, wanted: number | undefined): void {
  if (base && wanted !== undefined && wanted !== base.version)
    fail('ai.base_version_changed', { headers: { ETag: `"${scenarioEtag(base.version, 'en')}"` } })
}
