import { availableParallelism } from 'node:os'
import { argon2id, hash, verify } from 'argon2'
import { AppError } from '../errors.ts'
import type { NamedSecret } from '../keys.ts'

/** OWASP's set for argon2id: 19 MiB, 2 passes, 1 lane; about 20 ms of a core. The library's own default takes 64 MiB and 4 threads. */
const PARAMETERS = { type: argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1, hashLength: 32 } as const
/** A hash waits this long for its turn, then the caller is told to come back. */
const WAIT_MS = 2_000

export interface Passwords {
  readonly pepperId: string
  /** @returns PHC string; @throws AppError service.unavailable when too many hashes wait */
  hash(password: string): Promise<string>
  /** Compares in the same time whether there is a hash or not: without one a decoy is verified, and the answer is false. */
  verify(phc: string | undefined, password: string): Promise<boolean>
}

/**
 * Password hashing, bounded: each hash takes 19 MiB and a core. The turn belongs to the job and not to the request: a client that
 * goes away does not free it.
 */
export async function createPasswords(pepper: NamedSecret): Promise<Passwords> {
  const inTurn = createTurns(Math.max(1, availableParallelism() - 1))
  const decoy = await hash('a password that nobody has', { ...PARAMETERS, secret: pepper.secret })
  // NFC, so that the same characters typed on another keyboard are the same password (RFC 8265).
  const normal = (password: string) => password.normalize('NFC')
  return {
    pepperId: pepper.id,
    hash: (password) => inTurn(() => hash(normal(password), { ...PARAMETERS, secret: pepper.secret })),
    verify: async (phc, password) => {
      const same = await inTurn(() => verify(phc ?? decoy, normal(password), { secret: pepper.secret }))
      return same && phc !== undefined
    },
  }
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
