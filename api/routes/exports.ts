import { CACHED } from '../../cache.ts'
import { findStand } from '../../db/scenarios/scenarios.ts'
import { FORMATS, type Exported, type Format } from '../../exports/format.ts'
import { fail } from '../../errors.ts'
import type { ScenarioRow } from '../../db/scenarios/schema.ts'
import type { ApiDeps } from '../context.ts'
import { created, route, type Route } from '../route.ts'
import { disposition, EXPORT_FILES, ExportFile, ExportQuery, ImportBody } from '../schemas/exports.ts'
import {
  contentOf,
  contentOfRow,
  presentScenario,
  Scenario,
  scenarioEtag,
  ScenarioParams,
} from '../schemas/scenarios.ts'
import { createScenario, loadScenario } from './scenarios.ts'

const exported = (row: ScenarioRow): Exported => ({
  ...contentOfRow(row),
  source: row.source,
  is_demo: row.is_demo,
  version: row.version,
  updated_at: row.updated_at.toISOString(),
})

export function exportRoutes({
  databases,
  cache,
  renderer,
}: Pick<ApiDeps, 'databases' | 'cache' | 'renderer'>): Route[] {
  const db = databases.scenarios
  const answer = (format: Format, version: number, title: string, bytes: Buffer) => ({
    status: 200,
    finished: { mediaType: FORMATS[format], bytes },
    headers: { 'Content-Disposition': disposition(title, format) },
    etag: `${version}.${format}`,
  })
  return [
    route({
      method: 'get',
      path: '/scenarios/{id}/export',
      summary: 'The scenario as a file',
      auth: 'user',
      missing: 'scenario.not_found',
      params: ScenarioParams,
      query: ExportQuery,
      responses: { 200: ExportFile },
      etag: true,
      files: EXPORT_FILES,
      errors: ['scenario.export_failed'],
      handle: async ({ params, user, query: { format } }) => {
        const stand = (await findStand(db, params.id, user.id)) ?? fail('scenario.not_found')
        const kept = await cache.get(CACHED.export(params.id, stand.version, format))
        if (kept) return answer(format, stand.version, stand.title, kept)
        const row = await loadScenario(db, params.id, user)
        const bytes = await renderer.render(format, exported(row))
        cache.set(CACHED.export(row.id, row.version, format), bytes)
        return answer(format, row.version, row.title, bytes)
      },
    }),
    route({
      method: 'post',
      path: '/scenarios/import',
      summary: 'Take back a `json` export, one’s own or another’s, as a new scenario',
      auth: 'user',
      body: ImportBody,
      idempotent: true,
      responses: { 201: Scenario },
      etag: true,
      handle: async (request) => {
        const { source, is_demo, format: _, schema_version: __, ...body } = request.body
        const language = await request.language()
        return request.once(db, async (trx) => {
          const row = await createScenario(trx, request, { source, is_demo }, contentOf(body))
          const etag = scenarioEtag(row.version, language)
          return created(presentScenario(row, 'owner', language), `/api/v1/scenarios/${row.id}`, { etag })
        })
      },
    }),
  ]
}
