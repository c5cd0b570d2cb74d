import type { Insertable } from 'kysely'
import { v7 as uuidv7 } from 'uuid'
import type { Executor } from '../connection.ts'
import type { AuthDb, SecurityEventsTable } from './schema.ts'
import { addressPrefix } from '../../network/client-address.ts'
import { count } from '../../telemetry/tally.ts'

/** Where a security event came from. */
export interface RequestOrigin {
  readonly request_id: string
  readonly ip: string | null
  readonly user_agent: string | null
}

type SecurityEventKind =
  | 'login'
  | 'login_failed'
  | 'logout'
  | 'session_revoked'
  | 'refresh_reused'
  | 'email_verified'
  | 'email_changed'
  | 'email_lost'
  | 'password_proof_failed'
  | 'role_changed'
  | 'password_changed'
  | 'password_change_failed'
  | 'password_reset'
  | 'export_requested'
  | 'erasure_requested'
  | 'profile_changed_by_admin'
  | 'texts_read_by_admin'
  | 'call_repeated_by_admin'

export interface SecurityEvent {
  readonly kind: SecurityEventKind
  /** Null when the event was about no account that exists. */
  readonly account_id: string | null
  readonly session_id?: string | null
  /** The admin who did it to the account of somebody else, what it was done with, and why. */
  readonly done?: { readonly by: string; readonly to: string; readonly because: string }
}

/** Writes a security event down, in the transaction of what it tells of where there is one. */
export async function recordSecurityEvent(
  db: Executor<AuthDb>,
  event: SecurityEvent,
  origin: RequestOrigin,
): Promise<void> {
  await db.insertInto('security_events').values(securityEventRow(event, origin)).execute()
}

/** A security event as a row, for a statement that writes it together with what it tells of. */
export const securityEventRow = (
  event: SecurityEvent,
  { request_id, ip, user_agent }: RequestOrigin,
): Insertable<SecurityEventsTable> => {
  count('scenor_security_events_total', { kind: event.kind })
  return {
    id: uuidv7(),
    kind: event.kind,
    account_id: event.account_id,
    session_id: event.session_id ?? null,
    request_id,
    ip_prefix: ip === null ? null : addressPrefix(ip),
    user_agent,
    done_by: event.done?.by ?? null,
    done_to: event.done?.to ?? null,
    reason: event.done?.because ?? null,
  }
}
