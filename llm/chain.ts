import { count, note } from '../telemetry/tally.ts'
import { createBreaker, type Breaker } from './breaker.ts'
import {
  ProviderFailure,
  type CallOptions,
  type FailureReason,
  type KeptCall,
  type ScriptProvider,
} from './provider.ts'

/** After these nobody else is asked: a refusal is an answer, and nobody goes shopping for one who writes it after all. */
const STAYS: readonly FailureReason[] = ['refused']

/** Told when a provider's breaker opens or closes. */
export type HealthChanged = (provider: string, healthy: boolean, reason: FailureReason | null) => void

/**
 * Several providers as one: the first whose breaker is closed is asked, then the next. Each is asked once at most, in a time of its own.
 * With all breakers open they are asked all the same: to refuse work because of what was is worse than one call in vain. What may be
 * spent in vain is for all of them together. Who keeps an answer that was asked for already comes before all others.
 */
export function createChain(providers: readonly ScriptProvider[], changed: HealthChanged = () => {}): ScriptProvider {
  const [first] = providers
  if (!first) throw new Error('a chain needs a provider')
  for (const { name } of providers) note('scenor_model_breaker_open', { provider: name }, 0)
  const members: readonly { provider: ScriptProvider; breaker: Breaker }[] = providers.map((provider) => ({
    provider,
    breaker: createBreaker((healthy, reason) => {
      note('scenor_model_breaker_open', { provider: provider.name }, healthy ? 0 : 1)
      changed(provider.name, healthy, reason)
    }),
  }))
  return {
    name: first.name,
    model: first.model,
    is_demo: first.is_demo,
    ask: async (task, options) => {
      const { kept } = options
      const byTurn = kept ? members.toSorted((a, b) => turn(a.provider, kept) - turn(b.provider, kept)) : members
      const closed = byTurn.filter(({ breaker }) => !breaker.open)
      let last: ProviderFailure | undefined
      let spent = 0
      let before: { provider: string; reason: FailureReason } | undefined
      for (const { provider, breaker } of closed.length > 0 ? closed : byTurn) {
        if (before) count('scenor_model_fallbacks_total', before)
        try {
          const answered = await provider.ask(task, options)
          breaker.succeeded()
          return answered
        } catch (error) {
          if (!(error instanceof ProviderFailure)) throw error
          breaker.failed(error)
          spent += error.spent
          before = { provider: provider.name, reason: error.reason }
          last = worthMore(last, error)
          if (STAYS.includes(error.reason) || error.kept || !mayGoOn(options, spent)) throw error.withSpent(spent)
        }
      }
      throw last!.withSpent(spent)
    },
  }
}

const turn = ({ name }: ScriptProvider, kept: KeptCall) => (name === kept.provider ? 0 : 1)

const mayGoOn = ({ maxSpent = Infinity }: CallOptions, spent: number) => spent < maxSpent

/** What the whole chain failed with: as long as one of them may work later, it is worth a retry. */
const worthMore = (a: ProviderFailure | undefined, b: ProviderFailure): ProviderFailure =>
  a && a.retryable && !b.retryable ? a : b
