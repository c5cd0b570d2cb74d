import type { z } from 'zod'
import { isCancellable, isOpen, isRetryable } from '../../../commands/operations.ts'
import { factsOf, withStandings, type Shown } from '../../../commands/standings.ts'
import { chosenOperations, countOperations, namedOperations, type Listed } from '../../../db/listed-operations.ts'
import { CURRENCY } from '../../../llm/prices.ts'
import type { ApiDeps } from '../../context.ts'
import { decodeCursor, pageOf } from '../../http/cursor.ts'
import { ok, route, type Route } from '../../http/route.ts'
import {
  AdminCountQuery,
  AdminCounts,
  AdminOperationList,
  AdminOperationQuery,
  sinceOf,
  type AdminOperation,
} from '../../schemas/admin.ts'

/** One that moved a moment ago stands nowhere: Temporal is not asked about it at each look. */
const QUIET_MS = 15_000

export function presentAdminOperation(shown: Shown): z.input<typeof AdminOperation> {
  const { created_at, updated_at, finished_at, ...facts } = factsOf(shown)
  return {
    ...facts,
    created_at: created_at.toISOString(),
    updated_at: updated_at.toISOString(),
    finished_at: finished_at?.toISOString() ?? null,
    cancellable: isCancellable(shown.row),
    retryable: isRetryable(shown.row),
  }
}

/** How those stand that are open and quiet. */
export async function withQuietStandings(deps: ApiDeps, listed: readonly Listed[]): Promise<Shown[]> {
  const isQuiet = ({ row }: Listed) => isOpen(row) && Date.now() - row.updated_at.getTime() > QUIET_MS
  const { operations } = await withStandings(deps, listed.filter(isQuiet))
  const standings = new Map(operations.map(({ row, standing }) => [row.id, standing]))
  return listed.map((one) => ({ ...one, standing: standings.get(one.row.id) }))
}

/** What runs in the installation, whoever asked for it. */
export function adminOperationRoutes(deps: ApiDeps): Route[] {
  const { databases } = deps
  return [
    route({
      method: 'get',
      path: '/admin/operations',
      summary: 'Operations of all people and services, newest first',
      auth: 'admin',
      query: AdminOperationQuery,
      responses: { 200: AdminOperationList },
      handle: async ({ query: { limit, cursor, q, since, ...choice } }) => {
        const filters = ['admin/operations', { ...choice, since, q }]
        const before = decodeCursor(filters, cursor)
        const listed = q
          ? await namedOperations(databases, q, limit)
          : await chosenOperations(databases, { ...choice, since: sinceOf(since) }, { limit: limit + 1, before })
        const shown = await withQuietStandings(deps, listed)
        const position = ({ row }: Shown) => ({ created_at: row.created_at.toISOString(), id: row.id })
        return ok({ ...pageOf(shown, limit, filters, position, presentAdminOperation), currency: CURRENCY })
      },
    }),
    route({
      method: 'get',
      path: '/admin/operations/counts',
      summary: 'How many of them stand or ended how',
      auth: 'admin',
      query: AdminCountQuery,
      responses: { 200: AdminCounts },
      handle: async ({ query: { since, ...choice } }) =>
        ok({ items: await countOperations(databases, { ...choice, since: sinceOf(since) }) }),
    }),
  ]
}
