import { useSignal } from '@preact/signals'
import { useAct } from '../../asking.ts'
import { me } from '../../people.ts'
import { scenor } from '../../session.ts'
import { t } from '../../words.ts'
import { Frame } from './frame.tsx'
import { useGoverned } from './governed.tsx'
import { Sessions } from './sessions.tsx'
import { Unconfirmed } from './unconfirmed.tsx'
import { words } from './words.ts'

const given = (form: HTMLFormElement, name: string): string => String(new FormData(form).get(name) ?? '')

function Address() {
  const { busy, govern, question } = useGoverned()
  const sent = useSignal('')
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    const form = event.currentTarget as HTMLFormElement
    const new_email = given(form, 'email').trim()
    govern(async (password) => {
      await scenor.call('POST /auth/email/change', { body: { new_email, ...(password && { password }) } })
      sent.value = new_email
      form.reset()
    })
  }
  return (
    <section aria-labelledby="address">
      <h2 id="address">{t.email}</h2>
      <p>{me.value?.email}</p>
      <form class="row" onSubmit={submit}>
        <label class="grow">
          {words.newEmail}
          <input name="email" type="email" autocomplete="email" required />
        </label>
        <button disabled={busy.value}>{words.changeEmail}</button>
      </form>
      <p class="quiet">{words.emailHint}</p>
      <p role="status">{sent.value && `${words.emailSent} ${sent.value}.`}</p>
      {question}
    </section>
  )
}

function Password() {
  const { busy, wrong, act } = useAct()
  const said = useSignal('')
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    const form = event.currentTarget as HTMLFormElement
    act(async () => {
      const body = { current_password: given(form, 'now'), new_password: given(form, 'next') }
      await scenor.call('POST /auth/password/change', { body })
      said.value = words.passwordSet
      form.reset()
    })
  }
  return (
    <section aria-labelledby="password">
      <h2 id="password">{words.password}</h2>
      <form onSubmit={submit}>
        <input
          class="sr-only"
          type="text"
          autocomplete="username"
          readOnly
          tabIndex={-1}
          aria-hidden
          value={me.value?.email}
        />
        <div class="fields">
          <label>
            {words.now}
            <input name="now" type="password" autocomplete="current-password" required />
          </label>
          <label>
            {words.next}
            <input name="next" type="password" autocomplete="new-password" minLength={8} maxLength={128} required />
          </label>
        </div>
        <button disabled={busy.value}>{words.changePassword}</button>
      </form>
      <p role="status">{said}</p>
      <p role="alert">{wrong}</p>
    </section>
  )
}

export const SignIn = () => (
  <Frame title={words.signIn}>
    <Unconfirmed />
    <Address />
    <Password />
    <Sessions />
  </Frame>
)
