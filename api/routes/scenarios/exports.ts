import { createHash } from 'node:crypto'
import { createScenario } from '../../../commands/scenarios.ts'
import type { ScenarioRow } from '../../../db/scenarios/schema.ts'
import { findProfileName, findReadingPace } from '../../../db/users/profiles.ts'
import { FORMATS, type Exported, type ExportOptions } from '../../../exports/format.ts'
import { CONTENT_FIELDS, pick } from '../../../script/fields.ts'
import { CACHED } from '../../cache/cache.ts'
import type { ApiDeps } from '../../context.ts'
import { route, type Route } from '../../http/route.ts'
import {
  disposition,
  EXPORT_FILES,
  ExportFile,
  ExportLinkBody,
  ExportQuery,
  ImportBody,
} from '../../schemas/exports.ts'
import { presentLink, SignedLink } from '../../schemas/links.ts'
import { contentOf, MAX_SCRIPT_VALUES, Scenario, ScenarioParams } from '../../schemas/scenarios.ts'
import { loadVersion, onceAVersion } from './once-a-version.ts'
import { createdAnswer } from './scenario.ts'

const exported = (row: ScenarioRow, author: string | null): Exported => ({
  ...pick(row, CONTENT_FIELDS),
  source: row.source,
  is_demo: row.is_demo,
  author,
  version: row.version,
  updated_at: row.updated_at.toISOString(),
  reading_ms_per_char: row.reading_ms_per_char,
})

/** A short name of what a file shows beside its version: another one, other bytes. */
const shownIn = (author: string | null, { storyboard = false }: ExportOptions): string =>
  createHash('sha256')
    .update(JSON.stringify([author, storyboard]))
    .digest('base64url')
    .slice(0, 12)

export function exportRoutes({
  config,
  signedLinks,
  databases,
  cache,
  renderer,
}: Pick<ApiDeps, 'config' | 'signedLinks' | 'databases' | 'cache' | 'renderer'>): Route[] {
  const db = databases.scenarios
  return [
    route({
      method: 'get',
      path: '/scenarios/{id}/export',
      summary: 'The scenario as a file',
      auth: 'user',
      signed: true,
      limits: ['exports_person'],
      missing: 'scenario.not_found',
      params: ScenarioParams,
      query: ExportQuery,
      responses: { 200: ExportFile },
      etag: true,
      files: EXPORT_FILES,
      errors: ['scenario.export_failed'],
      handle: async ({ params, user, query: { format, ...options } }) => {
        const first = await loadVersion(db, params.id, user)
        const author = (await findProfileName(databases.users, first.owner_id))?.full_name ?? null
        const shown = shownIn(author, options)
        const { seen, bytes } = await onceAVersion(
          { db, cache },
          first,
          user,
          ({ version }) => CACHED.export(params.id, version, format, shown),
          (row) => renderer.render(format, exported(row, author), user.id, options),
        )
        return {
          status: 200,
          finished: { mediaType: FORMATS[format].mediaType, bytes },
          headers: { 'Content-Disposition': disposition(seen.title, format) },
          etag: `${seen.version}.${format}.${shown}`,
        }
      },
    }),
    route({
      method: 'post',
      path: '/scenarios/{id}/export-link',
      summary: 'A link that opens the file without a token, for five minutes',
      auth: 'user',
      missing: 'scenario.not_found',
      params: ScenarioParams,
      body: ExportLinkBody,
      responses: { 201: SignedLink },
      handle: async ({ params, user, body: { format, storyboard } }) => {
        await loadVersion(db, params.id, user)
        const target = `/api/v1/scenarios/${params.id}/export?format=${format}${storyboard ? '&storyboard=true' : ''}`
        return { status: 201, body: presentLink(signedLinks.make(user, config.publicUrl, target)) }
      },
    }),
    route({
      method: 'post',
      path: '/scenarios/import',
      summary: 'Take back a `json` export, one’s own or another’s, as a new scenario',
      auth: 'user',
      limits: ['imports_person'],
      maxValues: MAX_SCRIPT_VALUES,
      body: ImportBody,
      idempotent: true,
      responses: { 201: Scenario },
      etag: true,
      handle: async (request) => {
        const { source, is_demo, format: _, schema_version: __, ...body } = request.body
        const language = await request.language()
        const pace = await findReadingPace(databases.users, request.user.id)
        const facts = { source, is_demo, reading_ms_per_char: pace }
        return request.once(db, async (trx) =>
          createdAnswer(await createScenario(trx, request, facts, contentOf(body, [], pace)), language),
        )
      },
    }),
  ]
}
