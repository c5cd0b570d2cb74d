import type { Generated, Selectable } from 'kysely'
import type { GeneratedTimestamp, Json, Timestamp } from '../columns.ts'
import type { ImportTables } from '../imported-rows/schema.ts'
import type { AcceptTables } from '../operations/schema.ts'

/** `pepper_id` of a hash that came from the predecessor, which had no pepper. Hashed anew at the next sign-in. */
export const NO_PEPPER = 'none'

interface AccountsTable {
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
  /** When it was last changed or set anew by its person; null: it is the one of the registration. A hash made anew is no change. */
  password_changed_at: Timestamp | null
  created_at: GeneratedTimestamp
}

/** Where an account was signed in from. */
interface DevicesTable {
  id: string
  account_id: string
  /** SHA-256 of address and program. */
  fingerprint: Buffer
  /** SHA-256 of the proof. */
  token_hash: Buffer
  /** Whether it has ever shown its proof: one that keeps none is known by its fingerprint alone. */
  proven: Generated<boolean>
  created_at: GeneratedTimestamp
  last_used_at: GeneratedTimestamp
}

interface SessionsTable {
  id: string
  account_id: string
  device_id: string | null
  user_agent: string | null
  ip: string | null
  created_at: GeneratedTimestamp
  last_used_at: GeneratedTimestamp
  expires_at: Timestamp
  revoked_at: Timestamp | null
  revoked_for: string | null
}

interface RefreshTokensTable {
  /** SHA-256 of the token: a fast hash is right for 256 random bits. */
  token_hash: Buffer
  session_id: string
  issued_at: GeneratedTimestamp
  expires_at: Timestamp
  used_at: Timestamp | null
  /** Set with `used_at`: together with the token itself it gives the successor. */
  successor_salt: Buffer | null
}

/**
 * What has no event: links with tokens, a theft that was noticed, and what an address is told that is to be given up or was. The rest are
 * notifications.
 */
export type AccountMailKind =
  'verify_email' | 'reset_password' | 'session_ended' | 'change_email' | 'email_change_asked' | 'email_changed'

/** Mails to be sent, without address and text: the row is the promise, the relay hands it to a workflow. */
interface AccountMailsTable {
  id: string
  /** Null for a reset that was asked for an address nobody has: the same work, and nothing is sent. */
  account_id: string | null
  kind: AccountMailKind
  /** Where it goes, if not to the account's address. */
  email: Generated<string | null>
  request_id: string
  traceparent: string | null
  created_at: GeneratedTimestamp
  handed_over_at: Timestamp | null
  /** When its workflow was last asked for. */
  looked_after_at: Generated<Date | null>
  /** Its workflow is known to be through. */
  settled_at: Generated<Date | null>
}

export type TokenPurpose = 'verify_email' | 'reset_password'

interface OneTimeTokensTable {
  /** SHA-256 of the token. */
  token_hash: Buffer
  purpose: TokenPurpose
  account_id: string
  /** The address that it was sent to, and so proves; null: the account's (tokens of before). */
  email: Generated<string | null>
  created_at: GeneratedTimestamp
  expires_at: Timestamp
}

export interface StreamTicketsTable {
  /** SHA-256 of the ticket. */
  token_hash: Buffer
  session_id: string
  /** Of the stream that it is for; null: of any one. */
  path: string | null
  /** Of the access token that it was made with: its stream lives no longer. */
  token_expires_at: Timestamp
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
  /** The admin who did it to the account of somebody else, what it was done with, and why. */
  done_by: Generated<string | null>
  done_to: Generated<string | null>
  reason: Generated<string | null>
  created_at: GeneratedTimestamp
}

interface ArchivesTable {
  operation_id: string
  account_id: string
  created_at: GeneratedTimestamp
  expires_at: Timestamp
}

/** What one service has, once it is complete: in so many pieces, by the try of its step that came to its end. */
interface ArchivePartsTable {
  operation_id: string
  service: string
  try: number
  pieces: number
}

interface ArchivePiecesTable {
  operation_id: string
  service: string
  try: number
  /** From 0. */
  n: number
  of_table: string
  /** JSON, with commas between; empty: none. */
  rows: string
}

/** What an erasure removed, in numbers; nothing of the person. */
interface ErasureReceiptsTable {
  operation_id: string
  counts: Json<Record<string, Record<string, number>>>
  requested_at: Timestamp
  finished_at: GeneratedTimestamp
}

/** A process of this installation that is there, or was until lately: what all of them must have alike. */
export interface ProcessesTable {
  id: string
  role: string
  host: string
  pid: number
  version: string
  /** Connections to each database at most. */
  pool: number
  services: string[]
  /** Of keys, by variable: enough to tell them apart, and nothing of them. */
  fingerprints: Json<Readonly<Record<string, string>>>
  started_at: GeneratedTimestamp
  seen_at: GeneratedTimestamp
}

export interface AuthDb extends AcceptTables, ImportTables {
  accounts: AccountsTable
  sessions: SessionsTable
  devices: DevicesTable
  refresh_tokens: RefreshTokensTable
  letters: AccountMailsTable
  one_time_tokens: OneTimeTokensTable
  stream_tickets: StreamTicketsTable
  security_events: SecurityEventsTable
  archives: ArchivesTable
  archive_parts: ArchivePartsTable
  archive_pieces: ArchivePiecesTable
  erasure_receipts: ErasureReceiptsTable
  processes: ProcessesTable
}

export type AccountRow = Selectable<AccountsTable>
export type SessionRow = Selectable<SessionsTable>
export type AccountMailRow = Selectable<AccountMailsTable>
