import { openText } from '../../keys/seal.ts'
import type { Keys } from '../../keys/keys.ts'

/** A sealed text, or why it cannot be read. */
export function opened(sealed: Buffer, keys: Pick<Keys, 'payload'>): string {
  try {
    return openText(sealed, keys.payload)
  } catch {
    return '(sealed by a key that is not here)'
  }
}
