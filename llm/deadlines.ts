import { CallTimeout } from './failures.ts'

/** Time limits of one call, milliseconds. One scalar would hide a stall: an 80 minute one was seen behind a long limit. */
export interface TimeLimits {
  /** Until the connection stands, TLS included. */
  readonly connect_ms: number
  /** Until the first piece of the answer. */
  readonly first_token_ms: number
  /** Between two pieces. */
  readonly idle_ms: number
  /** The whole call. */
  readonly total_ms: number
}

export interface Deadlines extends Disposable {
  /** Aborts with a `CallTimeout` that says which limit passed. */
  readonly signal: AbortSignal
  /** A sign of life has come. */
  heard(): void
}

/** Starts the clocks of one call. The connection's is the transport's. */
export function startDeadlines(limits: TimeLimits): Deadlines {
  const abort = new AbortController()
  const after = (ms: number, what: string) => setTimeout(() => abort.abort(new CallTimeout(what)), ms)
  const total = after(limits.total_ms, `no complete answer within ${limits.total_ms} ms`)
  let next = after(limits.first_token_ms, `no first piece within ${limits.first_token_ms} ms`)
  return {
    signal: abort.signal,
    heard: () => {
      clearTimeout(next)
      next = after(limits.idle_ms, `silent for ${limits.idle_ms} ms`)
    },
    [Symbol.dispose]: () => {
      clearTimeout(total)
      clearTimeout(next)
    },
  }
}
