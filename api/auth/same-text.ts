import { createHash, timingSafeEqual } from 'node:crypto'

/** Whether a secret was given, in a time that tells nothing of where it differs. */
export function isSameText(given: string, secret: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(secret))
}
