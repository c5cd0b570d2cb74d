import type { Kysely } from 'kysely'
import { findVersionAndRole, type SeenVersion } from '../../../db/scenarios/scenarios.ts'
import type { ScenariosDb, SeenScenario } from '../../../db/scenarios/schema.ts'
import { fail } from '../../../errors/errors.ts'
import type { Cache, CacheEntry } from '../../cache/cache.ts'
import type { Caller } from '../../http/caller.ts'
import { loadScenario } from './scenario.ts'

/** What this person may see of a scenario, looked up at each request. @throws AppError scenario.not_found */
export const loadVersion = async (db: Kysely<ScenariosDb>, id: string, user: Caller): Promise<SeenVersion> =>
  (await findVersionAndRole(db, id, user.id)) ?? fail('scenario.not_found')

/**
 * Bytes that depend on a version and on what `key` names beside it: from the cache, else made and kept.
 * @throws AppError scenario.not_found
 */
export async function onceAVersion(
  { db, cache }: { readonly db: Kysely<ScenariosDb>; readonly cache: Cache },
  seen: SeenVersion,
  user: Caller,
  key: (seen: SeenVersion) => CacheEntry,
  make: (row: SeenScenario) => Promise<Buffer> | Buffer,
): Promise<{ readonly seen: SeenVersion; readonly bytes: Buffer }> {
  const kept = await cache.get(key(seen))
  if (kept) return { seen, bytes: kept }
  // It may have moved on since: what is made and kept is the version that is read now.
  const row = await loadScenario(db, seen.id, user)
  const bytes = await make(row)
  cache.set(key(row), bytes)
  return { seen: row, bytes }
}
