import { useSignal, useSignalEffect, type ReadonlySignal, type Signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { Refused } from '../../client/index.ts'
import { t } from './words.ts'

/** What went wrong, in words for a person. */
export function told(error: unknown): string {
  if (!(error instanceof Refused)) return error instanceof TypeError ? t.lost : String(error)
  const fields = error.errors.map(({ path, message }) => `${path.slice(1).replaceAll('/', ' › ')}: ${message}`)
  return [error.message, ...fields].join('. ')
}

export interface Answer<T> {
  readonly data: T | undefined
  readonly error: unknown
}

/** Asks when the page is shown and whenever what it depends on has changed; the last question counts. */
export function useAnswer<T>(ask: () => PromiseLike<T>, on: readonly unknown[]): Signal<Answer<T>> {
  const answer = useSignal<Answer<T>>({ data: undefined, error: undefined })
  useEffect(() => {
    let current = true
    answer.value = { data: undefined, error: undefined }
    ask().then(
      (data) => current && (answer.value = { data, error: undefined }),
      (error: unknown) => current && (answer.value = { data: undefined, error }),
    )
    return () => void (current = false)
  }, on)
  return answer
}

/** Does one thing at a time, and says what went wrong. */
export function useAct(): {
  busy: ReadonlySignal<boolean>
  wrong: Signal<string>
  act(work: () => Promise<void>): void
} {
  const busy = useSignal(false)
  const wrong = useSignal('')
  const act = (work: () => Promise<void>) => {
    if (busy.value) return
    busy.value = true
    wrong.value = ''
    work()
      .catch((error: unknown) => (wrong.value = told(error)))
      .finally(() => (busy.value = false))
  }
  return { busy, wrong, act }
}

/** The title of the tab. */
export function useTitle(title: () => string): void {
  useSignalEffect(() => void (document.title = `${title()} · Scenor`))
}
