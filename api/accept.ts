import type { Client } from '@temporalio/client'
import type { Kysely, Transaction } from 'kysely'
import type { Databases } from '../db/connection.ts'
import { forgetStartIntent, insertAccepted } from '../db/operations/intents.ts'
import { findOperation } from '../db/operations/operations.ts'
import type { AcceptTables, NewOperation, OperationRow } from '../db/operations/schema.ts'
import { fail } from '../errors.ts'
import type { Logger } from '../logger.ts'
import type { Service } from '../services.ts'
import { startOperation } from '../temporal.ts'
import type { Request } from './route.ts'
import { acceptedOperation } from './schemas/operations.ts'

/** How long a request waits for the Temporal server before it leaves the start to the relay. */
const FAST_PATH_MS = 1_000

type Accepting = Pick<Request<unknown, unknown, unknown, unknown>, 'once' | 'language'>
export type Accepted = ReturnType<typeof acceptedOperation> & { replayed: boolean }

export interface Acceptor {
  /**
   * Takes work so that it cannot be lost. In one transaction of the owning service: the kept answer to the idempotency key, the
   * operation, the intent to start its workflow, and what `also` writes. Then the start, at once where Temporal is there.
   * @param db the database of `service`
   * @param operation what is accepted, or what finds that out and may refuse: it is not asked when the first answer is given again
   * @returns 202 with the operation, or the first answer again
   */
  accept<DB extends AcceptTables>(
    request: Accepting,
    service: Service,
    db: Kysely<DB>,
    operation: NewOperation | (() => Promise<NewOperation>),
    also: (trx: Transaction<DB>, operation: NewOperation) => Promise<void>,
  ): Promise<Accepted>
  /** After a commit that wrote an intent: starts it. Never throws; the relay finishes what this could not. */
  start(service: Service, operation: OperationRow): Promise<void>
}

export function createAcceptor(deps: {
  databases: Databases
  temporal: Client
  suffix: string
  logger: Logger
}): Acceptor {
  const { databases, temporal, suffix, logger } = deps

  const start = async (service: Service, operation: OperationRow) => {
    try {
      await startOperation(temporal, service, suffix, operation, FAST_PATH_MS)
      // A crash between these two lines: the relay starts it again, and Temporal says that it has it.
      await forgetStartIntent(databases[service], operation.id)
    } catch (error) {
      logger.warn(
        { err: error, workflow_id: operation.id, request_id: operation.request_id },
        'accepted; the relay will start it',
      )
    }
  }
  return {
    start,
    accept: async (request, service, db, operation, also) => {
      const language = await request.language()
      let row: OperationRow | undefined
      const answer = await request.once(db, async (trx) => {
        // kysely's transaction type is invariant in its tables; every service's database has these.
        const accept = trx as unknown as Transaction<AcceptTables>
        const accepted = typeof operation === 'function' ? await operation() : operation
        await also(trx, accepted)
        row = await insertAccepted(accept, accepted)
        return acceptedOperation(row, language)
      })
      if (row && !answer.replayed) await start(service, row)
      return answer as Accepted
    },
  }
}

/** The operation that an accepted answer tells of, as it is now. */
export async function operationOf(db: Kysely<AcceptTables>, accepted: Accepted): Promise<OperationRow> {
  return (await findOperation(db, accepted.body.id)) ?? fail('operation.not_found')
}
