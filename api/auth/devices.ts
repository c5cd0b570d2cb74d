import { createHash, randomBytes } from 'node:crypto'
import type { Kysely } from 'kysely'
import { findDevice, type SeenDevice } from '../../db/auth/devices.ts'
import type { AuthDb } from '../../db/auth/schema.ts'
import { clientKey } from '../../network/client-address.ts'
import { programMark } from '../../network/user-agent.ts'
import type { Request } from '../http/route.ts'
import type { SessionMode } from './session-mode.ts'
import { tokenHash } from '../../keys/token-hash.ts'

/** A device as a request shows it, and the proof that it is to keep. */
export interface PresentedDevice extends SeenDevice {
  readonly token: string
}

/** What shows of a client without any proof: its address and program. */
export const fingerprintOf = ({ ip, header }: Pick<Request<never, never, never, never>, 'ip' | 'header'>): Buffer =>
  createHash('sha256')
    .update(`${clientKey(ip)} ${programMark(header('user-agent') ?? null)}`)
    .digest()

/**
 * The device of a request: known by its proof if that is of this account (OWASP, device cookies), else one with a fresh proof. The same
 * work for an account that is not there.
 */
export async function presentedDevice(
  { db, sessionMode }: { db: Kysely<AuthDb>; sessionMode: Pick<SessionMode, 'deviceToken'> },
  request: Pick<Request<never, never, never, never>, 'ip' | 'header'>,
  accountId: string | undefined,
): Promise<PresentedDevice> {
  const fingerprint = fingerprintOf(request)
  const shown = sessionMode.deviceToken(request)
  const found = shown === undefined ? undefined : await findDevice(db, tokenHash(shown))
  if (shown !== undefined && found !== undefined && found.account_id === accountId)
    return { id: found.id, fingerprint, token: shown, token_hash: tokenHash(shown) }
  const token = randomBytes(32).toString('base64url')
  return { id: null, fingerprint, token, token_hash: tokenHash(token) }
}
