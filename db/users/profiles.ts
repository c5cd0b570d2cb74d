import { sql, type Transaction } from 'kysely'
import { fail } from '../../errors.ts'
import { violatedUnique, type Executor } from '../connection.ts'
import type { ProfileRow, UsersDb } from './schema.ts'

export interface NewProfile {
  readonly id: string
  readonly username: string
  readonly full_name: string | null
  readonly phone_number: string | null
  readonly locale: string | null
}

/**
 * Makes the profile of an account, once: a second call finds the first one's row and is content.
 * @throws AppError auth.username_taken
 */
export async function insertProfile(db: Executor<UsersDb>, profile: NewProfile): Promise<void> {
  try {
    await db
      .insertInto('profiles')
      .values(profile)
      .onConflict((c) => c.column('id').doNothing())
      .execute()
  } catch (error) {
    if (violatedUnique(error) === 'profiles_username_key') fail('auth.username_taken')
    throw error
  }
}

export async function deleteProfile(db: Executor<UsersDb>, id: string): Promise<void> {
  await db.deleteFrom('profiles').where('id', '=', id).execute()
}

export function findProfile(db: Executor<UsersDb>, id: string): Promise<ProfileRow | undefined> {
  return db.selectFrom('profiles').selectAll().where('id', '=', id).executeTakeFirst()
}

/** What a person is called, for answers that show no more of a profile: asked with every look at oneself. */
export type ProfileName = Pick<ProfileRow, 'username' | 'full_name' | 'locale'>

export function findProfileName(db: Executor<UsersDb>, id: string): Promise<ProfileName | undefined> {
  return db.selectFrom('profiles').select(['username', 'full_name', 'locale']).where('id', '=', id).executeTakeFirst()
}

export async function usernameTaken(db: Executor<UsersDb>, username: string): Promise<boolean> {
  const row = await db
    .selectFrom('profiles')
    .select('id')
    .where(sql<boolean>`lower(username) = lower(${username})`)
    .executeTakeFirst()
  return row !== undefined
}

export async function findLocale(db: Executor<UsersDb>, id: string): Promise<string | null> {
  const row = await db.selectFrom('profiles').select('locale').where('id', '=', id).executeTakeFirst()
  return row?.locale ?? null
}

/** Everything that a person can set. */
export interface ProfileFields {
  readonly username?: string | undefined
  readonly full_name: string | null
  readonly phone_number: string | null
  readonly avatar_url: string | null
  readonly bio: string | null
  readonly locale: string | null
  readonly timezone: string | null
  readonly settings: Record<string, unknown>
}

/**
 * Replaces a profile; without a username the old one stays.
 * @returns the new row, or undefined when there is none
 * @throws AppError user.username_taken
 */
export async function replaceProfile(
  trx: Transaction<UsersDb>,
  id: string,
  { username, settings, ...fields }: ProfileFields,
): Promise<ProfileRow | undefined> {
  try {
    return await trx
      .updateTable('profiles')
      .set({
        ...fields,
        settings: JSON.stringify(settings),
        version: sql`version + 1`,
        updated_at: sql`clock_timestamp()`,
      })
      .$if(username !== undefined, (q) => q.set({ username: username as string }))
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirst()
  } catch (error) {
    if (violatedUnique(error) === 'profiles_username_key') fail('user.username_taken')
    throw error
  }
}
