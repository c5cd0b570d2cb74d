import { committedMicros, periodOf, periodStart } from '../../../db/ai/ledger.ts'
import { sumUnused, sumUsage } from '../../../db/ai/calls.ts'
import { unhealthyProviders } from '../../../db/ai/health.ts'
import { findGeneration } from '../../../db/ai/generations.ts'
import { fail } from '../../../errors/errors.ts'
import { CURRENCY } from '../../../llm/prices.ts'
import { budgetOf } from '../../../config.ts'
import type { ApiDeps } from '../../context.ts'
import { ok, route, type Route } from '../../http/route.ts'
import { Proposal, ProviderItems, Usage } from '../../schemas/ai.ts'
import { OperationParams } from '../../schemas/operations.ts'

/** What people may know of models, money and what was written in vain. */
export function aiReadRoutes({ config, databases }: ApiDeps): Route[] {
  const db = databases.ai
  return [
    route({
      method: 'get',
      path: '/ai/usage',
      summary: 'What the caller used this month, and what is left',
      auth: 'user',
      responses: { 200: Usage },
      handle: async ({ user }) => {
        const period = periodOf(new Date())
        const [used, unused, promised] = await Promise.all([
          sumUsage(db, user.id, periodStart(period)),
          sumUnused(db, user.id, periodStart(period)),
          committedMicros(db, user.id, period),
        ])
        const budget = budgetOf(config)
        return ok({
          period,
          ...used,
          unused,
          currency: CURRENCY,
          budget_micros: budget,
          remaining_micros: Math.max(0, budget - promised),
          unpriced_models: config.providers.filter((p) => !p.price).map((p) => p.model),
        })
      },
    }),
    route({
      method: 'get',
      path: '/ai/providers',
      summary: 'Who writes, in the order of use',
      auth: 'user',
      responses: { 200: ProviderItems },
      handle: async () => {
        const unhealthy = await unhealthyProviders(db)
        const shown = config.demo ? [{ name: 'demo', model: 'demo' }] : config.providers
        return ok({
          items: shown.map(({ name, model }) => ({ name, model, is_demo: config.demo, healthy: !unhealthy.has(name) })),
        })
      },
    }),
    route({
      method: 'get',
      path: '/operations/{id}/proposal',
      summary: 'What was written and not stored: a proposal, or for a version that had changed meanwhile',
      auth: 'user',
      missing: 'operation.not_found',
      params: OperationParams,
      responses: { 200: Proposal },
      handle: async ({ params, user }) => {
        const run = await findGeneration(db, params.id)
        if (!run?.draft || run.owner_id !== user.id || run.mode === 'titles') return fail('operation.not_found')
        const { draft, operation_id, scenario_id, base_version } = run
        const [title, scenes] = 'scene' in draft ? [null, [draft.scene]] : [draft.title, draft.scenes]
        return ok({ operation_id, scenario_id, base_version, title, is_demo: draft.is_demo, scenes })
      },
    }),
  ]
}
