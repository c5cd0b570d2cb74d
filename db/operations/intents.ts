import { sql, type Transaction } from 'kysely'
import type { Executor } from '../connection.ts'
import { ago } from '../time.ts'
import { count } from '../../telemetry/tally.ts'
import { countedAs, operationValues, reopenOperation, UNHEARD } from './operations.ts'
import type { AcceptTables, NewOperation, OperationRow } from './schema.ts'

/** How long the relay leaves a new intent to the request that wrote it (its start deadline is 1 s). */
const HEAD_START = sql<Date>`clock_timestamp() + interval '2 seconds'`

/** What the relay takes in its next round. What is put off is not: one that cannot be started holds nobody up. */
const OVERDUE = sql`select from start_intents where due_at <= ${ago(0)}`

/** Whether intents are due, and ends that were not heard of: one cheap question for what is there once in a blue moon. */
export async function whatIsDue(db: Executor<AcceptTables>): Promise<{ starts: boolean; cancels: boolean }> {
  const { rows } = await sql<{ starts: boolean; cancels: boolean }>`
    select exists (${OVERDUE}) as starts, exists (select from operations where ${UNHEARD}) as cancels`.execute(db)
  return rows[0] ?? { starts: false, cancels: false }
}

/** Accepted work, and whether older work is due and not started: a start of its own would overtake that. */
export type AcceptedRow = OperationRow & { readonly waits_behind: boolean }

/** Writes down accepted work with the promise to start it: after its head start, or behind what is due already. */
export function insertAccepted(trx: Transaction<AcceptTables>, operation: NewOperation): Promise<AcceptedRow> {
  return trx
    .with('queue', (db) => db.selectNoFrom(sql<boolean>`exists (${OVERDUE})`.as('waits_behind')))
    .with('accepted', (db) => db.insertInto('operations').values(operationValues(operation)).returningAll())
    .with('intent', (db) =>
      db
        .insertInto('start_intents')
        .columns(['operation_id', 'due_at'])
        .expression((eb) =>
          eb
            .selectFrom(['accepted', 'queue'])
            .select([
              'accepted.id',
              sql<Date>`case when waits_behind then ${ago(0)} else ${HEAD_START} end`.as('due_at'),
            ]),
        ),
    )
    .selectFrom(['accepted', 'queue'])
    .selectAll()
    .executeTakeFirstOrThrow() as Promise<AcceptedRow>
}

/** Twice promises it once. */
export async function insertStartIntent(trx: Transaction<AcceptTables>, operationId: string): Promise<void> {
  await trx
    .insertInto('start_intents')
    .values({ operation_id: operationId, due_at: HEAD_START })
    .onConflict((c) => c.doNothing())
    .execute()
}

/**
 * Opens a failed or cancelled operation for its next attempt, with the promise to start it. Undefined when it is neither.
 * @param reason an operator's, who does it to many: it is kept, and people who wait go first
 */
export async function reopenAccepted(
  trx: Transaction<AcceptTables>,
  id: string,
  reason?: string,
): Promise<OperationRow | undefined> {
  const row = await reopenOperation(trx, id, reason)
  if (!row) return undefined
  await insertStartIntent(trx, id)
  count('scenor_operation_retries_total', { kind: countedAs(row) })
  return row
}

/**
 * Removes the intent of an operation that Temporal has. The commit is not waited for: one that a crash of the database brings back is
 * started again, and Temporal says that it has it.
 */
export async function forgetStartIntent(db: Executor<AcceptTables>, operationId: string): Promise<void> {
  await db
    .deleteFrom('start_intents')
    .where('operation_id', '=', operationId)
    .where(sql<boolean>`set_config('synchronous_commit', 'off', true) = 'off'`)
    .execute()
}

/**
 * Makes due what was put off, as of when it was promised: the relay takes what is due for the longest time, and so the oldest first, before
 * whatever was promised later.
 */
export async function hurryIntents(db: Executor<AcceptTables>): Promise<void> {
  await sql`update start_intents set due_at = created_at where tries > 0 and due_at > created_at`.execute(db)
}

/** Returns whether there was one: an operation without intent has reached Temporal. */
export async function deleteStartIntent(db: Executor<AcceptTables>, operationId: string): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('start_intents')
    .where('operation_id', '=', operationId)
    .executeTakeFirst()
  return numDeletedRows > 0n
}

/** Accepted operations whose workflow is not started yet, and for how many seconds the oldest. */
export async function waitingIntents(db: Executor<AcceptTables>): Promise<{ n: number; oldest_s: number }> {
  const { rows } = await sql<{ n: number; oldest_s: number }>`
    select count(*)::int as n, coalesce(extract(epoch from clock_timestamp() - min(created_at)), 0)::float8 as oldest_s
    from start_intents`.execute(db)
  return rows[0] ?? { n: 0, oldest_s: 0 }
}

/**
 * Takes due intents and puts them off by a growing time (2 s doubling to 1 min) in the same statement, so that a relay that dies
 * at work leaves them to the next one. `skip locked` keeps several relays from waiting for each other.
 * @returns the operations to start, oldest promise first, with the number of tries so far
 */
export async function claimDueIntents(
  db: Executor<AcceptTables>,
  limit: number,
): Promise<(OperationRow & { tries: number })[]> {
  const { rows } = await sql<OperationRow & { tries: number }>`
    with due as (
      select operation_id from start_intents where due_at <= ${ago(0)}
      order by due_at limit ${limit} for update skip locked
    ), claimed as (
      update start_intents i
      set tries = i.tries + 1, due_at = clock_timestamp() + least(interval '1 minute', interval '2 seconds' * (2 ^ least(i.tries, 5)))
      from due where i.operation_id = due.operation_id
      returning i.operation_id, i.tries, i.created_at as promised_at
    )
    select o.*, claimed.tries from claimed join operations o on o.id = claimed.operation_id
    order by claimed.promised_at`.execute(db)
  return rows
}
