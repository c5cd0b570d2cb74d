import { lockScenario, storeNextVersion } from '../../db/scenarios/scenarios.ts'
import { findVersion, listVersions, type VersionHeader } from '../../db/scenarios/versions.ts'
import { fail } from '../../errors.ts'
import { appendEvent } from '../../events/outbox.ts'
import { diffVersions } from '../../script/diff.ts'
import type { ApiDeps } from '../context.ts'
import { decodeCursor, pageOf } from '../cursor.ts'
import { allow } from '../policies/scenarios.ts'
import { ok, route, type Route } from '../route.ts'
import { presentScenario, Scenario, scenarioEtag, ScenarioParams } from '../schemas/scenarios.ts'
import {
  DiffQuery,
  presentVersion,
  presentVersionItem,
  Version,
  VersionDiff,
  VersionList,
  VersionParams,
  VersionsQuery,
} from '../schemas/versions.ts'
import { loadScenario } from './scenarios.ts'

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
      method: 'get',
      path: '/scenarios/{id}/versions/{n}/diff',
      summary:
        'What this version changed, by scene and word; `from` is the version to compare with, default the one before',
      auth: 'user',
      missing: 'scenario.version_not_found',
      params: VersionParams,
      query: DiffQuery,
      responses: { 200: VersionDiff },
      errors: ['scenario.not_found'],
      handle: async ({ params, user, query }) => {
        const { id } = await loadScenario(db, params.id, user)
        const from = query.from ?? Math.max(1, params.n - 1)
        const [before, after] = [await load(id, from), await load(id, params.n)]
        return ok({ from, to: params.n, ...diffVersions(before.content, after.content) })
      },
    }),
    route({
      method: 'post',
      path: '/scenarios/{id}/versions/{n}/restore',
      summary: 'Bring back a version, as a new one',
      auth: 'user',
      missing: 'scenario.version_not_found',
      params: VersionParams,
      idempotent: true,
      responses: { 200: Scenario },
      etag: true,
      errors: ['scenario.not_found', 'access.denied'],
      handle: async (request) => {
        const { params, user, requestId } = request
        const language = await request.language()
        return request.once(db, async (trx) => {
          const { id, role } = await loadScenario(trx, params.id, user)
          allow(role, 'edit')
          const then = (await findVersion(trx, id, params.n)) ?? fail('scenario.version_not_found')
          // Nobody names a version to restore over, so others who write right now are waited for, not lost to.
          const row = (await lockScenario(trx, id)) ?? fail('scenario.not_found')
          const version = {
            author_id: user.id,
            origin: 'restore',
            message: null,
            operation_id: null,
            restored_from: then.n,
          } as const
          const next = (await storeNextVersion(trx, row, then.content, version)) ?? fail('scenario.not_found')
          await appendEvent(
            trx,
            'scenario_updated',
            { scenario_id: next.id, owner_id: next.owner_id, version: next.version },
            requestId,
          )
          return ok(presentScenario(next, role, language), { etag: scenarioEtag(next.version, language) })
        })
      },
    }),
  ]
}
