/**
 * What a provider asked us to wait: `retry-after-ms`, else `retry-after` in seconds or as an HTTP date (RFC 9110 §10.2.3).
 * @returns milliseconds within 0 to 120,000; `undefined` without a readable header
 */
export function retryAfter(headers: Headers | undefined, now = Date.now()): number | undefined {
  const clamp = (ms: number) => (Number.isFinite(ms) ? Math.min(Math.max(Math.round(ms), 0), MAX_WAIT_MS) : undefined)
  const ms = headers?.get('retry-after-ms')?.trim()
  if (ms && /^-?\d+(\.\d+)?$/.test(ms)) return clamp(Number(ms))
  const after = headers?.get('retry-after')?.trim()
  if (!after) return undefined
  return /^-?\d+(\.\d+)?$/.test(after) ? clamp(Number(after) * 1000) : clamp(Date.parse(after) - now)
}

/** The longest wait that a provider may ask for: longer ones would outlast the patience of the operation. */
const MAX_WAIT_MS = 120000
