import { findScenario } from '../../db/scenarios/scenarios.ts'
import { fail } from '../../errors.ts'
import type { ApiDeps } from '../context.ts'
import { ok, route, type Route } from '../route.ts'
import { presentScenario, Scenario, scenarioEtag, ScenarioParams } from '../schemas/scenarios.ts'

export function scenarioRoutes({ databases }: Pick<ApiDeps, 'databases'>): Route[] {
  return [
    route({
      method: 'get',
      path: '/scenarios/{id}',
      summary: 'One scenario, whole',
      auth: 'user',
      missing: 'scenario.not_found',
      params: ScenarioParams,
      responses: { 200: Scenario },
      handle: async ({ params, user }) => {
        const row = (await findScenario(databases.scenarios, params.id, user.id)) ?? fail('scenario.not_found')
        return ok(presentScenario(row), { etag: scenarioEtag(row) })
      },
    }),
  ]
}
