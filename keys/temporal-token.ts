import { createPublicKey, type KeyObject } from 'node:crypto'
import { calculateJwkThumbprint, decodeJwt, exportJWK, SignJWT, type JWK } from 'jose'

/**
 * What a process may do on a Temporal server whose authorizer is the default one. It has reader < writer < admin, and polling counts as
 * writing (`common/authorization/default_authorizer.go`, 1.32): `worker` alone lets nobody take work, so that `write` of the one namespace
 * is the narrowest that a worker, or an API that starts workflows, can do with.
 */
export const TEMPORAL_ROLES = {
  worker: (namespace) => `${namespace}:write`,
  api: (namespace) => `${namespace}:write`,
  /** Replay and doctor, which only look. */
  reader: (namespace) => `${namespace}:read`,
  /** `npm run temporal:setup`: makes namespaces, which is nobody's of a namespace. */
  setup: () => 'temporal-system:admin',
} as const satisfies Record<string, (namespace: string) => string>

export type TemporalRole = keyof typeof TEMPORAL_ROLES

const ALGORITHM = 'ES256'

/** The key as a Temporal server takes it (RFC 7517); the id is its thumbprint. */
export async function temporalJwk(key: KeyObject): Promise<JWK> {
  const jwk = await exportJWK(createPublicKey(key))
  return { ...jwk, kid: await calculateJwkThumbprint(jwk), use: 'sig', alg: ALGORITHM }
}

/** @param name of the process that it is for: the server writes it into histories as who did it */
export async function signTemporalToken(
  key: KeyObject,
  { role, name, namespace, expires }: { role: TemporalRole; name: string; namespace: string; expires: Date },
): Promise<string> {
  const { kid } = await temporalJwk(key)
  return new SignJWT({ permissions: [TEMPORAL_ROLES[role](namespace)] })
    .setProtectedHeader({ alg: ALGORITHM, typ: 'JWT', kid: kid as string })
    .setIssuer('scenor')
    .setSubject(name)
    .setIssuedAt()
    .setExpirationTime(expires)
    .sign(key)
}

/** What is wrong with the token that a server refused. It says so of none: what can be read in the token tells which. */
export type TokenFault =
  | 'token_missing'
  | 'token_unreadable'
  | 'token_expired'
  | 'token_of_other_namespace'
  | 'token_reads_only'
  | 'token_unknown'

export function tokenFault(token: string | undefined, namespace: string, now = Date.now()): TokenFault {
  if (token === undefined) return 'token_missing'
  const claims = claimsOf(token)
  if (!claims) return 'token_unreadable'
  if (claims.exp !== undefined && claims.exp * 1_000 <= now) return 'token_expired'
  const given = claims['permissions']
  // Temporal Cloud keeps permissions by itself.
  if (!Array.isArray(given)) return 'token_unknown'
  const roles = given.flatMap((one) => {
    const [of, role] = typeof one === 'string' ? one.split(':') : []
    return of === namespace || of === 'temporal-system' ? [role] : []
  })
  if (roles.length === 0) return 'token_of_other_namespace'
  return roles.some((role) => role === 'write' || role === 'admin') ? 'token_unknown' : 'token_reads_only'
}

/** When it ends; undefined for one that does not, or that is no JWT. */
export const tokenEnd = (token: string): Date | undefined => {
  const exp = claimsOf(token)?.exp
  return exp === undefined ? undefined : new Date(exp * 1_000)
}

function claimsOf(token: string) {
  try {
    return decodeJwt(token)
  } catch {
    // Not why: it may quote the token.
    return undefined
  }
}
