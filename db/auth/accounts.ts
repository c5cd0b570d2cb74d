import { sql, type Transaction } from 'kysely'
import { fail } from '../../errors/errors.ts'
import { RETENTION } from '../../retention.ts'
import { violatedUnique, type Executor } from '../connection.ts'
import { ago } from '../time.ts'
import type { AccountRow, AuthDb } from './schema.ts'

export interface NewAccount {
  readonly id: string
  readonly email: string
  readonly password_hash: string
  readonly pepper_id: string
  readonly phone_number: string | null
}

const now = sql<Date>`clock_timestamp()`

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

/** A new password for an old one, unless somebody else was faster: two changes at once must not both succeed with one old password. */
export const replacePassword = (
  db: Executor<AuthDb>,
  id: string,
  old: string,
  next: { password_hash: string; pepper_id: string },
): Promise<boolean> => replaceHash(db, id, old, { ...next, password_changed_at: now })

/** Another hash of the same password, unless it was replaced meanwhile. */
export async function replaceHash(
  db: Executor<AuthDb>,
  id: string,
  old: string,
  next: { password_hash: string; pepper_id: string; password_changed_at?: typeof now },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('accounts')
    .set(next)
    .where('id', '=', id)
    .where('password_hash', '=', old)
    .where('status', '=', 'active')
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** @returns whether it was not verified before */
export async function markVerified(
  trx: Transaction<AuthDb>,
  { id, email }: Pick<AccountRow, 'id' | 'email'>,
): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('accounts')
    .set({ email_verified_at: sql<Date>`clock_timestamp()` })
    .where('id', '=', id)
    // Somebody else may have proven it at this moment, and the account has none any more.
    .where('email', '=', email)
    .where('email_verified_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/**
 * Gives an account the address that was just proven to be its person's.
 * @throws AppError auth.email_taken
 */
export async function moveToEmail(trx: Transaction<AuthDb>, id: string, email: string): Promise<void> {
  try {
    await trx
      .updateTable('accounts')
      .set({ email, email_verified_at: sql<Date>`clock_timestamp()` })
      .where('id', '=', id)
      .execute()
  } catch (error) {
    if (violatedUnique(error) === 'accounts_email_key') fail('auth.email_taken')
    throw error
  }
}

/** No address has this end (RFC 6761 §6.4). */
const NO_ADDRESS = '@unconfirmed.invalid'

/** Whether it lost its address so. */
export const hasNoAddress = ({ email }: Pick<AccountRow, 'email'>): boolean => email.endsWith(NO_ADDRESS)

/** Takes an address away from an account that never proved it. @returns its id, or undefined where nobody has the address so */
export async function dislodgeUnconfirmed(trx: Transaction<AuthDb>, email: string): Promise<string | undefined> {
  const row = await trx
    .updateTable('accounts')
    .set({ email: sql<string>`id::text || ${NO_ADDRESS}` })
    .where('email', '=', email)
    .where('email_verified_at', 'is', null)
    .where('status', '=', 'active')
    .returning('id')
    .executeTakeFirst()
  return row?.id
}

/** Whether an address can be had: nobody has it, or somebody who never proved it. */
export async function isEmailFree(db: Executor<AuthDb>, email: string): Promise<boolean> {
  const holder = await findAccountByEmail(db, email)
  return !holder || (holder.status === 'active' && holder.email_verified_at === null)
}

/** Ids of all active admins. */
export async function listAdmins(db: Executor<AuthDb>): Promise<string[]> {
  const rows = await db
    .selectFrom('accounts')
    .select('id')
    .where('status', '=', 'active')
    .where(sql<boolean>`'admin' = any(roles)`)
    .execute()
  return rows.map(({ id }) => id)
}

/** Whether that account is an active admin's now. */
export async function isAdmin(db: Executor<AuthDb>, id: string): Promise<boolean> {
  const active = db.selectFrom('accounts').select('roles').where('id', '=', id).where('status', '=', 'active')
  return (await active.executeTakeFirst())?.roles.includes('admin') ?? false
}

/** @returns whether the account had other roles before */
export async function setRoles(trx: Transaction<AuthDb>, id: string, roles: string[]): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('accounts')
    .set({ roles })
    .where('id', '=', id)
    .where(sql<boolean>`roles <> ${roles}::text[]`)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Registrations that nobody finished in time, and their operations. */
export async function listStalePending(
  db: Executor<AuthDb>,
  limit: number,
): Promise<{ account_id: string; operation_id: string | null }[]> {
  return db
    .selectFrom('accounts')
    .leftJoin('operations', (join) =>
      join.onRef('operations.owner_id', '=', 'accounts.id').on('operations.kind', '=', 'registration'),
    )
    .select(['accounts.id as account_id', 'operations.id as operation_id'])
    .where('accounts.status', '=', 'pending')
    .where('accounts.created_at', '<', ago(RETENTION.pendingAccounts))
    .orderBy('accounts.created_at')
    .limit(limit)
    .execute()
}

/** Sets the hash whatever the old one was: the right to it was proven by a one-time token. */
export async function setPassword(
  trx: Transaction<AuthDb>,
  id: string,
  next: { password_hash: string; pepper_id: string },
): Promise<void> {
  await trx
    .updateTable('accounts')
    .set({ ...next, password_changed_at: now })
    .where('id', '=', id)
    .where('status', '=', 'active')
    .execute()
}

/** Accounts whose hashes tell which peppers are in use. */
const SAMPLE = 1_000

/** Which peppers went into the hashes of the newest accounts. */
export async function newestPeppers(db: Executor<AuthDb>): Promise<string[]> {
  const newest = db.selectFrom('accounts').select('pepper_id').orderBy('id', 'desc').limit(SAMPLE)
  const rows = await db.selectFrom(newest.as('newest')).select('pepper_id').distinct().execute()
  return rows.map((row) => row.pepper_id)
}
