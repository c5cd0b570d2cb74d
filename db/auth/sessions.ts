import { sql, type Insertable } from 'kysely'
import { RETENTION } from '../../retention.ts'
import { insertWhere } from '../conditional-insert.ts'
import type { Executor } from '../connection.ts'
import type { OutboxTable } from '../operations/schema.ts'
import { ahead } from '../time.ts'
import { isStrange, newDevice, surplusDevices, type SeenDevice } from './devices.ts'
import type { AuthDb, SecurityEventsTable, SessionRow } from './schema.ts'

/** A session with what every request must know of its account. */
export interface LivingSession {
  readonly session_id: string
  readonly account_id: string
  readonly roles: string[]
  readonly email: string
  readonly email_verified_at: Date | null
  readonly account_created_at: Date
  readonly password_changed_at: Date | null
}

const alive = sql<boolean>`sessions.revoked_at is null and sessions.expires_at > clock_timestamp()`

/** The session behind an access token, unless it ended. */
export function findLivingSession(db: Executor<AuthDb>, sessionId: string): Promise<LivingSession | undefined> {
  return db
    .selectFrom('sessions')
    .innerJoin('accounts', 'accounts.id', 'sessions.account_id')
    .select(['sessions.id as session_id', 'accounts.id as account_id', 'accounts.roles'])
    .select(['accounts.email', 'accounts.email_verified_at', 'accounts.created_at as account_created_at'])
    .select('accounts.password_changed_at')
    .where('sessions.id', '=', sessionId)
    .where('accounts.status', '=', 'active')
    .where(alive)
    .executeTakeFirst()
}

/** Where a session was begun. */
export function findSignIn(
  db: Executor<AuthDb>,
  sessionId: string,
): Promise<Pick<SessionRow, 'created_at' | 'ip' | 'user_agent'> | undefined> {
  return db
    .selectFrom('sessions')
    .select(['created_at', 'ip', 'user_agent'])
    .where('id', '=', sessionId)
    .executeTakeFirst()
}

/** Those of the sessions that have not ended. */
export async function listLivingSessions(db: Executor<AuthDb>, ids: readonly string[]): Promise<string[]> {
  const rows = await db
    .selectFrom('sessions')
    .innerJoin('accounts', 'accounts.id', 'sessions.account_id')
    .select('sessions.id')
    .where(sql<boolean>`sessions.id = any(${ids}::uuid[])`)
    .where('accounts.status', '=', 'active')
    .where(alive)
    .execute()
  return rows.map((row) => row.id)
}

/** Whose password was proven, and which one: that it still is the account's is a condition of the session. */
export interface ProvenAccount {
  readonly id: string
  readonly password_hash: string
}

export interface NewSession {
  readonly id: string
  readonly user_agent: string | null
  readonly ip: string | null
  readonly refresh_token_hash: Buffer
}

/** Absolute life of a session, and how long its refresh token may lie idle. */
const SESSION_LIFE = ahead(RETENTION.sessions)
export const REFRESH_IDLE = ahead(RETENTION.idleSessions)

/** What is written of a login. */
export interface LoginRecords {
  readonly securityEvent: Insertable<SecurityEventsTable>
  readonly event: Insertable<OutboxTable>
  /** Of a device without a proof: the event that has its person told, written if it is strange. */
  readonly notice?: { readonly event: Insertable<OutboxTable>; readonly mayBeFirst: boolean } | undefined
}

/**
 * A session, its device, its first refresh token, and what is written of it, if the password that was proven still is the account's. One
 * statement is a transaction of its own, so that a login waits for the database once here instead of six times (begin, four inserts,
 * commit). Measured on two busy cores, with a hash of 26 ms, before there were devices: what a login costs beyond it fell from 6.4 to
 * 2.7 ms of processor time. What it is made of is found by key, so it is planned once a connection: 0.6 ms of Postgres' time instead of
 * 1.5, and 1.2 until it is done instead of 3.2.
 *
 * The account's row is locked: a password that is replaced at the same moment either ends this session, or refuses it. Without that, a
 * login that was at its hash while the password was reset would outlive the reset. Logins of one account take turns there: two that delete
 * the same surplus devices would each wait for what the other has locked (seen as deadlocks with 30 callers).
 * @returns whether there is such a session now
 */
