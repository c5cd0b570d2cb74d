import type { QueryExecutorProvider } from 'kysely'
import { holderOf, isGone } from './holder.ts'
import { endLeasesOf, freeLease, listHolders, renewLease, takeLease, type Place } from './leases.ts'

/** So long a process that is gone, or stands still, keeps its place: another has it after that and its next look. */
const LEASE_MS = 6_000

const HOLDER = holderOf(process.pid)

/**
 * Frees what processes of this machine held that are gone: who is started again after a kill need not wait for its own lease to run out.
 * @param prefix of the places' names
 */
export async function freeLeasesOfGone(db: QueryExecutorProvider, prefix: string): Promise<void> {
  await endLeasesOf(
    db,
    (await listHolders(db, prefix)).filter(({ holder }) => isGone(holder)),
  )
}

export interface Keeper {
  /**
   * Takes the place, or says that it is held already. Renewed until it is let go of.
   * @returns undefined while somebody else has it
   */
  take(): Promise<Held | undefined>
  /** Lets others have it at once. */
  free(): Promise<void>
}

/** A place that this process has. */
export interface Held extends Place {
  /** Whether it is still sure, by a clock that nobody sets: false from the moment on which another may take it. */
  isSure(): boolean
  /** Aborted when the place is known to be lost. */
  readonly lost: AbortSignal
}

/**
 * A place that one process at a time may have, as a lease in the database: no connection holds it, so that a process that stands still or
 * a session that a pooler keeps alive holds up nobody for longer than that.
 */
export function createKeeper(
  db: QueryExecutorProvider,
  name: string,
  leaseMs = LEASE_MS,
  renewEachMs = leaseMs / 3,
): Keeper {
  let current: { readonly held: Held; readonly stop: () => void } | undefined
  let lookedForGone = false

  const hold = (place: Place, asked: number): Held => {
    const losing = new AbortController()
    let sureUntil = asked + leaseMs
    const lose = () => {
      clearInterval(timer)
      losing.abort(new Error(`somebody else has the place "${name}"`))
      if (current?.held === held) current = undefined
    }
    let asking = false
    const renew = async () => {
      const now = performance.now()
      if (now >= sureUntil) return lose()
      if (asking) return
      asking = true
      // A database that is away answers nobody: then the lease runs out, for all.
      const still = await renewLease(db, place, leaseMs).catch(() => undefined)
      asking = false
      if (still) sureUntil = now + leaseMs
      if (still === false) lose()
    }
    const timer = setInterval(() => void renew(), renewEachMs)
    timer.unref()
    const held: Held = { ...place, isSure: () => performance.now() < sureUntil, lost: losing.signal }
    current = { held, stop: () => clearInterval(timer) }
    return held
  }
  const keeper: Keeper = {
    take: async () => {
      if (current?.held.isSure()) return current.held
      current?.stop()
      current = undefined
      const asked = performance.now()
      const place = await takeLease(db, name, HOLDER, leaseMs)
      if (place) return hold(place, asked)
      if (lookedForGone) return undefined
      // Perhaps it is that of the process before this one.
      lookedForGone = true
      await freeLeasesOfGone(db, name)
      return keeper.take()
    },
    free: async () => {
      const mine = current
      if (!mine) return
      mine.stop()
      current = undefined
      await freeLease(db, mine.held)
    },
  }
  return keeper
}
