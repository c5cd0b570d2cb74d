import { createHash } from 'node:crypto'

/**
 * The UUIDv7 of an old row, the same at every run: its moment in front, as in any UUIDv7, and where others are random a hash of where
 * it comes from. So a run that was cut off finds what it has written.
 * @param source names the monolith: two of them may have the same numbers
 */
export function idOf(source: string, table: string, oldId: number | string, at: Date): string {
  const hash = createHash('sha256').update(`${source}\0${table}\0${oldId}`).digest('hex')
  const time = Math.max(0, at.getTime()).toString(16).padStart(12, '0')
  const variant = ((Number.parseInt(hash[3]!, 16) & 3) | 8).toString(16)
  return `${time.slice(0, 8)}-${time.slice(8, 12)}-7${hash.slice(0, 3)}-${variant}${hash.slice(4, 7)}-${hash.slice(7, 19)}`
}
