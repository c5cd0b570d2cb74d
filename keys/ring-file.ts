import { readFile, rename, stat, writeFile } from 'node:fs/promises'
import { RINGS, type RingName } from './rings.ts'
import { RotationError } from './signing.ts'

const DAY_MS = 86_400_000

/** The entries of a ring file, `id:secret` each; the first makes, all read. */
type Entries = readonly string[]
type Change = (ring: Entries, unchangedMs: number) => Entries

/** Adds a key behind the others: it reads, so that every process can know it before one makes anything with it. */
export const addKey =
  (fresh: string): Change =>
  (ring) => [...ring, fresh]

/** The newest key makes from now on; those before it stay and read. */
export const activateKey: Change = (ring) => {
  if (ring.length < 2) throw new RotationError('there is no key behind the first one: add one first')
  const newest = ring.at(-1)!
  return [newest, ...ring.slice(0, -1)]
}

/**
 * Forgets every key but the first. What was made with them can be read by nobody afterwards.
 * @param now although something may still need them
 */
export const pruneKeys =
  (name: RingName, now: boolean): Change =>
  (ring, unchangedMs) => {
    const { days, by } = RINGS[name].needed
    if (!now && unchangedMs < days * DAY_MS) {
      const since =
        days === Infinity
          ? 'nothing tells when they are of no use any more'
          : `the ring changed less than ${days} days ago`
      throw new RotationError(
        `${since}: ${by} may still need the older keys; --now forgets them all the same, and with them whatever they made`,
      )
    }
    return ring.slice(0, 1)
  }

/** Changes a ring file. Written beside and renamed into place: a crash leaves the old ring. */
export async function changeRing(path: string, change: Change): Promise<void> {
  const { mtimeMs } = await stat(path)
  const draft = `${path}.${process.pid}`
  await writeFile(draft, change(await readRing(path), Date.now() - mtimeMs).join(','), { mode: 0o600, flush: true })
  await rename(draft, path)
}

/** Ids in order, the one that makes first. Never the secrets. */
export const ringIds = async (path: string): Promise<readonly string[]> =>
  (await readRing(path)).map((entry) => entry.slice(0, entry.lastIndexOf(':')))

const readRing = async (path: string): Promise<Entries> => (await readFile(path, 'utf8')).trim().split(',')
