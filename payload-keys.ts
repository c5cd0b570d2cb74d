import { readFile, rename, stat, writeFile } from 'node:fs/promises'
import { CALL_TEXTS_DAYS, RETENTION_DAYS } from './workflows/retention.ts'
import { RotationError } from './signing-keys.ts'

/** Days after the last step for which a key may still be needed: by finished executions, and by the sealed texts of model calls. */
export const NEEDED_DAYS = Math.max(RETENTION_DAYS, CALL_TEXTS_DAYS)
const DAY_MS = 86_400_000

/** The entries of a ring file, `id:secret` each; the first encrypts, all decrypt. */
type Entries = readonly string[]
type Change = (ring: Entries, unchangedMs: number) => Entries

/** Adds a key behind the others: it decrypts, so that every process can know it before one encrypts with it. */
export const addKey =
  (fresh: string): Change =>
  (ring) => [...ring, fresh]

/** The newest key encrypts from now on; those before it stay and decrypt. */
export const activateKey: Change = (ring) => {
  if (ring.length < 2) throw new RotationError('there is no key behind the first one: add one first')
  const newest = ring.at(-1)!
  return [newest, ...ring.slice(0, -1)]
}

/**
 * Forgets every key but the first. What was encrypted with them can be read by nobody afterwards.
 * @param now although something may still need them
 */
export const pruneKeys =
  (now: boolean): Change =>
  (ring, unchangedMs) => {
    if (!now && unchangedMs < NEEDED_DAYS * DAY_MS)
      throw new RotationError(
        `the ring changed less than ${NEEDED_DAYS} days ago: executions (kept for ${RETENTION_DAYS} days after their end) and texts of model calls (${CALL_TEXTS_DAYS} days) may still need the older keys; --now forgets them all the same, and with them whatever they encrypted`,
      )
    return ring.slice(0, 1)
  }

/** Changes a ring file. Written beside and renamed into place: a crash leaves the old ring. */
export async function changeRing(path: string, change: Change): Promise<void> {
  const { mtimeMs } = await stat(path)
  const draft = `${path}.${process.pid}`
  await writeFile(draft, change(await readRing(path), Date.now() - mtimeMs).join(','), { mode: 0o600, flush: true })
  await rename(draft, path)
}

/** Ids in order, the encrypting one first. Never the secrets. */
export const ringIds = async (path: string): Promise<readonly string[]> =>
  (await readRing(path)).map((entry) => entry.slice(0, entry.lastIndexOf(':')))

const readRing = async (path: string): Promise<Entries> => (await readFile(path, 'utf8')).trim().split(',')
