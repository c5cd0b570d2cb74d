import { createHash } from 'node:crypto'

/** The monolith kept no moment of this row: its id counts from here. */
export const EPOCH_MS = Date.UTC(2025, 0, 1)

/** Numbers below it keep their order; no sequence comes so far. */
const MAX_ORDERED = 2 ** 40

/**
 * The UUIDv7 of an old row, the same at every run: its moment in front, as in any UUIDv7, then its old number, so that rows of one
 * moment stay in their order, and last a hash of where it comes from. A run that was cut off finds by it what it has written.
 * @param source names the monolith: two of them may have the same numbers
 * @param oldId a number, or the name of a row without one
 * @param atMs milliseconds since 1970
 */
export function idOf(source: string, table: string, oldId: number | string, atMs: number): string {
  const hash = createHash('sha256').update(`${source}\0${table}\0${oldId}`).digest()
  const time = Math.min(Math.max(0, Math.trunc(atMs)), 2 ** 48 - 1)
    .toString(16)
    .padStart(12, '0')
  // 74 bits are free beside version and variant: 40 for the number, 34 for the hash.
  const ordered = typeof oldId === 'number' && oldId < MAX_ORDERED
  const number = ordered ? BigInt(oldId) : hash.readBigUInt64BE(8) >> 24n
  const bits = (number << 34n) | (hash.readBigUInt64BE(0) >> 30n)
  const high = (bits >> 62n).toString(16).padStart(3, '0')
  const low = ((bits & ((1n << 62n) - 1n)) | (1n << 63n)).toString(16)
  return `${time.slice(0, 8)}-${time.slice(8, 12)}-7${high}-${low.slice(0, 4)}-${low.slice(4)}`
}

/** Of the fields by which a later run sees that a row has changed in the monolith. A hash: no text is kept by it. */
export const markOf = (...fields: readonly unknown[]): string =>
  createHash('sha256').update(JSON.stringify(fields)).digest('base64url').slice(0, 16)
