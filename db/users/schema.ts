import type { ColumnType, Generated, Selectable } from 'kysely'
import type { GeneratedTimestamp, Timestamp } from '../columns.ts'
import type { AcceptTables } from '../operations/schema.ts'

interface ProfilesTable {
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
  /** What the username looks like (db/users/skeleton.ts); unique. Null in a row that an earlier version wrote. */
  skeleton: Generated<string | null>
  skeleton_lower: Generated<string | null>
  skeletons_by: Generated<string | null>
  created_at: GeneratedTimestamp
  updated_at: GeneratedTimestamp
}

/** A code on its way to the number that it is to prove. */
interface PhoneCodesTable {
  id: string
  user_id: string
  /** Which asked for it. */
  session_id: string | null
  phone_number: string
  request_id: string
  traceparent: string | null
  /** Keyed; null until the text is written. */
  code_hash: Buffer | null
  tries: Generated<number>
  handed_over_at: Timestamp | null
  looked_after_at: Timestamp | null
  expires_at: Timestamp
  created_at: GeneratedTimestamp
}

export interface UsersDb extends AcceptTables {
  profiles: ProfilesTable
  phone_codes: PhoneCodesTable
}

export type ProfileRow = Selectable<ProfilesTable>
export type PhoneCodeRow = Selectable<PhoneCodesTable>
