import { useAct } from '../../asking.ts'
import { r } from './words.ts'

/** Does something for a stated reason. */
export function WithReason({ label, work }: { label: string; work: (reason: string) => Promise<void> }) {
  const { busy, wrong, act } = useAct()
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    const reason = String(new FormData(event.currentTarget as HTMLFormElement).get('reason'))
    act(() => work(reason))
  }
  return (
    <form class="row" onSubmit={submit}>
      <label class="grow">
        {r.because}
        <input name="reason" minLength={10} maxLength={500} required />
      </label>
      <button disabled={busy.value}>{label}</button>
      <p role="alert">{wrong}</p>
    </form>
  )
}
