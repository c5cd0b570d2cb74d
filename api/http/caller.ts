/** Who calls: a person with a living session. */
export interface Caller {
  readonly id: string
  readonly session_id: string
  readonly roles: readonly string[]
  /** When the token expires that it came with, ms since 1970; a service has none. */
  readonly token_expires_at?: number
  /** The account as it was when the session was looked up, seconds ago at most; a service has none. */
  readonly account?: { readonly email: string; readonly email_verified_at: Date | null; readonly created_at: Date }
}
