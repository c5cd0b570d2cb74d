import { createPublicKey, type KeyObject } from 'node:crypto'
import { errors, jwtVerify, SignJWT } from 'jose'
import type { Service } from '../services.ts'

const ISSUER = 'scenor'
/** Mutually exclusive with a person's token: `at+jwt` fails here, `svc+jwt` fails there. */
const TYPE = 'svc+jwt'
/** Longer than a call takes, by as much as the clocks of two processes may be apart: the one that asks may be behind. */
const LIFE_S = 180

/** What one service may ask of another. */
export const SERVICE_SCOPES = [
  'contacts:read',
  'accounts:resolve',
  'admins:read',
  'sessions:read',
  'account_mails:open',
  'profiles:read',
  'phone-codes:open',
  'archives:write',
  'events:append',
  'invitations:read',
  'scripts:read',
  'notifications:send',
] as const
export type ServiceScope = (typeof SERVICE_SCOPES)[number]

export interface ServiceCaller {
  readonly service: string
  readonly scopes: readonly string[]
}

/**
 * A short-lived token by which a service shows another who it is.
 * @param from one of our services, or the name of another backend
 * @param lifeS seconds
 */
export function signServiceToken(
  key: KeyObject,
  from: string,
  to: Service,
  scope: ServiceScope,
  lifeS = LIFE_S,
): Promise<string> {
  return new SignJWT({ scope })
    .setProtectedHeader({ alg: 'Ed25519', typ: TYPE })
    .setIssuer(ISSUER)
    .setSubject(from)
    .setAudience(to)
    .setIssuedAt()
    .setExpirationTime(`${lifeS}s`)
    .sign(key)
}

/** @throws jose's JOSEError for anything but a living service token for this audience */
export async function verifyServiceToken(key: KeyObject, token: string, audience: Service): Promise<ServiceCaller> {
  const { payload } = await jwtVerify(token, createPublicKey(key), {
    algorithms: ['Ed25519'],
    typ: TYPE,
    issuer: ISSUER,
    audience,
    requiredClaims: ['sub', 'scope', 'exp', 'iat'],
    clockTolerance: 5,
  })
  return { service: payload.sub as string, scopes: String(payload.scope).split(' ') }
}

/** How long a token had been over when it came, seconds: its sender and its reader have clocks that differ. Undefined for other faults. */
export const secondsLate = (error: unknown): number | undefined =>
  error instanceof errors.JWTExpired ? Math.round(Date.now() / 1000 - (error.payload.exp ?? 0)) : undefined
