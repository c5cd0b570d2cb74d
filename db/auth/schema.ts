import type { Generated, Selectable } from 'kysely'
import type { GeneratedTimestamp, Json, Timestamp } from '../columns.ts'
import type { AcceptTables } from '../operations/schema.ts'

/** `pepper_id` of a hash that came from the predecessor, which had no pepper. Hashed anew at the next sign-in. */
export const NO_PEPPER = 'none'

export interface AccountsTable {
  id: string
  /** Lower case; unique. */
  email: string
  email_verified_at: Timestamp | null
  /** argon2id in PHC format. */
  password_hash: string
  /** Which pepper went into the hash. */
  pepper_id: string
  /** `pending` until its registration workflow is through; `erasing` from the moment an erasure can no longer be called off. */
  status: Generated<'pending' | 'active' | 'erasing'>
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
  revoked_for: string | null
}

export interface RefreshTokensTable {
  /** SHA-256 of the token: a fast hash is right for 256 random bits. */
  token_hash: Buffer
  session_id: string
  issued_at: GeneratedTimestamp
  expires_at: Timestamp
  used_at: Timestamp | null
  /** Set with `used_at`: together with the token itself it gives the successor. */
  successor_salt: Buffer | null
}

/** What has no event: links with tokens, and a theft that was noticed. The rest are notifications. */
export type LetterKind = 'verify_email' | 'reset_password' | 'session_ended'

/** Mails to be sent, without address and text: the row is the promise, the relay hands it to a workflow. */
export interface LettersTable {
  id: string
  /** Null for a reset that was asked for an address nobody has: the same work, and nothing is sent. */
  account_id: string | null
  kind: LetterKind
  request_id: string
  traceparent: string | null
  created_at: GeneratedTimestamp
  handed_over_at: Timestamp | null
}

export type TokenPurpose = 'verify_email' | 'reset_password'

export interface OneTimeTokensTable {
  /** SHA-256 of the token. */
  token_hash: Buffer
  purpose: TokenPurpose
  account_id: string
  created_at: GeneratedTimestamp
  expires_at: Timestamp
}

/** Append-only (a trigger refuses the rest): what operators ask for after an incident. */
export interface SecurityEventsTable {
  id: string
  account_id: string | null
  session_id: string | null
  kind: string
  request_id: string
  /** /24 of IPv4, /48 of IPv6. */
  ip_prefix: string | null
  user_agent: string | null
  created_at: GeneratedTimestamp
}

export interface ArchivesTable {
  operation_id: string
  account_id: string
  created_at: GeneratedTimestamp
  expires_at: Timestamp
}

export interface ArchivePartsTable {
  operation_id: string
  service: string
  content: Json<unknown>
}

/** What an erasure removed, in numbers; nothing of the person. */
export interface ErasureReceiptsTable {
  operation_id: string
  counts: Json<Record<string, Record<string, number>>>
  requested_at: Timestamp
  finished_at: GeneratedTimestamp
}

export interface AuthDb extends AcceptTables {
  accounts: AccountsTable
  sessions: SessionsTable
  refresh_tokens: RefreshTokensTable
  letters: LettersTable
  one_time_tokens: OneTimeTokensTable
  security_events: SecurityEventsTable
  archives: ArchivesTable
  archive_parts: ArchivePartsTable
  erasure_receipts: ErasureReceiptsTable
}

export type AccountRow = Selectable<AccountsTable>
export type SessionRow = Selectable<SessionsTable>
export type LetterRow = Selectable<LettersTable>
