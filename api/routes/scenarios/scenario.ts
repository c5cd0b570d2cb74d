import type { Kysely, Transaction } from 'kysely'
import { findScenario, lockScenario } from '../../../db/scenarios/scenarios.ts'
import type { Role, ScenarioRow, ScenariosDb, SeenScenario } from '../../../db/scenarios/schema.ts'
import { fail } from '../../../errors/errors.ts'
import type { Language } from '../../../language.ts'
import type { Caller } from '../../http/caller.ts'
import { isAny, requireMatch, stale } from '../../http/if-match.ts'
import { created, ok, type Answer } from '../../http/route.ts'
import { allow, type ScenarioAction } from '../../policies/scenarios.ts'
import { namesVersion, presentScenario, scenarioEtag } from '../../schemas/scenarios.ts'

type Db = Kysely<ScenariosDb>

/** The scenario as this person sees it. @throws AppError scenario.not_found */
export const loadScenario = async (db: Db, id: string, user: Caller): Promise<SeenScenario> =>
  (await findScenario(db, id, user.id)) ?? fail('scenario.not_found')

/** The scenario, which the person may do this to. @throws AppError scenario.not_found, access.denied */
export async function loadAllowed(db: Db, id: string, user: Caller, action: ScenarioAction): Promise<SeenScenario> {
  const row = await loadScenario(db, id, user)
  allow(row.role, action)
  return row
}

/** What a request that changes a thing says of it. */
interface Changing {
  readonly params: { readonly id: string }
  readonly user: Caller
  header(name: string): string | undefined
  language(): Promise<Language>
}

/**
 * The scenario that a request with `If-Match` changes.
 * @throws AppError scenario.not_found, access.denied, precondition.required, precondition.failed
 */
export async function loadMatching(db: Db, request: Changing, action: ScenarioAction): Promise<SeenScenario> {
  const row = await loadAllowed(db, request.params.id, request.user, action)
  const tag = scenarioEtag(row.version, await request.language())
  requireMatch(request.header('if-match'), tag, namesVersion(row.version))
  return row
}

/** What is written over: as it was read, or with `If-Match: *` as it is once all who write right now are done. */
export const baseOf = async (trx: Transaction<ScenariosDb>, row: ScenarioRow, { header }: Changing) =>
  isAny(header('if-match')) ? ((await lockScenario(trx, row.id)) ?? fail('scenario.not_found')) : row

/** Somebody else was first. @throws AppError precondition.failed with the tag of now, scenario.not_found */
export async function refuseStale(db: Db, { params, user, language }: Changing): Promise<never> {
  return stale(scenarioEtag((await loadScenario(db, params.id, user)).version, await language()))
}

export const scenarioAnswer = (row: ScenarioRow, role: Role, language: Language): Answer =>
  ok(presentScenario(row, role, language), { etag: scenarioEtag(row.version, language, role) })

export const createdAnswer = (row: ScenarioRow, language: Language): Answer =>
  created(presentScenario(row, 'owner', language), `/api/v1/scenarios/${row.id}`, {
    etag: scenarioEtag(row.version, language),
  })
