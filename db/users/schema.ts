import type { ColumnType, Generated, Selectable } from 'kysely'
import type { GeneratedTimestamp } from '../columns.ts'
import type { AcceptTables } from '../operations/schema.ts'

export interface ProfilesTable {
  /** The account's id. */
  id: string
  /** Unique without regard to case. */
  username: string
  full_name: string | null
  /** E.164. */
  phone_number: string | null
  /** When the person proved to own the number; another number is not proven (a trigger sees to that). */
  phone_verified_at: Generated<Date | null>
  avatar_url: string | null
  bio: string | null
  /** BCP 47. */
  locale: string | null
  /** IANA time zone. */
  timezone: string | null
  settings: ColumnType<Record<string, unknown>, string | undefined, string>
  version: Generated<number>
  created_at: GeneratedTimestamp
  updated_at: GeneratedTimestamp
}

export interface UsersDb extends AcceptTables {
  profiles: ProfilesTable
}

export type ProfileRow = Selectable<ProfilesTable>
