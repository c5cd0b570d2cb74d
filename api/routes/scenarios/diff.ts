import { z } from 'zod'
import { findVersion } from '../../../db/scenarios/versions.ts'
import type { SeenScenario } from '../../../db/scenarios/schema.ts'
import { fail } from '../../../errors/errors.ts'
import type { ComparisonFormat } from '../../../exports/redline/compare.ts'
import type { Language } from '../../../language.ts'
import type { ApiDeps } from '../../context.ts'
import type { Caller } from '../../http/caller.ts'
import { route, type Answer, type Route } from '../../http/route.ts'
import { DiffQuery, VersionDiff, VersionDiffQuery } from '../../schemas/diff.ts'
import { ScenarioParams } from '../../schemas/scenarios.ts'
import { VersionParams } from '../../schemas/versions.ts'
import { loadScenario } from './scenario.ts'
import { contentPolicy } from '../../http/content-policy.ts'

/** The page has a style of its own and loads nothing. */
const CSP = contentPolicy("style-src 'unsafe-inline'", "form-action 'none'")

const MEDIA_TYPES: Record<ComparisonFormat, string> = {
  json: 'application/json',
  html: 'text/html; charset=utf-8',
  md: 'text/markdown; charset=utf-8',
}

const before = (n: number): number => Math.max(1, n - 1)

interface Wanted {
  readonly from: number
  readonly to: number
  readonly format: ComparisonFormat
  readonly language: Language
}

export function diffRoutes({ databases, renderer }: Pick<ApiDeps, 'databases' | 'renderer'>): Route[] {
  const db = databases.scenarios
  const load = async ({ id }: SeenScenario, n: number) =>
    (await findVersion(db, id, n)) ?? fail('scenario.version_not_found')
  /** Large scripts take a second to compare: not on the thread that answers everybody. */
  const compared = async (scenario: SeenScenario, wanted: Wanted, user: Caller): Promise<Answer> => {
    const { from, to, format, language } = wanted
    const [was, is] = [await load(scenario, from), await load(scenario, to)]
    const versions = { from, to, before: was.content, after: is.content, is_demo: scenario.is_demo }
    const bytes = await renderer.compare({ compared: versions, format, language }, user.id)
    const file = {
      'Content-Security-Policy': CSP,
      'Content-Disposition': `inline; filename="changes-${from}-${to}.${format}"`,
    }
    return {
      status: 200,
      finished: { mediaType: MEDIA_TYPES[format], bytes },
      ...(format !== 'json' && { headers: file }),
    }
  }
  return [
    route({
      method: 'get',
      path: '/scenarios/{id}/diff',
      summary:
        'What changed between two versions, by scene, row and word: `to` is the current one by default, `from` the one before it',
      auth: 'user',
      limits: ['exports_person'],
      missing: 'scenario.not_found',
      params: ScenarioParams,
      query: DiffQuery,
      responses: { 200: VersionDiff },
      files: { 'application/json': VersionDiff, 'text/html': z.string(), 'text/markdown': z.string() },
      errors: ['scenario.version_not_found', 'scenario.export_failed'],
      handle: async ({ params, user, query, language }) => {
        const scenario = await loadScenario(db, params.id, user)
        const to = query.to ?? scenario.version
        const from = query.from ?? before(to)
        return compared(scenario, { from, to, format: query.format, language: await language() }, user)
      },
    }),
    route({
      method: 'get',
      path: '/scenarios/{id}/versions/{n}/diff',
      summary:
        'What this version changed, by scene and word; `from` is the version to compare with, default the one before',
      auth: 'user',
      limits: ['exports_person'],
      missing: 'scenario.version_not_found',
      params: VersionParams,
      query: VersionDiffQuery,
      responses: { 200: VersionDiff },
      errors: ['scenario.not_found', 'scenario.export_failed'],
      handle: async ({ params, user, query, language }) => {
        const scenario = await loadScenario(db, params.id, user)
        const from = query.from ?? before(params.n)
        return compared(scenario, { from, to: params.n, format: 'json', language: await language() }, user)
      },
    }),
  ]
}
