import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useEffect } from 'preact/hooks'
import { Refused } from '../../../../client/index.ts'
import { useAct, useTitle } from '../../asking.ts'
import { me } from '../../people.ts'
import { scenor, signedIn } from '../../session.ts'
import { inLanguage } from '../../words.ts'
import { words as account } from './words.ts'

const words = inLanguage({
  en: {
    confirm: 'Confirm your address',
    confirmHint: 'If you did not register, close this page.',
    proof: 'Your password, which shows that the address is yours',
    confirmed: 'Your address is confirmed.',
    reset: 'Set a new password',
    resetHint: 'All devices are signed out. Sign in again with the new password.',
    isReset: 'The new password is set. Sign in with it.',
    studio: 'To the studio',
  },
  ru: {
    confirm: 'Подтвердите адрес',
    confirmHint: 'Если вы не регистрировались, закройте эту страницу.',
    proof: 'Ваш пароль: он покажет, что адрес ваш',
    confirmed: 'Адрес подтверждён.',
    reset: 'Новый пароль',
    resetHint: 'На всех устройствах придётся войти заново, уже с новым паролем.',
    isReset: 'Новый пароль задан. Войдите с ним.',
    studio: 'В студию',
  },
})

/** A page that a mail leads to: one act with the token of the link, which leaves the address at once. */
function Mailed(props: {
  title: string
  hint: string
  done: string
  /** @param password what was typed, if there is a field for it */
  work: (password: string | undefined) => Promise<void>
  children: ComponentChildren
}) {
  const { title, hint, done, work, children } = props
  useTitle(() => title)
  const { busy, wrong, act } = useAct()
  const isDone = useSignal(false)
  useEffect(() => history.replaceState(null, '', location.hash.split('/').slice(0, 2).join('/')), [])
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    const password = new FormData(event.currentTarget as HTMLFormElement).get('password')
    act(async () => {
      await work(password === null ? undefined : String(password))
      isDone.value = true
    })
  }
  return (
    <section class="narrow">
      <h1 tabIndex={-1}>{title}</h1>
      {!isDone.value && <p class="quiet">{hint}</p>}
      <p role="status" class={isDone.value ? 'note' : undefined}>
        {isDone.value && (
          <>
            {done} <a href="#/">{words.studio}</a>
          </>
        )}
      </p>
      {!isDone.value && (
        <form onSubmit={submit}>
          {children}
          <button class="main" disabled={busy.value}>
            {title}
          </button>
        </form>
      )}
      <p role="alert">{wrong}</p>
    </section>
  )
}

/** A session of that account is proof enough; anybody else shows by the password that the address is theirs. */
export function Confirm({ token }: { token: string }) {
  const unproven = useSignal(false)
  const confirm = async (password: string | undefined) => {
    try {
      await scenor.call('POST /auth/verify-email', { body: { token, ...(password !== undefined && { password }) } })
    } catch (error) {
      if (error instanceof Refused && error.is('auth.proof_needed')) unproven.value = true
      throw error
    }
    if (signedIn.value) me.value = await scenor.call('GET /auth/me')
  }
  return (
    <Mailed title={words.confirm} hint={words.confirmHint} done={words.confirmed} work={confirm}>
      {(unproven.value || !signedIn.value) && (
        <label>
          {words.proof}
          <input name="password" type="password" autocomplete="current-password" required />
        </label>
      )}
    </Mailed>
  )
}

export function Reset({ token }: { token: string }) {
  const reset = async (password = '') => {
    await scenor.call('POST /auth/password/reset', { body: { token, password } })
    // Every session has ended with it, the one of this browser too.
    signedIn.value = false
  }
  return (
    <Mailed title={words.reset} hint={words.resetHint} done={words.isReset} work={reset}>
      <label>
        {account.next}
        <input name="password" type="password" autocomplete="new-password" minLength={8} maxLength={128} required />
      </label>
    </Mailed>
  )
}
