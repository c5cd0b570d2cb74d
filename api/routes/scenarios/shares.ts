import { z } from 'zod'
import { leaveShare, unshare } from '../../../commands/shares.ts'
import type { ShareRow } from '../../../db/scenarios/schema.ts'
import { listShares } from '../../../db/scenarios/shares.ts'
import type { ApiDeps } from '../../context.ts'
import { decodeUuidCursor, pageOf } from '../../http/cursor.ts'
import { noContent, ok, route, type Route } from '../../http/route.ts'
import { ScenarioParams } from '../../schemas/scenarios.ts'
import { LinkShare, presentShare, Share, ShareBody, ShareList, ShareParams, ShareQuery } from '../../schemas/shares.ts'
import { loadAllowed, loadScenario } from './scenario.ts'
import { granteeOf, linkAnswer, personAnswer } from './sharing.ts'

const position = (row: ShareRow) => ({ created_at: row.created_at.toISOString(), id: row.id })

export function shareRoutes(deps: Pick<ApiDeps, 'config' | 'databases' | 'acceptor' | 'temporal'>): Route[] {
  const { databases } = deps
  const db = databases.scenarios
  return [
    route({
      method: 'post',
      path: '/scenarios/{id}/share',
      summary: 'Share with a person (by address or id) or by a link',
      auth: 'user',
      limits: ['links_person'],
      missing: 'scenario.not_found',
      params: ScenarioParams,
      body: ShareBody,
      idempotent: true,
      responses: { 200: Share, 201: z.union([Share, LinkShare]) },
      errors: ['access.denied', 'share.self', ['user.not_found', 422]],
      handle: async (request) => {
        const { params, user, body } = request
        const scenario = await loadAllowed(db, params.id, user, 'share')
        if (body.link) return linkAnswer(deps, request, scenario)
        return personAnswer(deps, request, scenario, await granteeOf(databases.auth, body, user))
      },
    }),
    route({
      method: 'get',
      path: '/scenarios/{id}/shares',
      summary: 'Who has access, and by which links',
      auth: 'user',
      missing: 'scenario.not_found',
      params: ScenarioParams,
      query: ShareQuery,
      responses: { 200: ShareList },
      errors: ['access.denied'],
      handle: async ({ params, user, query: { limit, cursor } }) => {
        const { id } = await loadAllowed(db, params.id, user, 'see_shares')
        const filters = ['shares', id]
        const rows = await listShares(db, id, decodeUuidCursor(filters, cursor), limit + 1)
        return ok(pageOf(rows, limit, filters, position, presentShare))
      },
    }),
    route({
      method: 'delete',
      path: '/scenarios/{id}/shares/me',
      summary: 'Leave a scenario that was shared with the caller',
      auth: 'user',
      missing: 'scenario.not_found',
      params: ScenarioParams,
      responses: { 204: null },
      errors: ['share.not_found'],
      handle: async (request) => {
        const scenario = await loadScenario(db, request.params.id, request.user)
        await db.transaction().execute((trx) => leaveShare(trx, request, scenario))
        return noContent
      },
    }),
    route({
      method: 'delete',
      path: '/scenarios/{id}/shares/{share_id}',
      summary: 'End an access, an invitation or a link, at once',
      auth: 'user',
      missing: 'share.not_found',
      params: ShareParams,
      responses: { 204: null },
      errors: ['access.denied', 'scenario.not_found'],
      handle: async (request) => {
        const { params, user } = request
        const scenario = await loadAllowed(db, params.id, user, 'share')
        await db.transaction().execute((trx) => unshare(trx, request, scenario, params.share_id))
        return noContent
      },
    }),
  ]
}
