import type { FailureReason, ProviderFailure } from './provider.ts'

/** Failures in a row that open it. An exhausted quota or a wrong key opens it at once: those do not mend by themselves. */
const MAX_FAILURES = 5
const COOLDOWN_MS = 30_000
const LONG_COOLDOWN_MS = 300_000

const OF_PROVIDER: readonly FailureReason[] = ['connection', 'server_error', 'rate_limited', 'timeout']
const LASTING: readonly FailureReason[] = ['quota', 'rejected']

export interface Breaker {
  /** Whether calls should go elsewhere for now. After its time one call may try. */
  readonly open: boolean
  succeeded(): void
  failed(failure: ProviderFailure): void
}

/**
 * @param changed told what the first call shows, when it opens (again after its time, too) and when it closes: the provider's health, as
 * operators and clients see it
 */
export function createBreaker(
  changed: (healthy: boolean, reason: FailureReason | null) => void,
  now: () => number = Date.now,
): Breaker {
  let inARow = 0
  let until = 0
  // Another process may have written down what is no longer so: the first success says that it works.
  let works: boolean | undefined
  return {
    get open() {
      return now() < until
    },
    succeeded: () => {
      inARow = 0
      until = 0
      if (works !== true) changed(true, null)
      works = true
    },
    failed: ({ reason }) => {
      const lasting = LASTING.includes(reason)
      // A refusal or a bad answer is the model's, not the provider's health.
      if (!lasting && !OF_PROVIDER.includes(reason)) return
      inARow++
      if (!lasting && inARow < MAX_FAILURES) return
      const wasOpen = now() < until
      until = now() + (lasting ? LONG_COOLDOWN_MS : COOLDOWN_MS)
      if (!wasOpen) changed(false, reason)
      works = false
    },
  }
}
