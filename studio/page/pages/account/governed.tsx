import { useSignal, type ReadonlySignal } from '@preact/signals'
import type { JSX } from 'preact'
import { Refused } from '../../../../client/index.ts'
import { useAct } from '../../asking.ts'
import { words } from './words.ts'

type Work = (password: string | undefined) => Promise<void>

interface Governed {
  readonly busy: ReadonlySignal<boolean>
  /** Does it; where the sign-in is too long ago, asks for the password in place and goes on. */
  readonly govern: (work: Work) => void
  /** The question and what went wrong, for the place where it is asked. */
  readonly question: JSX.Element
}

export function useGoverned(): Governed {
  const waiting = useSignal<Work | undefined>(undefined)
  const { busy, wrong, act } = useAct()
  const attempt = (work: Work, password?: string) =>
    act(async () => {
      try {
        await work(password)
        waiting.value = undefined
      } catch (error) {
        if (!(error instanceof Refused) || error.code !== 'auth.fresh_login_needed') throw error
        waiting.value = work
        if (password !== undefined) throw new Error(words.wrongPassword, { cause: error })
      }
    })
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    const password = String(new FormData(event.currentTarget as HTMLFormElement).get('password'))
    if (waiting.value) attempt(waiting.value, password)
  }
  const question = (
    <>
      {waiting.value && (
        <form class="note" onSubmit={submit}>
          <p>{words.why}</p>
          <label>
            {words.again}
            <input
              name="password"
              type="password"
              autocomplete="current-password"
              required
              ref={(field) => field?.focus()}
            />
          </label>
          <p class="row">
            <button class="main" disabled={busy.value}>
              {words.goOn}
            </button>
            <button type="button" onClick={() => (waiting.value = undefined)}>
              {words.notNow}
            </button>
          </p>
        </form>
      )}
      <p role="alert">{wrong}</p>
    </>
  )
  return { busy, question, govern: (work) => attempt(work) }
}
