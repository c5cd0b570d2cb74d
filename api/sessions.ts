import { createHash, randomBytes } from 'node:crypto'
import type { Kysely } from 'kysely'
import { LRUCache } from 'lru-cache'
import { v7 as uuidv7 } from 'uuid'
import { findLivingSession, insertSession } from '../db/auth/accounts.ts'
import type { AuthDb } from '../db/auth/schema.ts'
import { ACCESS_TOKEN_LIFE_S, type AccessTokens } from './access-token.ts'
import type { Caller } from './route.ts'

/** How long a revoked session may still be let in by another process. */
const REMEMBER_MS = 2_000

export interface TokenPair {
  readonly access_token: string
  readonly refresh_token: string
  readonly token_type: 'Bearer'
  readonly expires_in: number
}

export interface Sessions {
  /** Opens a session for an account whose password was just proven. */
  open(accountId: string, client: { user_agent: string | null; ip: string | null }): Promise<TokenPair>
  /** Who this access token belongs to, if its session lives. */
  caller(accessToken: string): Promise<Caller | undefined>
}

const sha256 = (text: string) => createHash('sha256').update(text).digest()

export function createSessions({ db, tokens }: { db: Kysely<AuthDb>; tokens: AccessTokens }): Sessions {
  const living = new LRUCache<string, Caller>({ max: 10_000, ttl: REMEMBER_MS })
  return {
    open: async (accountId, client) => {
      const id = uuidv7()
      const refreshToken = randomBytes(32).toString('base64url')
      await db
        .transaction()
        .execute((trx) =>
          insertSession(trx, { id, account_id: accountId, ...client, refresh_token_hash: sha256(refreshToken) }),
        )
      return {
        access_token: await tokens.sign(accountId, id),
        refresh_token: refreshToken,
        token_type: 'Bearer',
        expires_in: ACCESS_TOKEN_LIFE_S,
      }
    },
    caller: async (accessToken) => {
      const claims = await tokens.verify(accessToken)
      if (!claims) return undefined
      const known = living.get(claims.sid)
      if (known) return known
      const session = await findLivingSession(db, claims.sid)
      if (!session || session.account_id !== claims.sub) return undefined
      const caller = { id: session.account_id, session_id: session.session_id, roles: session.roles }
      living.set(claims.sid, caller)
      return caller
    },
  }
}
