import { isIPv4, isIPv6 } from 'node:net'
import type { Insertable } from 'kysely'
import { v7 as uuidv7 } from 'uuid'
import type { Executor } from '../connection.ts'
import type { AuthDb, SecurityEventsTable } from './schema.ts'

/** Where a security-relevant act came from. */
export interface ActOrigin {
  readonly request_id: string
  readonly ip: string | null
  readonly user_agent: string | null
}

export type ActKind =
  | 'login'
  | 'login_failed'
  | 'logout'
  | 'session_revoked'
  | 'refresh_reused'
  | 'email_verified'
  | 'role_changed'
  | 'password_changed'
  | 'password_change_failed'
  | 'password_reset'
  | 'export_requested'
  | 'erasure_requested'
  | 'profile_changed_by_admin'

export interface Act {
  readonly kind: ActKind
  /** Null when the act was about no account that exists. */
  readonly account_id: string | null
  readonly session_id?: string | null
}

/** Writes an act down, in the transaction of what it tells of where there is one. */
export async function recordAct(db: Executor<AuthDb>, act: Act, origin: ActOrigin): Promise<void> {
  await db.insertInto('security_events').values(actRow(act, origin)).execute()
}

/** An act as a row, for a statement that writes it together with what it tells of. */
export const actRow = (act: Act, { request_id, ip, user_agent }: ActOrigin): Insertable<SecurityEventsTable> => ({
  id: uuidv7(),
  kind: act.kind,
  account_id: act.account_id,
  session_id: act.session_id ?? null,
  request_id,
  ip_prefix: ip === null ? null : addressPrefix(ip),
  user_agent,
})

/** The network of an address: /24 of IPv4, /48 of IPv6. Enough to see a pattern, too little to find a person. */
export function addressPrefix(ip: string): string | null {
  const v4 = ip.replace(/^::ffff:/i, '')
  if (isIPv4(v4)) return `${v4.split('.').slice(0, 3).join('.')}.0/24`
  return isIPv6(ip) ? `${expand(ip).slice(0, 3).join(':')}::/48` : null
}

/** The eight groups of an IPv6 address. */
export function expand(ip: string): string[] {
  const [head = '', tail] = (ip.split('%')[0] ?? '').split('::')
  const groups = (part: string | undefined) => (part ? part.split(':') : [])
  const [a, b] = [groups(head), groups(tail)]
  return tail === undefined ? a : [...a, ...Array<string>(Math.max(0, 8 - a.length - b.length)).fill('0'), ...b]
}
