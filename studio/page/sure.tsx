import { useSignal } from '@preact/signals'
import { inLanguage } from './words.ts'

const words = inLanguage({ en: { no: 'No', sure: 'Yes' }, ru: { no: 'Нет', sure: 'Да' } })

/** What cannot be taken back is asked twice, in place: the second button stands where the first one stood, and has the focus. */
export function Sure({ label, about, busy, act }: { label: string; about: string; busy: boolean; act: () => void }) {
  const asked = useSignal(false)
  if (!asked.value)
    return (
      <button aria-label={`${label}: ${about}`} disabled={busy} onClick={() => (asked.value = true)}>
        {label}
      </button>
    )
  const leave = () => (asked.value = false)
  return (
    <span
      class="row"
      role="group"
      aria-label={`${label}: ${about}`}
      onKeyDown={({ key }) => key === 'Escape' && leave()}
    >
      <button class="danger" disabled={busy} onClick={act} ref={(button) => button?.focus()}>
        {`${label}? ${words.sure}`}
      </button>
      <button onClick={leave}>{words.no}</button>
    </span>
  )
}
