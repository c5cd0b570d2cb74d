import { sql, type Transaction } from 'kysely'
import { RETENTION } from '../retention.ts'
import type { Executor } from './connection.ts'
import type { AcceptTables } from './operations/schema.ts'
import { ago } from './time.ts'

export interface IdempotencyScope {
  readonly caller: string
  readonly route: string
  readonly key: string
}

/** An answer as it is kept: everything but tokens. */
export interface KeptAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
}

/**
 * Claims the key for this transaction. The lock goes with the transaction, so a process that dies holds nothing;
 * it never waits, so a second request can be told at once that the first is still at work.
 */
export async function tryLockKey(trx: Transaction<AcceptTables>, scope: IdempotencyScope): Promise<boolean> {
  const { rows } = await sql<{ locked: boolean }>`
    select pg_try_advisory_xact_lock(hashtextextended(${`${scope.caller} ${scope.route} ${scope.key}`}, 0)) as locked`.execute(
    trx,
  )
  return rows[0]?.locked ?? false
}

export async function findAnswer(
  db: Executor<AcceptTables>,
  scope: IdempotencyScope,
): Promise<{ body_hash: Buffer; answer: KeptAnswer } | undefined> {
  const row = await db
    .selectFrom('idempotency_keys')
    .select(['body_hash', 'answer'])
    .where('caller', '=', scope.caller)
    .where('route', '=', scope.route)
    .where('key', '=', scope.key)
    .where('created_at', '>', ago(RETENTION.idempotencyKeys))
    .executeTakeFirst()
  return row && { body_hash: row.body_hash, answer: row.answer as KeptAnswer }
}

/** Keeps the first answer. An older one of the same key, past its time, gives way. */
export async function keepAnswer(
  trx: Transaction<AcceptTables>,
  scope: IdempotencyScope,
  bodyHash: Buffer,
  answer: KeptAnswer,
): Promise<void> {
  const row = { body_hash: bodyHash, answer: JSON.stringify(answer) }
  await trx
    .insertInto('idempotency_keys')
    .values({ ...scope, ...row })
    .onConflict((c) =>
      c.columns(['caller', 'route', 'key']).doUpdateSet({ ...row, created_at: sql`clock_timestamp()` }),
    )
    .execute()
}
