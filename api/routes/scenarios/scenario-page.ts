import type { Kysely } from 'kysely'
import type { z } from 'zod'
import { listScenarios, type ListedScenario } from '../../../db/scenarios/list.ts'
import type { ScenariosDb } from '../../../db/scenarios/schema.ts'
import {
  byLikeWords,
  byTitlePart,
  byWords,
  hasSearchableWords,
  isExact,
  sharingOwners,
} from '../../../db/scenarios/search.ts'
import type { Language } from '../../../language.ts'
import { decodeUuidCursor, isCursorOf, pageOf } from '../../http/cursor.ts'
import type { Caller } from '../../http/caller.ts'
import { presentSummary, type ScenarioQuery } from '../../schemas/scenarios.ts'

type Query = z.output<typeof ScenarioQuery>
/** How a query is understood. It stands in the cursor, so that all pages of one search are of one kind. */
type Reading = 'all' | 'words' | 'like' | 'title'

const position = (row: ListedScenario) => ({ created_at: row.updated_at.toISOString(), id: row.id })

/**
 * One page of scenarios. A query finds by its words; when there are none (stop-words only) by a part of the title, and when
 * nothing has them, by words that are like them.
 */
export async function scenarioPage(db: Kysely<ScenariosDb>, user: Caller, query: Query, language: Language) {
  const { limit, cursor, q = '', ...filters } = query
  const bound = (reading: Reading) => ['scenarios', filters, q, reading]
  const page = async (reading: Reading) => {
    const found = await condition(reading)
    if (reading === 'like' && found === undefined) return undefined
    const after = decodeUuidCursor(bound(reading), cursor)
    const before = after && { updated_at: after.created_at, id: after.id }
    const rows = await listScenarios(db, { personId: user.id, ...filters, found, before, limit: limit + 1 })
    return pageOf(rows, limit, bound(reading), position, (row) => presentSummary(row, language))
  }
  const condition = async (reading: Reading) => {
    if (reading === 'all') return undefined
    if (reading === 'words') return byWords(q)
    if (reading === 'title') return byTitlePart(q)
    return byLikeWords(db, q, filters.shared ? await sharingOwners(db, user.id) : [user.id])
  }
  const empty = { items: [], next_cursor: null }

  if (cursor !== undefined && isCursorOf(bound('like'), cursor)) return (await page('like')) ?? empty
  const reading = q === '' ? 'all' : (await hasSearchableWords(db, q)) ? 'words' : 'title'
  const first = (await page(reading)) ?? empty
  if (reading !== 'words' || cursor !== undefined || first.items.length > 0 || isExact(q)) return first
  return (await page('like')) ?? first
}
