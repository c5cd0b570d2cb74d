import { createHmac, randomBytes } from 'node:crypto'
import type { Kysely } from 'kysely'
import { LRUCache } from 'lru-cache'
import { v7 as uuidv7 } from 'uuid'
import {
  findSessionOfRefreshToken,
  findUsedRefreshToken,
  isLivingRefreshToken,
  rotateRefreshToken,
  type Refreshed,
} from '../../db/auth/refresh-tokens.ts'
import { endStolenSession } from '../../commands/accounts.ts'
import type { SeenDevice } from '../../db/auth/devices.ts'
import type { AuthDb } from '../../db/auth/schema.ts'
import type { RequestOrigin } from '../../db/auth/security-events.ts'
import { findLivingSession, insertSession, type LoginRecords, type ProvenAccount } from '../../db/auth/sessions.ts'
import { ACCESS_TOKEN_LIFE_S, type AccessTokens } from './access-token.ts'
import type { Caller } from '../http/caller.ts'
import { tokenHash } from '../../keys/token-hash.ts'

/** How long a revoked session may still be let in by another process. */
const REMEMBER_MS = 2_000
/**
 * A used refresh token gives its successor again within this time: two tabs, or a client whose answer was lost. The contract allows 10 s.
 */
const GRACE_MS = 8_000

export interface TokenPair {
  readonly access_token: string
  readonly refresh_token: string
  readonly token_type: 'Bearer'
  readonly expires_in: number
}

interface ClientFacts {
  readonly user_agent: string | null
  readonly ip: string | null
}

/** How a refresh ended. `reused`: the session was ended for it, and that stands although the request fails. */
type Refresh =
  | { readonly kind: 'refreshed'; readonly tokens: TokenPair }
  | { readonly kind: 'reused'; readonly account_id: string; readonly session_id: string }
  | { readonly kind: 'unknown' }

export interface Sessions {
  /**
   * Opens a session for an account whose password was just proven; what is recorded of it is written with it.
   * @returns undefined: that password is not the account's any more
   */
  open(
    account: ProvenAccount,
    client: ClientFacts,
    device: SeenDevice,
    records?: (sessionId: string) => LoginRecords,
  ): Promise<TokenPair | undefined>
  /** @param origin of the request, for what is kept of a token that was used twice */
  refresh(token: string, origin: RequestOrigin): Promise<Refresh>
  /** The living session of a refresh token, used or not: whoever holds one may end it. */
  ofRefreshToken(token: string): Promise<Refreshed | undefined>
  /** Who this access token belongs to, if its session lives. */
  caller(accessToken: string): Promise<Caller | undefined>
  /** Whose session that is, if it lives. */
  of(sessionId: string): Promise<Caller | undefined>
  /** Forgets what this process remembers of sessions that ended or whose account changed. */
  forget(sessionIds: readonly string[]): void
  forgetAccount(accountId: string): void
}

/** 256 bits that only who holds the token and may read the salt can know: nobody stores it, and everybody who is due it gets the same. */
const successorOf = (token: string, salt: Buffer) => createHmac('sha256', salt).update(token).digest('base64url')

export function createSessions({ db, tokens }: { db: Kysely<AuthDb>; tokens: AccessTokens }): Sessions {
  const living = new LRUCache<string, Caller>({ max: 10_000, ttl: REMEMBER_MS })
  const pair = async (accountId: string, sessionId: string, refreshToken: string): Promise<TokenPair> => ({
    access_token: await tokens.sign(accountId, sessionId),
    refresh_token: refreshToken,
    token_type: 'Bearer',
    expires_in: ACCESS_TOKEN_LIFE_S,
  })
  const of = async (sessionId: string): Promise<Caller | undefined> => {
    const known = living.get(sessionId)
    if (known) return known
    const session = await findLivingSession(db, sessionId)
    if (!session) return undefined
    const { account_id: id, session_id, roles, email, email_verified_at, account_created_at: created_at } = session
    const caller = { id, session_id, roles, account: { email, email_verified_at, created_at } }
    living.set(sessionId, caller)
    return caller
  }
  const forget = (ids: readonly string[]) => ids.forEach((id) => living.delete(id))

  return {
    open: async (account, client, device, records) => {
      const id = uuidv7()
      const refreshToken = randomBytes(32).toString('base64url')
      const session = { id, ...client, refresh_token_hash: tokenHash(refreshToken) }
      const opened = await insertSession(db, account, session, device, records?.(id))
      return opened ? pair(account.id, id, refreshToken) : undefined
    },

    refresh: async (token, origin) => {
      const hash = tokenHash(token)
      const salt = randomBytes(32)
      const successor = successorOf(token, salt)
      // The transaction returns what happened and never throws it: the end of a session must be committed although the request fails.
      const outcome = await db.transaction().execute(async (trx) => {
        const rotated = await rotateRefreshToken(trx, {
          hash,
          successor_hash: tokenHash(successor),
          successor_salt: salt,
        })
        if (rotated) return { kind: 'refreshed', ...rotated, successor } as const
        const used = await findUsedRefreshToken(trx, hash)
        if (!used) return { kind: 'unknown' } as const
        const again = successorOf(token, used.successor_salt)
        // Only the parent of the living token: a client that comes with an older one did not get it from a lost answer.
        if (used.used_ms_ago <= GRACE_MS && (await isLivingRefreshToken(trx, tokenHash(again))))
          return { kind: 'refreshed', ...used, successor: again } as const
        await endStolenSession(trx, used, origin)
        return { kind: 'reused', ...used } as const
      })
      if (outcome.kind === 'refreshed')
        return { kind: 'refreshed', tokens: await pair(outcome.account_id, outcome.session_id, outcome.successor) }
      if (outcome.kind === 'reused') forget([outcome.session_id])
      return outcome
    },

    ofRefreshToken: (token) => findSessionOfRefreshToken(db, tokenHash(token)),

    caller: async (accessToken) => {
      const claims = await tokens.verify(accessToken)
      if (!claims) return undefined
      const caller = await of(claims.sid)
      return caller?.id === claims.sub ? { ...caller, token_expires_at: claims.exp * 1000 } : undefined
    },

    of,

    forget,
    forgetAccount: (accountId) => forget([...living.entries()].flatMap(([id, c]) => (c.id === accountId ? [id] : []))),
  }
}
