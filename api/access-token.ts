import { createPublicKey, type KeyObject } from 'node:crypto'
import { calculateJwkThumbprint, exportJWK, jwtVerify, SignJWT, type JWK } from 'jose'
import { LRUCache } from 'lru-cache'
import { v7 as uuidv7 } from 'uuid'

/** Seconds. Short, since a token is good until then wherever the session is not looked up. */
export const ACCESS_TOKEN_LIFE_S = 600
const TYPE = 'at+jwt'
const ALGORITHM = 'Ed25519'
const REMEMBERED = 10_000

export interface AccessClaims {
  /** Account id. */
  readonly sub: string
  /** Session id. */
  readonly sid: string
  /** Seconds since 1970. */
  readonly exp: number
}

export interface AccessTokens {
  sign(accountId: string, sessionId: string): Promise<string>
  /** The claims of a good token, or undefined for any other: a client learns no reason. */
  verify(token: string): Promise<AccessClaims | undefined>
  readonly jwks: { readonly keys: readonly JWK[] }
}

/**
 * Access tokens: Ed25519 (RFC 9864's full algorithm name), `at+jwt` (RFC 9068), with algorithm, type, issuer and audience pinned.
 * A token that verified is remembered by its exact bytes until it expires: a signature check is 60 µs of every request otherwise.
 */
export async function createAccessTokens(key: KeyObject, issuer: string): Promise<AccessTokens> {
  const publicKey = createPublicKey(key)
  const jwk = await exportJWK(publicKey)
  const kid = await calculateJwkThumbprint(jwk)
  const audience = `${issuer}/api/v1`
  const remembered = new LRUCache<string, AccessClaims>({ max: REMEMBERED })

  const check = async (token: string): Promise<AccessClaims | undefined> => {
    try {
      const { payload, protectedHeader } = await jwtVerify(token, publicKey, {
        algorithms: [ALGORITHM],
        typ: TYPE,
        issuer,
        audience,
        requiredClaims: ['sub', 'sid', 'jti', 'iat', 'exp'],
        clockTolerance: 5,
      })
      // `kid` is the client's input: compared, never looked up anywhere.
      if (protectedHeader.kid !== kid) return undefined
      return { sub: payload.sub as string, sid: String(payload['sid']), exp: payload.exp as number }
    } catch {
      return undefined
    }
  }
  return {
    sign: (accountId, sessionId) =>
      new SignJWT({ sid: sessionId })
        .setProtectedHeader({ alg: ALGORITHM, typ: TYPE, kid })
        .setIssuer(issuer)
        .setAudience(audience)
        .setSubject(accountId)
        .setJti(uuidv7())
        .setIssuedAt()
        .setExpirationTime(`${ACCESS_TOKEN_LIFE_S}s`)
        .sign(key),
    verify: async (token) => {
      const known = remembered.get(token)
      if (known) return known.exp * 1000 > Date.now() ? known : undefined
      const claims = await check(token)
      if (claims) remembered.set(token, claims)
      return claims
    },
    jwks: { keys: [{ ...jwk, kid, alg: ALGORITHM, use: 'sig' }] },
  }
}
