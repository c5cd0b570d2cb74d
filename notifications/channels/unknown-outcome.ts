/**
 * The other side has all of a message and did not say what became of it: it may have been delivered. No refusal, and no failure either:
 * tried once more and then left as "perhaps sent". The text says what was heard last.
 */
export class UnknownOutcome extends Error {
  override readonly name = 'UnknownOutcome'
}

/** Failures of a connection before a request can have gone out (Node's and undici's codes). */
const NEVER_SENT = [
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]

/** Whether a request that failed with this code cannot have been heard. */
export const wasNeverSent = (code: string | undefined): boolean => code !== undefined && NEVER_SENT.includes(code)

/** Whether an answer of a server, or of a gateway before it, leaves open what became of the request. */
export const leavesOpen = (status: number): boolean => status >= 500 && status !== 501 && status !== 503
