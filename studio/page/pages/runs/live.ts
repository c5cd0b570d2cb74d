import { useSignal, type Signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'

export interface Live<T> {
  readonly data: T | undefined
  readonly error: unknown
  /** When it was so, ISO 8601. */
  readonly at: string
}

const EVERY_MS = 3_000

/**
 * Asks again and again while somebody looks, and keeps what there was meanwhile: what is read must not vanish under the eyes. A question
 * that was answered before `on` changed counts no more.
 */
export function useLive<T>(ask: () => PromiseLike<T>, on: readonly unknown[], runs: Signal<boolean>): Signal<Live<T>> {
  const live = useSignal<Live<T>>({ data: undefined, error: undefined, at: '' })
  useEffect(() => {
    let current = true
    let timer: ReturnType<typeof setTimeout> | undefined
    const later = () => {
      if (current && runs.value) timer = setTimeout(() => (document.hidden ? later() : look()), EVERY_MS)
    }
    const look = () => {
      const keep = (found: Omit<Live<T>, 'at'>) => {
        if (current) live.value = { ...found, at: new Date().toISOString() }
        later()
      }
      ask().then(
        (data) => keep({ data, error: undefined }),
        (error: unknown) => keep({ data: live.value.data, error }),
      )
    }
    look()
    return () => {
      current = false
      clearTimeout(timer)
    }
  }, [...on, runs.value])
  return live
}
