import { randomUUID } from 'node:crypto'
import type { Transaction } from 'kysely'
import { KINDS, operationId, type OperationKind } from '../contracts/kinds.ts'
import { insertAccepted, type AcceptedRow } from '../db/operations/intents.ts'
import type { AcceptTables, NewOperation } from '../db/operations/schema.ts'
import { acceptTables } from '../db/tables.ts'

/** What tells apart one operation of a kind from the others. @param inputOf its workflow's argument, which holds the id */
export function newOperation<I extends object>(
  kind: OperationKind,
  about: Pick<NewOperation, 'owner_id' | 'request_id' | 'summary'>,
  inputOf: (id: string) => I,
): NewOperation & { readonly input: I } {
  const id = operationId(kind, randomUUID())
  return { id, kind, ...about, workflow: KINDS[kind].workflow, input: inputOf(id) }
}

/** What is accepted, and what is written with it. */
export interface Order<DB> {
  readonly operation: NewOperation
  readonly also: (trx: Transaction<DB>) => Promise<void>
}

/** Takes work so that it cannot be lost: the operation, the intent to start its workflow, and what goes with it. */
export async function acceptOperation<DB extends AcceptTables>(
  trx: Transaction<DB>,
  { operation, also }: Order<DB>,
): Promise<AcceptedRow> {
  await also(trx)
  return insertAccepted(acceptTables(trx), operation)
}
