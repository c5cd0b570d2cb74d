import { retryAfter } from '../../network/retry-after.ts'

/** A provider or push service is too busy, and perhaps says for how long. */
export class TryLater extends Error {
  override readonly name = 'TryLater'
  /** Milliseconds, 0 to 120,000; undefined when it did not say. */
  readonly afterMs: number | undefined
  constructor(status: number, headers: Headers) {
    super(`HTTP ${status}`)
    this.afterMs = retryAfter(headers)
  }
}
