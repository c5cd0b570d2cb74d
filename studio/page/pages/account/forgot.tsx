import { useSignal } from '@preact/signals'
import { useAct, useTitle } from '../../asking.ts'
import { scenor } from '../../session.ts'
import { inLanguage, t } from '../../words.ts'

export const words = inLanguage({
  en: {
    forgot: 'Forgot the password?',
    title: 'A new password',
    hint: 'We send a link to set a new one, if there is an account with this address.',
    send: 'Send the link',
    sent: 'If there is such an account, the link is on its way. Look into your mail.',
    enter: 'To the sign-in',
  },
  ru: {
    forgot: 'Забыли пароль?',
    title: 'Новый пароль',
    hint: 'Пришлём ссылку, по которой можно задать новый, если с этой почтой есть аккаунт.',
    send: 'Прислать ссылку',
    sent: 'Если такой аккаунт есть, ссылка уже в пути. Проверьте почту.',
    enter: 'Ко входу',
  },
})

/** What it says tells nobody whether there is such an account. */
export function Forgot() {
  useTitle(() => words.title)
  const { busy, wrong, act } = useAct()
  const sent = useSignal(false)
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    const email = String(new FormData(event.currentTarget as HTMLFormElement).get('email')).trim()
    act(async () => {
      await scenor.call('POST /auth/password/forgot', { body: { email } })
      sent.value = true
    })
  }
  return (
    <section class="narrow">
      <h1 tabIndex={-1}>{words.title}</h1>
      <p class="quiet">{words.hint}</p>
      <form onSubmit={submit}>
        <label>
          {t.email}
          <input name="email" type="email" autocomplete="username" required />
        </label>
        <button class="main" disabled={busy.value}>
          {words.send}
        </button>
      </form>
      <p role="status">{sent.value && words.sent}</p>
      <p role="alert">{wrong}</p>
      <p>
        <a href="#/">{words.enter}</a>
      </p>
    </section>
  )
}
