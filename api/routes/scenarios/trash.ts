import { listDeleted, type Deleted } from '../../../db/scenarios/list.ts'
import { emptyTrash } from '../../../db/scenarios/scenarios.ts'
import type { ApiDeps } from '../../context.ts'
import { decodeUuidCursor, pageOf } from '../../http/cursor.ts'
import { noContent, ok, route, type Route } from '../../http/route.ts'
import { presentTrashed, TrashList, TrashQuery } from '../../schemas/trash.ts'

const position = ({ deleted_at, id }: Deleted) => ({ created_at: deleted_at.toISOString(), id })

export function trashRoutes({ databases: { scenarios } }: Pick<ApiDeps, 'databases'>): Route[] {
  return [
    route({
      method: 'get',
      path: '/trash',
      summary: 'One’s own deleted scenarios that can still be restored, the last deleted first',
      auth: 'user',
      query: TrashQuery,
      responses: { 200: TrashList },
      handle: async ({ user, query: { limit, cursor } }) => {
        const filters = ['trash']
        const rows = await listDeleted(scenarios, user.id, decodeUuidCursor(filters, cursor), limit + 1)
        return ok(pageOf(rows, limit, filters, position, presentTrashed))
      },
    }),
    route({
      method: 'delete',
      path: '/trash',
      summary: 'Empty it: what was in it is gone for good',
      auth: 'user',
      responses: { 204: null },
      handle: async ({ user }) => {
        await emptyTrash(scenarios, user.id)
        return noContent
      },
    }),
  ]
}
