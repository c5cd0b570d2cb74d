import type { Client } from '@temporalio/client'
import type { Kysely, Transaction } from 'kysely'
import { acceptOperation, type Order } from '../../commands/orders.ts'
import { serviceOf } from '../../contracts/kinds.ts'
import type { Databases } from '../../db/databases.ts'
import { forgetStartIntent, type AcceptedRow } from '../../db/operations/intents.ts'
import { findOperation } from '../../db/operations/operations.ts'
import type { AcceptTables, OperationRow } from '../../db/operations/schema.ts'
import { fail } from '../../errors/errors.ts'
import type { Logger } from '../../telemetry/logger.ts'
import { inSpan } from '../../telemetry/spans.ts'
import { startOperation } from '../../temporal/start.ts'
import type { Request } from './route.ts'
import { acceptedOperation } from '../schemas/operations.ts'

/** How long a request waits for the Temporal server before it leaves the start to the relay. */
const FAST_PATH_MS = 1_000

type Accepting = Pick<Request<unknown, unknown, unknown, unknown>, 'once' | 'language'>
export type Accepted = ReturnType<typeof acceptedOperation> & { replayed: boolean }

export interface Acceptor {
  /**
   * Takes work so that it cannot be lost. In one transaction of the owning service: the kept answer to the idempotency key, the
   * operation, the intent to start its workflow, and what the order writes with it. Then the start, at once where Temporal is there.
   * @param db the database that holds operations of this kind
   * @param order what is accepted, or what finds that out and may refuse: it is asked before any transaction, and not when the first answer
   *   is given again
   * @returns 202 with the operation, or the first answer again
   */
  accept<DB extends AcceptTables>(
    request: Accepting,
    db: Kysely<DB>,
    order: Order<DB> | (() => Promise<Order<DB>>),
  ): Promise<Accepted>
  /**
   * After a commit that wrote an intent: starts it. Never throws; the relay finishes what this could not, and starts what would overtake
   * work that waits since an outage.
   */
  start(operation: OperationRow | AcceptedRow): Promise<void>
}

export function createAcceptor(deps: {
  databases: Databases
  temporal: Client
  suffix: string
  logger: Logger
}): Acceptor {
  const { databases, temporal, suffix, logger } = deps

  const start = async (operation: OperationRow | AcceptedRow) => {
    if ('waits_behind' in operation && operation.waits_behind) return
    const service = serviceOf(operation.kind)
    try {
      await startOperation(temporal, service, suffix, operation, FAST_PATH_MS)
      // A crash between these two lines: the relay starts it again, and Temporal says that it has it.
      await forgetStartIntent(databases[service], operation.id)
    } catch (error) {
      logger.warn(
        { err: error, operation_id: operation.id, workflow_id: operation.id },
        'accepted; the relay will start it',
      )
    }
  }
  return {
    start,
    accept: async <DB extends AcceptTables>(
      request: Accepting,
      db: Kysely<DB>,
      order: Order<DB> | (() => Promise<Order<DB>>),
    ) => {
      const language = await request.language()
      let row: AcceptedRow | undefined
      const accepting = async (trx: Transaction<DB>, wanted: Order<DB>) => {
        row = await acceptOperation(trx, wanted)
        return acceptedOperation(row, language)
      }
      const answer = await inSpan({ name: 'accept' }, async (span) => {
        const accepted =
          typeof order === 'function'
            ? await request.once(db, accepting, order)
            : await request.once(db, (trx) => accepting(trx, order))
        span.set({ name: `accept ${row?.kind ?? 'again'}`, 'operation.id': row?.id })
        return accepted
      })
      if (row && !answer.replayed) {
        logger.info({ operation_id: row.id, workflow_id: row.id, kind: row.kind }, 'accepted')
        await start(row)
      }
      return answer as Accepted
    },
  }
}

/** The operation that an accepted answer tells of, as it is now. */
export async function operationOf(db: Kysely<AcceptTables>, accepted: Accepted): Promise<OperationRow> {
  return (await findOperation(db, accepted.body.id)) ?? fail('operation.not_found')
}
