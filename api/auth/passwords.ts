import { availableParallelism } from 'node:os'
import { argon2id, hash, needsRehash, verify } from 'argon2'
import { AppError } from '../../errors/errors.ts'
import { NO_PEPPER } from '../../db/auth/schema.ts'
import type { NamedSecret } from '../../keys/rings.ts'
import { createFairTurns } from './fair-turns.ts'
import { nfc } from '../../script/nfc.ts'

/** OWASP's set for argon2id: 19 MiB, 2 passes, 1 lane; about 20 ms of a core. The library's own default takes 64 MiB and 4 threads. */
export const PARAMETERS = { type: argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1, hashLength: 32 } as const

/** What a stored hash may ask of us: a row that was tampered with must not take the machine's memory. */
const MAX_PARAMETERS = { memory: 131_072, passes: 10, lanes: 4 }

/** A hash as the account's row has it. */
interface StoredHash {
  readonly password_hash: string
  readonly pepper_id: string
}

export interface Passwords {
  /**
   * @param client whose turn it is (`clientKey`): clients take turns
   * @throws AppError service.unavailable when too many hashes wait, rate.limited when too many of this client do
   */
  hash(password: string, client: string): Promise<StoredHash>
  /**
   * Compares in the same time whether there is a hash or not: without one a decoy is verified, and the answer is false.
   * @throws AppError service.unavailable for whatever is not right, once a hash was met whose pepper we do not have: with the right one it
   * might be, and nobody is to learn by this which accounts there are
   */
  verify(stored: StoredHash | undefined, password: string, client: string): Promise<boolean>
  /** Says which peppers stored hashes name, so that one that is missing is known before somebody signs in. */
  names(pepperIds: readonly string[]): void
  /** Whether every pepper is there that a stored hash was found to name. */
  isComplete(): boolean
  /** Was it made with other parameters or an older pepper than today's? */
  isOutdated(stored: StoredHash): boolean
  /** Hashes that wait for their turn. */
  waiting(): number
}

/**
 * Password hashing, bounded: each hash takes 19 MiB and a core.
 * @param peppers the first one is used for new hashes
 * @param missing told once of a pepper that a hash names and that is not among them
 */
export async function createPasswords(
  peppers: readonly NamedSecret[],
  missing: (pepperId: string) => void = () => {},
): Promise<Passwords> {
  let unreadable = false
  const missed = (id: string) => {
    if (!unreadable) missing(id)
    unreadable = true
  }
  const [pepper] = peppers as [NamedSecret]
  // As many as there are cores: the hashes run beside the event loop, which the system's scheduler gives its share.
  const { inTurn, waiting } = createFairTurns(availableParallelism())
  const decoy = await hash('a password that nobody has', { ...PARAMETERS, secret: pepper.secret })
  // NFC, so that the same characters typed on another keyboard are the same password (RFC 8265).
  const normal = nfc
  const secretOf = (stored: StoredHash) => peppers.find((p) => p.id === stored.pepper_id)?.secret
  return {
    hash: async (password, client) => ({
      password_hash: await inTurn(client, () => hash(normal(password), { ...PARAMETERS, secret: pepper.secret })),
      pepper_id: pepper.id,
    }),
    verify: async (stored, password, client) => {
      const bearable = stored && isBearable(stored.password_hash) ? stored : undefined
      const secret = bearable && secretOf(bearable)
      const known = secret || bearable?.pepper_id === NO_PEPPER ? bearable : undefined
      const same = await inTurn(client, () =>
        // Hashes of the predecessor had no pepper: an empty one is none.
        verify(
          known?.password_hash ?? decoy,
          normal(password),
          known && !secret ? {} : { secret: secret ?? pepper.secret },
        ),
      )
      if (same && known !== undefined) return true
      if (bearable && !known) missed(bearable.pepper_id)
      if (unreadable) throw new AppError('service.unavailable', { headers: { 'Retry-After': '60' } })
      return false
    },
    // The library compares with its own defaults unless it is told ours.
    names: (pepperIds) => {
      for (const id of pepperIds) if (id !== NO_PEPPER && !peppers.some((p) => p.id === id)) missed(id)
    },
    waiting,
    isComplete: () => !unreadable,
    isOutdated: (stored) => stored.pepper_id !== pepper.id || needsRehash(stored.password_hash, PARAMETERS),
  }
}

function isBearable(phc: string): boolean {
  const parameters = /^\$argon2id\$v=\d+\$([^$]+)\$/.exec(phc)?.[1]
  if (parameters === undefined) return false
  const { m, t, p } = Object.fromEntries(parameters.split(',').map((pair) => pair.split('=')))
  return Number(m) <= MAX_PARAMETERS.memory && Number(t) <= MAX_PARAMETERS.passes && Number(p) <= MAX_PARAMETERS.lanes
}
