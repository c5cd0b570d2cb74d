import { sql, type Transaction } from 'kysely'
import { fail } from '../../errors.ts'
import { violatedUnique, type Executor } from '../connection.ts'
import type { AccountRow, AuthDb } from './schema.ts'

export interface NewAccount {
  readonly id: string
  readonly email: string
  readonly password_hash: string
  readonly pepper_id: string
  readonly phone_number: string | null
}

/** @throws AppError auth.email_taken */
export async function insertPendingAccount(trx: Transaction<AuthDb>, account: NewAccount): Promise<AccountRow> {
  try {
    return await trx.insertInto('accounts').values(account).returningAll().executeTakeFirstOrThrow()
  } catch (error) {
    if (violatedUnique(error) === 'accounts_email_key') fail('auth.email_taken')
    throw error
  }
}

export function findAccount(db: Executor<AuthDb>, id: string): Promise<AccountRow | undefined> {
  return db.selectFrom('accounts').selectAll().where('id', '=', id).executeTakeFirst()
}

/** @param email lower case */
export function findAccountByEmail(db: Executor<AuthDb>, email: string): Promise<AccountRow | undefined> {
  return db.selectFrom('accounts').selectAll().where('email', '=', email).executeTakeFirst()
}

/** The phone number has moved to the profile. */
export async function activateAccount(trx: Transaction<AuthDb>, id: string): Promise<void> {
  await trx.updateTable('accounts').set({ status: 'active', phone_number: null }).where('id', '=', id).execute()
}

/** Frees the address of a registration that gave up. An active account is never touched. */
export async function deletePendingAccount(trx: Transaction<AuthDb>, id: string): Promise<void> {
  await trx.deleteFrom('accounts').where('id', '=', id).where('status', '=', 'pending').execute()
}

/** A session with what every request must know of its account. */
export interface LivingSession {
  readonly session_id: string
  readonly account_id: string
  readonly roles: string[]
}

/** The session behind an access token, unless it ended. */
export function findLivingSession(db: Executor<AuthDb>, sessionId: string): Promise<LivingSession | undefined> {
  return db
    .selectFrom('sessions')
    .innerJoin('accounts', 'accounts.id', 'sessions.account_id')
    .select(['sessions.id as session_id', 'accounts.id as account_id', 'accounts.roles'])
    .where('sessions.id', '=', sessionId)
    .where('sessions.revoked_at', 'is', null)
    .where('accounts.status', '=', 'active')
    .where(sql<boolean>`sessions.expires_at > clock_timestamp()`)
    .executeTakeFirst()
}

export interface NewSession {
  readonly id: string
  readonly account_id: string
  readonly user_agent: string | null
  readonly ip: string | null
  readonly refresh_token_hash: Buffer
}

/** Absolute life of a session, and how long its refresh token may lie idle. */
const SESSION_LIFE = sql<Date>`clock_timestamp() + interval '30 days'`
const REFRESH_IDLE = sql<Date>`clock_timestamp() + interval '14 days'`

export async function insertSession(
  trx: Transaction<AuthDb>,
  { refresh_token_hash, ...session }: NewSession,
): Promise<void> {
  await trx
    .insertInto('sessions')
    .values({ ...session, expires_at: SESSION_LIFE })
    .execute()
  await trx
    .insertInto('refresh_tokens')
    .values({ token_hash: refresh_token_hash, session_id: session.id, expires_at: REFRESH_IDLE })
    .execute()
}
