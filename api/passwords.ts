import { availableParallelism } from 'node:os'
import { argon2id, hash, needsRehash, verify } from 'argon2'
import { AppError } from '../errors.ts'
import { NO_PEPPER } from '../db/auth/schema.ts'
import type { NamedSecret } from '../keys.ts'

/** OWASP's set for argon2id: 19 MiB, 2 passes, 1 lane; about 20 ms of a core. The library's own default takes 64 MiB and 4 threads. */
const PARAMETERS = { type: argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1, hashLength: 32 } as const
/** A hash waits this long for its turn, then the caller is told to come back. */
const WAIT_MS = 2_000

/** What a stored hash may ask of us: a row that was tampered with must not take the machine's memory. */
const MOST = { memory: 131_072, passes: 10, lanes: 4 }

/** A hash as the account's row has it. */
export interface StoredHash {
  readonly password_hash: string
  readonly pepper_id: string
}

export interface Passwords {
  /** @throws AppError service.unavailable when too many hashes wait */
  hash(password: string): Promise<StoredHash>
  /** Compares in the same time whether there is a hash or not: without one a decoy is verified, and the answer is false. */
  verify(stored: StoredHash | undefined, password: string): Promise<boolean>
  /** Was it made with other parameters or an older pepper than today's? */
  isOutdated(stored: StoredHash): boolean
}

/**
 * Password hashing, bounded: each hash takes 19 MiB and a core. The turn belongs to the job and not to the request: a client that
 * goes away does not free it.
 * @param peppers the first one is used for new hashes
 */
export async function createPasswords(peppers: readonly NamedSecret[]): Promise<Passwords> {
  const [pepper] = peppers as [NamedSecret]
  // As many as there are cores: the hashes run beside the event loop, which the system's scheduler gives its share.
  const inTurn = createTurns(availableParallelism())
  const decoy = await hash('a password that nobody has', { ...PARAMETERS, secret: pepper.secret })
  // NFC, so that the same characters typed on another keyboard are the same password (RFC 8265).
  const normal = (password: string) => password.normalize('NFC')
  const secretOf = (stored: StoredHash) => peppers.find((p) => p.id === stored.pepper_id)?.secret
  return {
    hash: async (password) => ({
      password_hash: await inTurn(() => hash(normal(password), { ...PARAMETERS, secret: pepper.secret })),
      pepper_id: pepper.id,
    }),
    verify: async (stored, password) => {
      const bearable = stored && isBearable(stored.password_hash) ? stored : undefined
      const secret = bearable && secretOf(bearable)
      const known = secret || bearable?.pepper_id === NO_PEPPER ? bearable : undefined
      const same = await inTurn(() =>
        // Hashes of the predecessor had no pepper: an empty one is none.
        verify(
          known?.password_hash ?? decoy,
          normal(password),
          known && !secret ? {} : { secret: secret ?? pepper.secret },
        ),
      )
      return same && known !== undefined
    },
    // The library compares with its own defaults unless it is told ours.
    isOutdated: (stored) => stored.pepper_id !== pepper.id || needsRehash(stored.password_hash, PARAMETERS),
  }
}

function isBearable(phc: string): boolean {
  const parameters = /^\$argon2id\$v=\d+\$([^$]+)\$/.exec(phc)?.[1]
  if (parameters === undefined) return false
  const { m, t, p } = Object.fromEntries(parameters.split(',').map((pair) => pair.split('=')))
  return Number(m) <= MOST.memory && Number(t) <= MOST.passes && Number(p) <= MOST.lanes
}

/** At most `width` jobs at a time, first come first served. */
function createTurns(width: number): <T>(job: () => Promise<T>) => Promise<T> {
  let free = width
  const waiting: (() => void)[] = []
  const turn = () => {
    if (free > 0) {
      free--
      return undefined
    }
    return new Promise<void>((resolve, reject) => {
      const go = () => {
        clearTimeout(timer)
        resolve()
      }
      const timer = setTimeout(() => {
        waiting.splice(waiting.indexOf(go), 1)
        reject(new AppError('service.unavailable', { headers: { 'Retry-After': '2' } }))
      }, WAIT_MS)
      waiting.push(go)
    })
  }
  return async (job) => {
    await turn()
    try {
      return await job()
    } finally {
      // The turn goes to the next in line, if there is one, without becoming free in between.
      const next = waiting.shift()
      if (next) next()
      else free++
    }
  }
}
