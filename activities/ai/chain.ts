import { createBreaker, type Breaker } from './breaker.ts'
import { ProviderFailure, type FailureReason, type ScriptProvider } from './provider.ts'

/** Failures after which another provider may do better. Not a refusal: nobody goes shopping for one who writes it after all. */
const MOVES_ON: readonly FailureReason[] = [
  'connection',
  'timeout',
  'server_error',
  'rate_limited',
  'quota',
  'rejected',
  'empty',
  'malformed',
]

/** Told when a provider's breaker opens or closes. */
export type HealthChanged = (provider: string, healthy: boolean, reason: FailureReason | null) => void

/**
 * Several providers as one: the first whose breaker is closed is asked, then the next. Each is asked once at most. With all breakers
 * open they are asked all the same: to refuse work because of what was is worse than one call in vain.
 */
export function createChain(providers: readonly ScriptProvider[], changed: HealthChanged = () => {}): ScriptProvider {
  const [first] = providers
  if (!first) throw new Error('a chain needs a provider')
  const members: readonly { provider: ScriptProvider; breaker: Breaker }[] = providers.map((provider) => ({
    provider,
    breaker: createBreaker((healthy, reason) => changed(provider.name, healthy, reason)),
  }))
  return {
    name: first.name,
    model: first.model,
    is_demo: first.is_demo,
    ask: async (task, listening) => {
      const closed = members.filter(({ breaker }) => !breaker.open)
      let last: ProviderFailure | undefined
      for (const { provider, breaker } of closed.length > 0 ? closed : members) {
        try {
          const answered = await provider.ask(task, listening)
          breaker.succeeded()
          return answered
        } catch (error) {
          if (!(error instanceof ProviderFailure)) throw error
          breaker.failed(error)
          last = worthMore(last, error)
          if (!MOVES_ON.includes(error.reason)) throw error
        }
      }
      throw last
    },
  }
}

/** What the whole chain failed with: as long as one of them may work later, it is worth a retry. */
const worthMore = (a: ProviderFailure | undefined, b: ProviderFailure): ProviderFailure =>
  a && a.retryable && !b.retryable ? a : b
