/** A name of a megabyte is not sent back. */
const MAX_TOKEN = 200

/** One reference token of a JSON Pointer (RFC 6901 §3). */
const token = (key: PropertyKey): string => {
  const text = String(key)
  const shown = text.length > MAX_TOKEN ? `${text.slice(0, MAX_TOKEN)}…` : text
  return `/${shown.replaceAll('~', '~0').replaceAll('/', '~1')}`
}

export const pointer = (path: readonly PropertyKey[]): string => path.map(token).join('')
