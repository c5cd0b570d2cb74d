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

/** Replaces the hash, unless somebody else did so meanwhile: two changes at once must not both succeed with one old password. */
export async function replacePassword(
  db: Executor<AuthDb>,
  id: string,
  old: string,
  next: { password_hash: string; pepper_id: string },
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
export async function markVerified(trx: Transaction<AuthDb>, id: string): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('accounts')
    .set({ email_verified_at: sql<Date>`clock_timestamp()` })
    .where('id', '=', id)
    .where('email_verified_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows > 0n
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

/** Registrations that nobody finished within a day, and their operations. */
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
    .where(sql<boolean>`accounts.created_at < clock_timestamp() - interval '1 day'`)
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
  await trx.updateTable('accounts').set(next).where('id', '=', id).where('status', '=', 'active').execute()
}
