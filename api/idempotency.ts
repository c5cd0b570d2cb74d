import { createHmac } from 'node:crypto'
import type { Kysely, Transaction } from 'kysely'
import { findAnswer, keepAnswer, tryLockKey, type IdempotencyScope } from '../db/operations/idempotency.ts'
import type { AcceptTables } from '../db/operations/schema.ts'
import { fail } from '../errors.ts'
import type { Answer } from './route.ts'

const MAX_KEY = 255

/**
 * The key of a request, or undefined without one.
 * @throws AppError validation.failed when it is too long; an empty one counts as none
 */
export function idempotencyKey(header: string | undefined): string | undefined {
  if (!header) return undefined
  if (header.length > MAX_KEY) fail('validation.failed', { errors: [{ path: '', reason: `max_key ${MAX_KEY}` }] })
  return header
}

export type Once = <DB extends AcceptTables>(
  db: Kysely<DB>,
  work: (trx: Transaction<DB>) => Promise<Answer>,
) => Promise<Answer & { replayed: boolean }>

/**
 * Work and kept answer are one transaction: after a crash either both are there or neither, so a repeated request can never do
 * the work twice. A refusal keeps nothing; the same key may then try again.
 * @param secret keys the hash of the body, which may hold a password
 */
export function createOnce(
  secret: Buffer,
  scope: Omit<IdempotencyScope, 'key'>,
  key: string | undefined,
  body: unknown,
): Once {
  return (db, work) =>
    db.transaction().execute(async (trx) => {
      if (key === undefined) return { ...(await work(trx)), replayed: false }
      // The tables of the accept path are in every service's database; kysely's transaction type is invariant in its tables.
      const accept = trx as unknown as Transaction<AcceptTables>
      const full = { ...scope, key }
      const bodyHash = createHmac('sha256', secret)
        .update(JSON.stringify(body) ?? '')
        .digest()
      if (!(await tryLockKey(accept, full))) fail('idempotency.in_progress', { headers: { 'Retry-After': '1' } })
      const first = await findAnswer(accept, full)
      if (first && !first.body_hash.equals(bodyHash)) fail('idempotency.key_reused')
      if (first) return { ...first.answer, replayed: true }
      const answer = await work(trx)
      await keepAnswer(accept, full, bodyHash, { ...answer, headers: answer.headers ?? {}, body: answer.body ?? null })
      return { ...answer, replayed: false }
    })
}
