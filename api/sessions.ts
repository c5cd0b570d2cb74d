import { createHash, createHmac, randomBytes } from 'node:crypto'
import type { Kysely, Transaction } from 'kysely'
import { LRUCache } from 'lru-cache'
import { v7 as uuidv7 } from 'uuid'
import { findUsedRefreshToken, isLivingRefreshToken, rotateRefreshToken } from '../db/auth/refresh-tokens.ts'
import type { AuthDb } from '../db/auth/schema.ts'
import { findLivingSession, insertSession, revokeSessions, type Told } from '../db/auth/sessions.ts'
import { ACCESS_TOKEN_LIFE_S, type AccessTokens } from './access-token.ts'
import type { Caller } from './route.ts'

/** How long a revoked session may still be let in by another process. */
export const REMEMBER_MS = 2_000
/** A used refresh token gives its successor again within this time: two tabs, or a client whose answer was lost. The contract allows 10 s. */
const GRACE_MS = 8_000

export interface TokenPair {
  readonly access_token: string
  readonly refresh_token: string
  readonly token_type: 'Bearer'
  readonly expires_in: number
}

export interface ClientFacts {
  readonly user_agent: string | null
  readonly ip: string | null
}

/** How a refresh ended. `reused`: the session was ended for it, and that stands although the request fails. */
export type Refresh =
  | { readonly kind: 'refreshed'; readonly tokens: TokenPair }
  | { readonly kind: 'reused'; readonly account_id: string; readonly session_id: string }
  | { readonly kind: 'unknown' }

export interface Sessions {
  /** Opens a session for an account whose password was just proven; what is told of it is written with it. */
  open(accountId: string, client: ClientFacts, tell?: (sessionId: string) => Told): Promise<TokenPair>
  refresh(
    token: string,
    also: (trx: Transaction<AuthDb>, reused: { account_id: string; session_id: string }) => Promise<void>,
  ): Promise<Refresh>
  /** Who this access token belongs to, if its session lives. */
  caller(accessToken: string): Promise<Caller | undefined>
  /** Forgets what this process remembers of sessions that ended or whose account changed. */
  forget(sessionIds: readonly string[]): void
  forgetAccount(accountId: string): void
}

const sha256 = (text: string) => createHash('sha256').update(text).digest()

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
  const forget = (ids: readonly string[]) => ids.forEach((id) => living.delete(id))

  return {
    open: async (accountId, client, tell) => {
      const id = uuidv7()
      const refreshToken = randomBytes(32).toString('base64url')
      const session = { id, account_id: accountId, ...client, refresh_token_hash: sha256(refreshToken) }
      await insertSession(db, session, tell?.(id))
      return pair(accountId, id, refreshToken)
    },

    refresh: async (token, also) => {
      const hash = sha256(token)
      const salt = randomBytes(32)
      const successor = successorOf(token, salt)
      // The transaction returns what happened and never throws it: the end of a session must be committed although the request fails.
      const outcome = await db.transaction().execute(async (trx) => {
        const rotated = await rotateRefreshToken(trx, { hash, successor_hash: sha256(successor), successor_salt: salt })
        if (rotated) return { kind: 'refreshed', ...rotated, successor } as const
        const used = await findUsedRefreshToken(trx, hash)
        if (!used) return { kind: 'unknown' } as const
        const again = successorOf(token, used.successor_salt)
        // Only the parent of the living token: whoever comes with an older one did not get it from a lost answer.
        if (used.used_ms_ago <= GRACE_MS && (await isLivingRefreshToken(trx, sha256(again))))
          return { kind: 'refreshed', ...used, successor: again } as const
        await revokeSessions(trx, used.account_id, { only: used.session_id }, 'refresh_reused')
        await also(trx, used)
        return { kind: 'reused', ...used } as const
      })
      if (outcome.kind === 'refreshed')
        return { kind: 'refreshed', tokens: await pair(outcome.account_id, outcome.session_id, outcome.successor) }
      if (outcome.kind === 'reused') forget([outcome.session_id])
      return outcome
    },

    caller: async (accessToken) => {
      const claims = await tokens.verify(accessToken)
      if (!claims) return undefined
      const known = living.get(claims.sid)
      if (known) return known.id === claims.sub ? known : undefined
      const session = await findLivingSession(db, claims.sid)
      if (!session || session.account_id !== claims.sub) return undefined
      const { account_id: id, session_id, roles, email, email_verified_at, account_created_at: created_at } = session
      const caller = { id, session_id, roles, account: { email, email_verified_at, created_at } }
      living.set(claims.sid, caller)
      return caller
    },

    forget,
    forgetAccount: (accountId) => forget([...living.entries()].flatMap(([id, c]) => (c.id === accountId ? [id] : []))),
  }
}
