import type { ComponentChildren } from 'preact'
import { useAct } from '../../asking.ts'
import { r } from './words.ts'

/** Does something for a stated reason; what else is asked for stands before it. @param labels a button each, `work` hears which */
export function WithReason({
  labels,
  work,
  children,
}: {
  labels: readonly string[]
  work: (reason: string, given: FormData, label: string) => Promise<void>
  children?: ComponentChildren
}) {
  const { busy, wrong, act } = useAct()
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    const given = new FormData(event.currentTarget as HTMLFormElement)
    const label = event.submitter?.textContent ?? ''
    act(() => work(String(given.get('reason')), given, label))
  }
  return (
    <form class="row" onSubmit={submit}>
      {children}
      <label class="grow">
        {r.because}
        <input name="reason" minLength={10} maxLength={500} required />
      </label>
      {labels.map((label) => (
        <button key={label} disabled={busy.value}>
          {label}
        </button>
      ))}
      <p role="alert">{wrong}</p>
    </form>
  )
}
