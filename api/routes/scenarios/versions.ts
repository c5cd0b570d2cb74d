import { restoreVersion } from '../../../commands/scenarios.ts'
import { findVersion, listVersions, type VersionHeader } from '../../../db/scenarios/versions.ts'
import { fail } from '../../../errors/errors.ts'
import type { ApiDeps } from '../../context.ts'
import { decodeCursor, pageOf } from '../../http/cursor.ts'
import { ok, route, type Route } from '../../http/route.ts'
import { Scenario, ScenarioParams } from '../../schemas/scenarios.ts'
import {
  presentVersion,
  presentVersionItem,
  Version,
  VersionList,
  VersionParams,
  VersionsQuery,
} from '../../schemas/versions.ts'
import { loadAllowed, loadScenario, scenarioAnswer } from './scenario.ts'

const position = (row: VersionHeader) => ({ created_at: row.created_at.toISOString(), id: String(row.n) })

/** The number in a cursor's id; a crafted one finds nothing. */
const below = (id: string | undefined) => (id === undefined ? undefined : Number.parseInt(id, 10) || 0)

export function versionRoutes({ databases }: Pick<ApiDeps, 'databases'>): Route[] {
  const db = databases.scenarios
  const load = async (scenarioId: string, n: number) =>
    (await findVersion(db, scenarioId, n)) ?? fail('scenario.version_not_found')
  return [
    route({
      method: 'get',
      path: '/scenarios/{id}/versions',
      summary: 'Every version, newest first',
      auth: 'user',
      missing: 'scenario.not_found',
      params: ScenarioParams,
      query: VersionsQuery,
      responses: { 200: VersionList },
      handle: async ({ params, user, query: { limit, cursor }, language }) => {
        const { id } = await loadScenario(db, params.id, user)
        const after = decodeCursor(['versions', id], cursor)
        const rows = await listVersions(db, id, below(after?.id), limit + 1)
        const lang = await language()
        return ok(pageOf(rows, limit, ['versions', id], position, (row) => presentVersionItem(row, lang)))
      },
    }),
    route({
      method: 'get',
      path: '/scenarios/{id}/versions/{n}',
      summary: 'The scenario as it was then',
      auth: 'user',
      missing: 'scenario.version_not_found',
      params: VersionParams,
      responses: { 200: Version },
      errors: ['scenario.not_found'],
      handle: async ({ params, user, language }) => {
        const { id } = await loadScenario(db, params.id, user)
        return ok(presentVersion(await load(id, params.n), await language()))
      },
    }),
    route({
      method: 'post',
      path: '/scenarios/{id}/versions/{n}/restore',
      summary: 'Bring back a version, as a new one',
      auth: 'user',
      limits: ['scenarios_person'],
      missing: 'scenario.version_not_found',
      params: VersionParams,
      idempotent: true,
      responses: { 200: Scenario },
      etag: true,
      errors: ['scenario.not_found', 'access.denied'],
      handle: async (request) => {
        const { params, user } = request
        const language = await request.language()
        return request.once(db, async (trx) => {
          const { id, role } = await loadAllowed(trx, params.id, user, 'edit')
          return scenarioAnswer(await restoreVersion(trx, request, id, params.n), role, language)
        })
      },
    }),
  ]
}
