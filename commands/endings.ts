import type { Transaction } from 'kysely'
import { forgetDevicesOf, forgetDevicesBut } from '../db/auth/devices.ts'
import { dropCodes } from '../db/auth/one-time-tokens.ts'
import type { AuthDb } from '../db/auth/schema.ts'
import { revokeSessions } from '../db/auth/sessions.ts'
import { appendEvent } from '../events/outbox.ts'

/** Why sessions end. Of the account: its credentials change, and whatever was on the way with the old ones ends as well. */
const REASONS = {
  logout: { of: 'session', trusts: true },
  session_revoked: { of: 'session', trusts: false },
  refresh_reused: { of: 'session', trusts: false },
  password_changed: { of: 'account', trusts: false },
  password_reset: { of: 'account', trusts: false },
  erasure: { of: 'account', trusts: false },
} as const satisfies Record<string, { readonly of: 'session' | 'account'; readonly trusts: boolean }>

export type EndedFor = keyof typeof REASONS

/** One event names so many sessions at most. */
const NAMED = 500

/**
 * Ends sessions, and all that lives by them; whoever ends one does it here. With the row go refresh and access tokens, tickets, open event
 * streams and phone codes, all of which ask for it; with the event the push subscriptions. Devices that are not trusted any more are
 * strangers from now on. Counters of wrong passwords and what was kept of a registration go by the time of the last password, which its
 * change sets.
 * @param which absent: all of the account
 * @returns those that ended
 */
export async function endSessions(
  trx: Transaction<AuthDb>,
  account_id: string,
  reason: EndedFor,
  which: { readonly only?: string; readonly except?: string } = {},
  request_id: string | null = null,
): Promise<string[]> {
  const { of, trusts } = REASONS[reason]
  const ended = await revokeSessions(trx, account_id, which, reason)
  const session_ids = ended.map(({ id }) => id)
  if (of === 'account') {
    await dropCodes(trx, account_id)
    await forgetDevicesBut(trx, account_id, which.except)
  } else if (!trusts)
    await forgetDevicesOf(
      trx,
      ended.flatMap(({ device_id }) => device_id ?? []),
    )
  for (let n = 0; n < session_ids.length; n += NAMED)
    await appendEvent(
      trx,
      'sessions_ended',
      { user_id: account_id, session_ids: session_ids.slice(n, n + NAMED) },
      request_id,
    )
  return session_ids
}
