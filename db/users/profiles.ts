import { sql, type Transaction } from 'kysely'
import { fail } from '../../errors/errors.ts'
import { violatedUnique, type Executor } from '../connection.ts'
import type { ProfileRow, UsersDb } from './schema.ts'
import { namedAs, skeletonsOf } from './skeleton.ts'
import { MAX_READING_MS, MIN_READING_MS } from '../../script/duration.ts'

export interface NewProfile {
  readonly id: string
  readonly username: string
  readonly full_name: string | null
  readonly phone_number: string | null
  readonly locale: string | null
}

/** Nobody else may have the name, nor one that looks like it. */
const NAME_KEYS = ['profiles_username_key', 'profiles_skeleton_key', 'profiles_skeleton_lower_key']
const isNameTaken = (error: unknown): boolean => NAME_KEYS.includes(violatedUnique(error) ?? '')

/**
 * Makes the profile of an account, once: a second call finds the first one's row and is content.
 * @throws AppError auth.username_taken
 */
export async function insertProfile(db: Executor<UsersDb>, profile: NewProfile): Promise<void> {
  try {
    await db
      .insertInto('profiles')
      .values({ ...profile, ...namedAs(profile.username) })
      .onConflict((c) => c.column('id').doNothing())
      .execute()
  } catch (error) {
    if (isNameTaken(error)) fail('auth.username_taken')
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

/** The names of several people, by their ids. */
export async function findProfileNames(
  db: Executor<UsersDb>,
  ids: readonly string[],
): Promise<ReadonlyMap<string, ProfileName>> {
  const { rows } = await sql<
    ProfileName & { id: string }
  >`select id, username, full_name, locale from profiles where id = any(${ids}::uuid[])`.execute(db)
  return new Map(rows.map(({ id, ...name }) => [id, name]))
}

export function findProfileName(db: Executor<UsersDb>, id: string): Promise<ProfileName | undefined> {
  return db.selectFrom('profiles').select(['username', 'full_name', 'locale']).where('id', '=', id).executeTakeFirst()
}

/** Whether somebody has that name, or one that looks like it. */
export async function usernameTaken(db: Executor<UsersDb>, username: string): Promise<boolean> {
  const { skeleton, skeleton_lower } = skeletonsOf(username)
  const { rows } = await sql`
    select from profiles where lower(username) = lower(${username})
    union all select from profiles where skeleton = ${skeleton}
    union all select from profiles where skeleton_lower = ${skeleton_lower} limit 1`.execute(db)
  return rows.length > 0
}

/** The number stays, and counts as nobody's until it is proven again. */
export async function forgetPhoneProof(db: Executor<UsersDb>, id: string): Promise<void> {
  await db.updateTable('profiles').set({ phone_verified_at: null }).where('id', '=', id).execute()
}

export async function findLocale(db: Executor<UsersDb>, id: string): Promise<string | null> {
  const row = await db.selectFrom('profiles').select('locale').where('id', '=', id).executeTakeFirst()
  return row?.locale ?? null
}

/** The setting of one's own pace. */
export const READING_PACE = 'reading_ms_per_char'

/** How fast a person reads aloud, milliseconds a character; null: as people do. A setting that makes no sense counts as none. */
export async function findReadingPace(db: Executor<UsersDb>, id: string): Promise<number | null> {
  const row = await db.selectFrom('profiles').select('settings').where('id', '=', id).executeTakeFirst()
  const pace = row?.settings[READING_PACE]
  return typeof pace === 'number' && pace >= MIN_READING_MS && pace <= MAX_READING_MS ? pace : null
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
      .$if(username !== undefined, (q) => q.set(namedAs(username as string)))
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirst()
  } catch (error) {
    if (isNameTaken(error)) fail('user.username_taken')
    throw error
  }
}
