import { findScenario } from '../../db/scenarios/scenarios.ts'
import { findInvitation } from '../../db/scenarios/shares.ts'
import { uuidOrUndefined } from '../schemas/text.ts'
import type { InternalDeps } from './internal-route.ts'
import type { InternalRoute } from './internal-route.ts'

/** What other services may ask of `scenarios`. */
export function scenarioInternalRoutes({ databases: { scenarios } }: InternalDeps): InternalRoute[] {
  return [
    {
      method: 'get',
      path: '/invitations/{id}',
      scope: 'invitations:read',
      answer: ({ params }) => findInvitation(scenarios, params['id'] as string),
    },
    {
      method: 'get',
      path: '/scripts/{id}/readers/{reader}',
      scope: 'scripts:read',
      answer: async ({ params }) => {
        const reader = uuidOrUndefined(params['reader'])
        const script = reader && (await findScenario(scenarios, params['id'] as string, reader))
        return script ? { title: script.title, owner_id: script.owner_id } : undefined
      },
    },
  ]
}
