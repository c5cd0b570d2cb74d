import { randomBytes } from 'node:crypto'
import type { Kysely } from 'kysely'
import type { AuthDb } from '../../db/auth/schema.ts'
import { insertStreamTicket, takeStreamTicket } from '../../db/auth/stream-tickets.ts'
import type { Caller } from '../http/caller.ts'
import type { Sessions } from './sessions.ts'
import { tokenHash } from '../../keys/token-hash.ts'

/** 32 bytes in base64url. */
const TICKET = /^[\w-]{43}$/

/**
 * Tickets for streams: an `EventSource` cannot show a token, and one in an address would stand in logs for as long as it is good. A ticket
 * stands there too, but is good once, for 30 s, for one stream of the session that asked for it.
 */
export interface StreamTickets {
  /** @param path of the stream, null for any one */
  issue(caller: Caller, path: string | null): Promise<{ readonly ticket: string; readonly expires_at: Date }>
  /** Whose it is, while their session lives; undefined for every other reason why it opens nothing. */
  redeem(ticket: string, path: string): Promise<Caller | undefined>
}

export function createStreamTickets({
  db,
  sessions,
}: {
  db: Kysely<AuthDb>
  sessions: Pick<Sessions, 'of'>
}): StreamTickets {
  return {
    issue: async ({ session_id, token_expires_at = Date.now() }, path) => {
      const ticket = randomBytes(32).toString('base64url')
      const expires_at = await insertStreamTicket(db, {
        token_hash: tokenHash(ticket),
        session_id,
        path,
        token_expires_at: new Date(token_expires_at),
      })
      return { ticket, expires_at }
    },
    redeem: async (ticket, path) => {
      const taken = TICKET.test(ticket) ? await takeStreamTicket(db, tokenHash(ticket), path) : undefined
      const caller = taken && (await sessions.of(taken.session_id))
      return caller && { ...caller, token_expires_at: taken.token_expires_at.getTime() }
    },
  }
}
