import { useAct, useTitle } from '../asking.ts'
import { go } from '../route.ts'
import { enter, enterAsGuest, takesGuests } from '../session.ts'
import { t } from '../words.ts'
import { words } from './account/forgot.tsx'

export function Enter() {
  const { busy, wrong, act } = useAct()
  useTitle(() => t.enter)
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget as HTMLFormElement)
    const how = (event.submitter as HTMLButtonElement | null)?.value === 'register' ? 'register' : 'login'
    act(() => enter(how, String(form.get('email')), String(form.get('password'))))
  }
  const guest = () =>
    act(async () => {
      await enterAsGuest()
      go('/new')
    })
  return (
    <section class="narrow">
      <h1 tabIndex={-1}>Scenor</h1>
      {takesGuests && (
        <p>
          <button class="main" onClick={guest} disabled={busy.value}>
            {t.guest}
          </button>
          <small> {t.guestHint}</small>
        </p>
      )}
      <form onSubmit={submit}>
        <label>
          {t.email}
          <input name="email" type="email" autocomplete="username" required />
        </label>
        <label>
          {t.password}
          <input name="password" type="password" autocomplete="current-password" required />
        </label>
        <div class="row">
          <button value="login" disabled={busy.value}>
            {t.enter}
          </button>
          <button value="register" disabled={busy.value}>
            {t.register}
          </button>
        </div>
      </form>
      <p role="alert">{wrong}</p>
      <p>
        <a href="#/forgot">{words.forgot}</a>
      </p>
    </section>
  )
}
