import { useEffect, useRef } from 'preact/hooks'
import { useAct } from '../../asking.ts'

/** As long as the API takes. */
const LONGEST = 5_000

/** Some words to be written and sent; the field is empty again once they are, and full as long as they are not. */
export function Say({
  label,
  text,
  send,
  say,
  focus = true,
}: {
  label: string
  text: string
  send: string
  say: (words: string) => Promise<void>
  focus?: boolean
}) {
  const { busy, wrong, act } = useAct()
  const field = useRef<HTMLTextAreaElement>(null)
  // A dialog that is opened with it takes `autofocus`; what is added to a page has to be given the focus,
  // once the dialog is open: before, it would take it from the button that is to have it back.
  useEffect(() => {
    if (focus) field.current?.focus()
  }, [])
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    act(async () => {
      await say(field.current?.value ?? '')
      if (field.current) field.current.value = text
    })
  }
  return (
    <form class="say" onSubmit={submit}>
      <label>
        {label}
        <textarea ref={field} rows={2} maxLength={LONGEST} required autofocus={focus} defaultValue={text} />
      </label>
      <button disabled={busy.value}>{send}</button>
      <p role="alert">{wrong}</p>
    </form>
  )
}
