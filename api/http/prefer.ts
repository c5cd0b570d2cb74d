/** Seconds that a client may ask to be waited for: the contract caps it. */
const MAX_WAIT_S = 30
/** Without a wish: most titles come within this. */
const DEFAULT_S = 20

/** How long a request may wait for its result, milliseconds: `Prefer: respond-async` or `wait=N` (RFC 7240). */
export function preferredWait(header: string | undefined): number {
  const wishes = (header ?? '')
    .toLowerCase()
    .split(',')
    .map((w) => w.split(';')[0]!.trim())
  const wait = wishes.map((w) => /^wait\s*=\s*"?(\d{1,9})"?$/.exec(w)?.[1]).find((n) => n !== undefined)
  if (wait !== undefined) return Math.min(Number(wait), MAX_WAIT_S) * 1_000
  return wishes.includes('respond-async') ? 0 : DEFAULT_S * 1_000
}