export async function insertSession(
  db: Executor<AuthDb>,
  { id: account_id, password_hash }: ProvenAccount,
  { refresh_token_hash, ...session }: NewSession,
  device: SeenDevice,
  records?: LoginRecords,
): Promise<boolean> {
  const token = { token_hash: refresh_token_hash, session_id: session.id, expires_at: REFRESH_IDLE }
  const opened = db
    .with('proven', (q) =>
      q
        .selectFrom('accounts')
        .select('id')
        .where('id', '=', account_id)
        .where('password_hash', '=', password_hash)
        .where('status', '=', 'active')
        .forNoKeyUpdate(),
    )
    .with('device', (q) =>
      device.id === null
        ? insertWhere(q, 'devices', 'proven', newDevice(account_id, device)).returning('id')
        : q
            .updateTable('devices')
            .set({ last_used_at: sql<Date>`clock_timestamp()`, proven: true })
            .where('id', '=', device.id)
            .where(sql<boolean>`exists (select from proven)`)
            .returning('id'),
    )
    .with('surplus', (q) =>
      q
        .deleteFrom('devices')
        .where(surplusDevices(account_id, device))
        .where(sql<boolean>`exists (select from proven)`),
    )
    .with('opened', (q) =>
      insertWhere(q, 'sessions', 'proven', {
        ...session,
        account_id,
        device_id: sql<string>`(select id from device)`,
        expires_at: SESSION_LIFE,
      }).returning('id'),
    )
  const recorded = records
    ? opened
        .with('security_event', (q) => insertWhere(q, 'security_events', 'proven', records.securityEvent))
        .with('event', (q) => insertWhere(q, 'outbox', 'proven', records.event))
    : opened
  const { notice } = records ?? {}
  // What it asks of devices and sessions is how they were before this statement.
  const all = notice
    ? recorded
        .with('strange', (q) =>
          q
            .selectFrom('proven')
            .select('id')
            .where(isStrange(account_id, device, notice.mayBeFirst)),
        )
        .with('notice', (q) => insertWhere(q, 'outbox', 'strange', notice.event))
    : recorded
  const { numInsertedOrUpdatedRows } = await insertWhere(all, 'refresh_tokens', 'proven', token).executeTakeFirst()
  return (numInsertedOrUpdatedRows ?? 0n) > 0n
}

/** The living sessions of an account, newest first; `before` is the last row of the page before. */
export function listSessions(
  db: Executor<AuthDb>,
  {
    accountId,
    before,
    limit,
  }: { accountId: string; before?: { created_at: string; id: string } | undefined; limit: number },
): Promise<SessionRow[]> {
  return db
    .selectFrom('sessions')
    .selectAll()
    .where('account_id', '=', accountId)
    .where(alive)
    .$if(before !== undefined, (q) =>
      q.where(sql<boolean>`(created_at, id) < (${before?.created_at}::timestamptz, ${before?.id}::uuid)`),
    )
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
}

/**
 * Ends living sessions of an account: one, all, or all but one. Their refresh tokens die with them.
 * @param reason for operators
 * @returns those that ended
 */
export async function revokeSessions(
  db: Executor<AuthDb>,
  accountId: string,
  which: { readonly only?: string; readonly except?: string },
  reason: string,
): Promise<Pick<SessionRow, 'id' | 'device_id'>[]> {
  return db
    .updateTable('sessions')
    .set({ revoked_at: sql<Date>`clock_timestamp()`, revoked_for: reason })
    .where('account_id', '=', accountId)
    .where(alive)
    .$if(which.only !== undefined, (q) => q.where('id', '=', which.only as string))
    .$if(which.except !== undefined, (q) => q.where('id', '!=', which.except as string))
    .returning(['id', 'device_id'])
    .execute()
}

/** How long a sign-in is good for what cannot be undone. */
const FRESH = sql`interval '10 minutes'`

/** Whether this session was opened a short time ago; a refreshed one is as old as it was. */
export async function isFreshSession(db: Executor<AuthDb>, sessionId: string): Promise<boolean> {
  const row = await db
    .selectFrom('sessions')
    .select('id')
    .where('id', '=', sessionId)
    .where(sql<boolean>`created_at > clock_timestamp() - ${FRESH}`)
    .executeTakeFirst()
  return row !== undefined
}

/** Was the account ever signed in from this address? Addresses of people who know the password are not locked out by others' guesses. */
export async function wasSignedInFrom(db: Executor<AuthDb>, accountId: string, ip: string): Promise<boolean> {
  const row = await db
    .selectFrom('sessions')
    .select('id')
    .where('account_id', '=', accountId)
    .where('ip', '=', ip)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}
