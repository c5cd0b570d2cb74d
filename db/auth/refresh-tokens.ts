import { sql, type Transaction } from 'kysely'
import type { Executor } from '../connection.ts'
import { REFRESH_IDLE } from './sessions.ts'
import type { AuthDb } from './schema.ts'

/** A session whose refresh token was good. */
export interface Refreshed {
  readonly session_id: string
  readonly account_id: string
}

/**
 * Uses up a living refresh token in one compare-and-set and puts its successor in its place. Of requests at the same moment one
 * succeeds; the others wait for its commit and find the token used.
 * @returns the session, or undefined when the token is unknown, used, expired, or its session ended
 */
export async function rotateRefreshToken(
  trx: Transaction<AuthDb>,
  token: { readonly hash: Buffer; readonly successor_hash: Buffer; readonly successor_salt: Buffer },
): Promise<Refreshed | undefined> {
  const used = await trx
    .updateTable('refresh_tokens as t')
    .from('sessions as s')
    .innerJoin('accounts as a', 'a.id', 's.account_id')
    .set({ used_at: sql<Date>`clock_timestamp()`, successor_salt: token.successor_salt })
    .whereRef('s.id', '=', 't.session_id')
    .where('t.token_hash', '=', token.hash)
    .where('t.used_at', 'is', null)
    .where('a.status', '=', 'active')
    .where(sql<boolean>`t.expires_at > clock_timestamp() and s.expires_at > clock_timestamp() and s.revoked_at is null`)
    .returning(['s.id as session_id', 's.account_id'])
    .executeTakeFirst()
  if (!used) return undefined
  await trx
    .insertInto('refresh_tokens')
    .values({ token_hash: token.successor_hash, session_id: used.session_id, expires_at: REFRESH_IDLE })
    .execute()
  await trx
    .updateTable('sessions')
    .set({ last_used_at: sql<Date>`clock_timestamp()` })
    .where('id', '=', used.session_id)
    .execute()
  return used
}

/** The living session of a token, used or not. */
export function findSessionOfRefreshToken(db: Executor<AuthDb>, hash: Buffer): Promise<Refreshed | undefined> {
  return db
    .selectFrom('refresh_tokens as t')
    .innerJoin('sessions as s', 's.id', 't.session_id')
    .select(['s.id as session_id', 's.account_id'])
    .where('t.token_hash', '=', hash)
    .where(sql<boolean>`s.expires_at > clock_timestamp() and s.revoked_at is null`)
    .executeTakeFirst()
}

export interface UsedRefreshToken extends Refreshed {
  readonly successor_salt: Buffer
  /** How long ago, by the database's clock, so that several API processes agree. */
  readonly used_ms_ago: number
}

/** A token that was used before, of a session that still lives. */
export function findUsedRefreshToken(trx: Transaction<AuthDb>, hash: Buffer): Promise<UsedRefreshToken | undefined> {
  return trx
    .selectFrom('refresh_tokens as t')
    .innerJoin('sessions as s', 's.id', 't.session_id')
    .innerJoin('accounts as a', 'a.id', 's.account_id')
    .select(['s.id as session_id', 's.account_id'])
    .select(sql<Buffer>`t.successor_salt`.as('successor_salt'))
    .select(sql<number>`(extract(epoch from clock_timestamp() - t.used_at) * 1000)::float8`.as('used_ms_ago'))
    .where('t.token_hash', '=', hash)
    .where('t.used_at', 'is not', null)
    .where('a.status', '=', 'active')
    .where(sql<boolean>`s.expires_at > clock_timestamp() and s.revoked_at is null`)
    .executeTakeFirst()
}

/** Is this the token that its session goes on with? */
export async function isLivingRefreshToken(trx: Transaction<AuthDb>, hash: Buffer): Promise<boolean> {
  const row = await trx
    .selectFrom('refresh_tokens')
    .select('session_id')
    .where('token_hash', '=', hash)
    .where('used_at', 'is', null)
    .executeTakeFirst()
  return row !== undefined
}
