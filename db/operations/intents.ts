import { sql, type Transaction } from 'kysely'
import type { Executor } from '../connection.ts'
import type { AcceptTables, StartIntentRow } from './schema.ts'

export interface NewStartIntent {
  readonly operation_id: string
  readonly workflow: string
  readonly input: unknown
  readonly summary: string
}

/** How long the relay leaves a new intent to the request that wrote it (its start deadline is 1 s). */
const HEAD_START = sql<Date>`clock_timestamp() + interval '2 seconds'`

export async function insertStartIntent(trx: Transaction<AcceptTables>, intent: NewStartIntent): Promise<void> {
  await trx
    .insertInto('start_intents')
    .values({ ...intent, input: JSON.stringify(intent.input), due_at: HEAD_START })
    .execute()
}

export async function deleteStartIntent(db: Executor<AcceptTables>, operationId: string): Promise<void> {
  await db.deleteFrom('start_intents').where('operation_id', '=', operationId).execute()
}

/** An intent with what the relay needs to know of its operation. */
export type DueIntent = StartIntentRow & { owner_id: string; kind: string; request_id: string }

/**
 * Takes due intents and puts them off by a growing time (2 s doubling to 1 min) in the same statement, so that a relay that dies
 * at work leaves them to the next one. `skip locked` keeps several relays from waiting for each other.
 */
export async function claimDueIntents(db: Executor<AcceptTables>, limit: number): Promise<DueIntent[]> {
  const { rows } = await sql<DueIntent>`
    with due as (
      select operation_id from start_intents where due_at <= clock_timestamp()
      order by due_at limit ${limit} for update skip locked
    ), claimed as (
      update start_intents i
      set tries = i.tries + 1, due_at = clock_timestamp() + least(interval '1 minute', interval '2 seconds' * (2 ^ least(i.tries, 5)))
      from due where i.operation_id = due.operation_id
      returning i.*
    )
    select claimed.*, o.owner_id, o.kind, o.request_id from claimed join operations o on o.id = claimed.operation_id`.execute(db)
  return rows
}
