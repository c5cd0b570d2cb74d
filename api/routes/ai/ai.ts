import { estimateGeneration } from '../../../commands/generations.ts'
import { CURRENCY } from '../../../llm/prices.ts'
import type { ApiDeps } from '../../context.ts'
import { preferredWait } from '../../http/prefer.ts'
import { ok, route, type Route } from '../../http/route.ts'
import { Estimate, GenerationBody, SceneBody, TitleBody, Titles } from '../../schemas/ai.ts'
import { Operation } from '../../schemas/operations.ts'
import { sceneOrder, scriptOrder, scriptRequest, titlesOrder, UNKNOWN } from './orders.ts'
import { TITLES_FAILED, titlesOrOperation } from './titles-answer.ts'
import { aiReadRoutes } from './usage.ts'

export function aiRoutes(deps: ApiDeps): Route[] {
  const { acceptor } = deps
  const db = deps.databases.ai
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
        'ai.cap_exceeded',
        'rate.limited',
      ],
      handle: (request) => acceptor.accept(request, db, () => scriptOrder(deps, request)),
    }),
    route({
      method: 'post',
      path: '/ai/estimate',
      summary: 'What a script would cost, and whether it would be accepted now; starts nothing',
      auth: 'user',
      body: GenerationBody,
      responses: { 200: Estimate },
      errors: [
        ['scenario.not_found', UNKNOWN],
        ['template.not_found', UNKNOWN],
        'access.denied',
        'ai.base_version_changed',
      ],
      handle: async (request) => {
        const { request: asked, context } = await scriptRequest(deps, request)
        const estimate = await estimateGeneration(db, deps.config, request.user.id, asked, context)
        const { low, high, remaining, fits } = estimate
        const costs = { cost_micros_low: low, cost_micros_high: high, currency: CURRENCY }
        return ok({ ...costs, remaining_micros: remaining, fits })
      },
    }),
    route({
      method: 'post',
      path: '/ai/generate/scene',
      summary: 'Write one scene anew, as a note asks: a new version, or a `proposal` of which nothing is stored',
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
      handle: (request) => acceptor.accept(request, db, () => sceneOrder(deps, request)),
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
      handle: async (request) => {
        const accepted = await acceptor.accept(request, db, () => titlesOrder(deps, request))
        return titlesOrOperation(deps, accepted, preferredWait(request.header('prefer')))
      },
    }),
    ...aiReadRoutes(deps),
  ]
}
