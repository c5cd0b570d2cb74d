import type { Generated, Selectable } from 'kysely'
import type { GeneratedTimestamp, Timestamp } from '../columns.ts'
import type { AcceptTables } from '../operations/schema.ts'

export interface AccountsTable {
  id: string
  /** Lower case; unique. */
  email: string
  email_verified_at: Timestamp | null
  /** argon2id in PHC format. */
  password_hash: string
  /** Which pepper went into the hash. */
  pepper_id: string
  /** `pending` until its registration workflow is through. */
  status: Generated<'pending' | 'active'>
  roles: Generated<string[]>
  /** Given at registration; moves to the profile when the account becomes active. */
  phone_number: string | null
  created_at: GeneratedTimestamp
}

export interface SessionsTable {
  id: string
  account_id: string
  user_agent: string | null
  ip: string | null
  created_at: GeneratedTimestamp
  last_used_at: GeneratedTimestamp
  expires_at: Timestamp
  revoked_at: Timestamp | null
}

export interface RefreshTokensTable {
  /** SHA-256 of the token: a fast hash is right for 256 random bits. */
  token_hash: Buffer
  session_id: string
  issued_at: GeneratedTimestamp
  expires_at: Timestamp
  used_at: Timestamp | null
}

export interface AuthDb extends AcceptTables {
  accounts: AccountsTable
  sessions: SessionsTable
  refresh_tokens: RefreshTokensTable
}

export type AccountRow = Selectable<AccountsTable>
export type SessionRow = Selectable<SessionsTable>
