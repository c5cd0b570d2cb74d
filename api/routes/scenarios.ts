import type { Transaction } from 'kysely'
import { v7 as uuidv7 } from 'uuid'
import { CACHED } from '../../cache.ts'
import {
  deleteScenario,
  findDeleted,
  findScenario,
  findStand,
  insertScenario,
  lockScenario,
  restoreScenario,
  storeNextVersion,
} from '../../db/scenarios/scenarios.ts'
import { listTags } from '../../db/scenarios/list.ts'
import type { ScenarioRow, ScenariosDb, SeenScenario } from '../../db/scenarios/schema.ts'
import { fail } from '../../errors.ts'
import { appendEvent } from '../../events/outbox.ts'
import { DERIVED_BY } from '../../script/derived.ts'
import type { ApiDeps } from '../context.ts'
import { isAny, requireMatch, stale } from '../if-match.ts'
import { allow } from '../policies/scenarios.ts'
import { created, noContent, ok, route, type Caller, type Route } from '../route.ts'
import {
  contentOf,
  namesVersion,
  presentScenario,
  Scenario,
  ScenarioBody,
  scenarioEtag,
  ScenarioList,
  ScenarioParams,
  ScenarioQuery,
} from '../schemas/scenarios.ts'
import { TagList } from '../schemas/tags.ts'
import { scenarioPage } from '../scenario-page.ts'

/** The scenario as this person sees it. @throws AppError scenario.not_found */
export const loadScenario = async (
  db: ApiDeps['databases']['scenarios'],
  id: string,
  user: Caller,
): Promise<SeenScenario> => (await findScenario(db, id, user.id)) ?? fail('scenario.not_found')

/** What is written over: as it was read, or with `If-Match: *` as it is once all who write right now are done. */
const current = async (trx: Transaction<ScenariosDb>, row: ScenarioRow, ifMatch: string | undefined) =>
  isAny(ifMatch) ? ((await lockScenario(trx, row.id)) ?? fail('scenario.not_found')) : row

const written = (row: ScenarioRow) => ({ scenario_id: row.id, owner_id: row.owner_id, version: row.version })
const byHand = (user: Caller) => ({ author_id: user.id, origin: 'human' as const, message: null, operation_id: null })

/** Stores a new scenario of the caller's, tells of it and answers with it. */
export async function createScenario(
  trx: Transaction<ScenariosDb>,
  request: { user: Caller; requestId: string },
  facts: Pick<ScenarioRow, 'source' | 'is_demo'>,
  content: ReturnType<typeof contentOf>,
): Promise<ScenarioRow> {
  const { user, requestId } = request
  const row = await insertScenario(
    trx,
    { id: uuidv7(), owner_id: user.id, template_id: null, ...facts },
    content,
    byHand(user),
  )
  await appendEvent(trx, 'scenario_created', written(row), requestId)
  return row
}

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
      body: ScenarioBody,
      idempotent: true,
      responses: { 201: Scenario },
      etag: true,
      handle: async (request) => {
        const language = await request.language()
        return request.once(db, async (trx) => {
          const row = await createScenario(trx, request, { source: 'human', is_demo: false }, contentOf(request.body))
          const etag = scenarioEtag(row.version, language)
          return created(presentScenario(row, 'owner', language), `/api/v1/scenarios/${row.id}`, { etag })
        })
      },
    }),
    route({
      method: 'get',
      path: '/scenarios/{id}',
      summary: 'One scenario, whole',
      auth: 'user',
      missing: 'scenario.not_found',
      params: ScenarioParams,
      responses: { 200: Scenario },
      etag: true,
      handle: async ({ params: { id }, user, language }) => {
        const lang = await language()
        const stand = (await findStand(db, id, user.id)) ?? fail('scenario.not_found')
        const answer = (version: number, bytes: Buffer) => ({
          status: 200,
          finished: { mediaType: 'application/json', bytes },
          etag: scenarioEtag(version, lang),
        })
        const kept = await cache.get(CACHED.scenario(id, stand.version, stand.role, lang, DERIVED_BY))
        if (kept) return answer(stand.version, kept)
        const row = await loadScenario(db, id, user)
        const bytes = Buffer.from(JSON.stringify(Scenario.parse(presentScenario(row, row.role, lang))))
        cache.set(CACHED.scenario(id, row.version, row.role, lang, DERIVED_BY), bytes)
        return answer(row.version, bytes)
      },
    }),
    route({
      method: 'put',
      path: '/scenarios/{id}',
      summary: 'Replace what can be edited: a new version',
      auth: 'user',
      missing: 'scenario.not_found',
      params: ScenarioParams,
      body: ScenarioBody,
      responses: { 200: Scenario },
      etag: true,
      errors: ['access.denied', 'precondition.required', 'precondition.failed'],
      handle: async ({ params, user, body, header, language, requestId }) => {
        const row = await loadScenario(db, params.id, user)
        allow(row.role, 'edit')
        const lang = await language()
        requireMatch(header('if-match'), scenarioEtag(row.version, lang), namesVersion(row.version))
        const next = await db.transaction().execute(async (trx) => {
          const base = await current(trx, row, header('if-match'))
          const source = base.source === 'ai' ? 'mixed' : base.source
          const stored = await storeNextVersion(trx, base, contentOf(body, base.scenes), byHand(user), { source })
          if (stored) await appendEvent(trx, 'scenario_updated', written(stored), requestId)
          return stored
        })
        if (!next) return stale(scenarioEtag((await loadScenario(db, params.id, user)).version, lang))
        return ok(presentScenario(next, row.role, lang), { etag: scenarioEtag(next.version, lang) })
      },
    }),
    route({
      method: 'delete',
      path: '/scenarios/{id}',
      summary: 'Delete it; it can be restored for 30 days',
      auth: 'user',
      missing: 'scenario.not_found',
      params: ScenarioParams,
      responses: { 204: null },
      errors: ['access.denied', 'precondition.required', 'precondition.failed'],
      handle: async ({ params, user, header, language, requestId }) => {
        const row = await loadScenario(db, params.id, user)
        allow(row.role, 'delete')
        const lang = await language()
        requireMatch(header('if-match'), scenarioEtag(row.version, lang), namesVersion(row.version))
        const deleted = await db.transaction().execute(async (trx) => {
          const base = await current(trx, row, header('if-match'))
          const done = await deleteScenario(trx, base.id, base.version)
          if (done) await appendEvent(trx, 'scenario_deleted', written(base), requestId)
          return done
        })
        if (!deleted) return stale(scenarioEtag((await loadScenario(db, params.id, user)).version, lang))
        return noContent
      },
    }),
    route({
      method: 'post',
      path: '/scenarios/{id}/restore',
      summary: 'Bring back what was deleted less than 30 days ago',
      auth: 'user',
      missing: 'scenario.not_found',
      params: ScenarioParams,
      responses: { 200: Scenario },
      etag: true,
      errors: ['access.denied'],
      handle: async ({ params, user, language }) => {
        const deleted = await findDeleted(db, params.id, user.id)
        const row = deleted
          ? { ...((await restoreScenario(db, deleted.id)) ?? fail('scenario.not_found')), role: 'owner' as const }
          : await loadScenario(db, params.id, user)
        allow(row.role, 'delete')
        const lang = await language()
        return ok(presentScenario(row, row.role, lang), { etag: scenarioEtag(row.version, lang) })
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
