import { z } from 'zod'
import { changeScenario, createScenario, deleteScenario, restoreScenario } from '../../../commands/scenarios.ts'
import { listTags } from '../../../db/scenarios/list.ts'
import { findReadingPace } from '../../../db/users/profiles.ts'
import { inDays, RETENTION } from '../../../retention.ts'
import { DERIVED_BY } from '../../../script/derived.ts'
import { CACHED } from '../../cache/cache.ts'
import type { ApiDeps } from '../../context.ts'
import { isBrowser } from '../../http/browser.ts'
import { noContent, ok, route, type Route } from '../../http/route.ts'
import { scriptPage } from '../../pages/script-page.ts'
import {
  contentOf,
  MAX_SCRIPT_VALUES,
  presentScenario,
  Scenario,
  ScenarioBody,
  scenarioEtag,
  ScenarioList,
  ScenarioParams,
  ScenarioQuery,
} from '../../schemas/scenarios.ts'
import { TagList } from '../../schemas/tags.ts'
import { loadVersion, onceAVersion } from './once-a-version.ts'
import {
  baseOf,
  createdAnswer,
  loadAllowed,
  loadMatching,
  loadScenario,
  refuseStale,
  scenarioAnswer,
} from './scenario.ts'
import { scenarioPage } from './scenario-page.ts'

const RESTORE_DAYS = inDays(RETENTION.deletedScenarios)

export function scenarioRoutes({ databases, cache }: Pick<ApiDeps, 'databases' | 'cache'>): Route[] {
  const db = databases.scenarios
  return [
    route({
      method: 'get',
      path: '/scenarios',
      summary: 'One’s own scenarios or those shared with one, newest change first',
      auth: 'user',
      query: ScenarioQuery,
      responses: { 200: ScenarioList },
      handle: async ({ user, query, language }) => ok(await scenarioPage(db, user, query, await language())),
    }),
    route({
      method: 'post',
      path: '/scenarios',
      summary: 'Write a new scenario',
      auth: 'user',
      limits: ['scenarios_person'],
      maxValues: MAX_SCRIPT_VALUES,
      body: ScenarioBody,
      idempotent: true,
      responses: { 201: Scenario },
      etag: true,
      handle: async (request) => {
        const language = await request.language()
        const pace = await findReadingPace(databases.users, request.user.id)
        const facts = { source: 'human', is_demo: false, reading_ms_per_char: pace } as const
        return request.once(db, async (trx) =>
          createdAnswer(await createScenario(trx, request, facts, contentOf(request.body, [], pace)), language),
        )
      },
    }),
    route({
      method: 'get',
      path: '/scenarios/{id}',
      summary: 'One scenario, whole',
      auth: 'user',
      missing: 'scenario.not_found',
      params: ScenarioParams,
      files: { 'application/json': Scenario, 'text/html': z.string() },
      responses: { 200: Scenario },
      etag: true,
      handle: async ({ params, user, language, header }) => {
        if (isBrowser(header('accept'))) return scriptPage(await loadScenario(db, params.id, user))
        const lang = await language()
        const { seen, bytes } = await onceAVersion(
          { db, cache },
          await loadVersion(db, params.id, user),
          user,
          ({ version, role }) => CACHED.scenario(params.id, version, role, lang, DERIVED_BY),
          (row) => Buffer.from(JSON.stringify(Scenario.parse(presentScenario(row, row.role, lang)))),
        )
        const finished = { mediaType: 'application/json', bytes }
        return { status: 200, finished, etag: scenarioEtag(seen.version, lang, seen.role) }
      },
    }),
    route({
      method: 'put',
      path: '/scenarios/{id}',
      summary: 'Replace what can be edited: a new version',
      auth: 'user',
      limits: ['scenarios_person'],
      maxValues: MAX_SCRIPT_VALUES,
      missing: 'scenario.not_found',
      params: ScenarioParams,
      body: ScenarioBody,
      responses: { 200: Scenario },
      etag: true,
      errors: ['access.denied', 'precondition.required', 'precondition.failed'],
      handle: async (request) => {
        const row = await loadMatching(db, request, 'edit')
        const pace = await findReadingPace(databases.users, row.owner_id)
        const next = await db.transaction().execute(async (trx) => {
          const base = await baseOf(trx, row, request)
          return changeScenario(trx, request, base, contentOf(request.body, base.scenes, pace), pace)
        })
        return next ? scenarioAnswer(next, row.role, await request.language()) : refuseStale(db, request)
      },
    }),
    route({
      method: 'delete',
      path: '/scenarios/{id}',
      summary: `Delete it; it can be restored for ${RESTORE_DAYS} days`,
      auth: 'user',
      limits: ['scenarios_person'],
      missing: 'scenario.not_found',
      params: ScenarioParams,
      responses: { 204: null },
      errors: ['access.denied', 'precondition.required', 'precondition.failed'],
      handle: async (request) => {
        const row = await loadMatching(db, request, 'delete')
        const deleted = await db
          .transaction()
          .execute(async (trx) => deleteScenario(trx, request, await baseOf(trx, row, request)))
        return deleted ? noContent : refuseStale(db, request)
      },
    }),
    route({
      method: 'post',
      path: '/scenarios/{id}/restore',
      summary: `Bring back what was deleted less than ${RESTORE_DAYS} days ago`,
      auth: 'user',
      limits: ['scenarios_person'],
      missing: 'scenario.not_found',
      params: ScenarioParams,
      responses: { 200: Scenario },
      etag: true,
      errors: ['access.denied'],
      handle: async (request) => {
        const restored = await db.transaction().execute((trx) => restoreScenario(trx, request, request.params.id))
        if (restored) return scenarioAnswer(restored, 'owner', await request.language())
        // It is not deleted: then it is as it was, for those who may delete it.
        const row = await loadAllowed(db, request.params.id, request.user, 'delete')
        return scenarioAnswer(row, row.role, await request.language())
      },
    }),
    route({
      method: 'get',
      path: '/tags',
      summary: 'One’s own tags and how many scenarios have them',
      auth: 'user',
      responses: { 200: TagList },
      handle: async ({ user }) => ok({ items: await listTags(db, user.id) }),
    }),
  ]
}
