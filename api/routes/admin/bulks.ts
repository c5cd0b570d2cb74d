import { bulkOrder } from '../../../commands/bulks.ts'
import type { ApiDeps } from '../../context.ts'
import { route, type Route } from '../../http/route.ts'
import { BulkBody, sinceOf } from '../../schemas/admin.ts'
import { Operation } from '../../schemas/operations.ts'

/** The same for all operations that fit a choice, as an operation of its own. */
export function adminBulkRoutes({ databases, acceptor }: ApiDeps): Route[] {
  return [
    route({
      method: 'post',
      path: '/admin/bulks',
      summary:
        'Try again or stop all operations of `ai` that fit a choice now, a thousand at most; `result` counts them',
      auth: 'admin',
      body: BulkBody,
      idempotent: true,
      responses: { 202: Operation },
      errors: ['operation.none_fits'],
      handle: (request) => {
        const { action, reason, since, ...choice } = request.body
        const asked = { action, reason, choice: { ...choice, since: sinceOf(since) } }
        const by = { owner_id: request.user.id, request_id: request.requestId }
        return acceptor.accept(request, databases.ai, () => bulkOrder(databases.ai, asked, by))
      },
    }),
  ]
}
