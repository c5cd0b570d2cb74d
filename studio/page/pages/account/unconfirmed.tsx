import { useSignal } from '@preact/signals'
import { useAct } from '../../asking.ts'
import { me } from '../../people.ts'
import { isGuest, scenor } from '../../session.ts'
import { words } from './words.ts'

/** That the address still has to be confirmed; guests have none that could be. */
export function Unconfirmed() {
  const { busy, wrong, act } = useAct()
  const sent = useSignal(false)
  const person = me.value
  if (!person || person.email_verified || isGuest(person.email)) return null
  const send = () =>
    act(async () => {
      await scenor.call('POST /auth/verify-email/resend')
      sent.value = true
    })
  return (
    <div class="note">
      <p>
        <b>{person.email}</b>
        <br />
        {words.confirm}
      </p>
      <p class="row">
        <button disabled={busy.value} onClick={send}>
          {words.resend}
        </button>
        <span role="status">{sent.value && words.resent}</span>
      </p>
      <p role="alert">{wrong}</p>
    </div>
  )
}
