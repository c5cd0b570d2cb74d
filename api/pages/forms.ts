import type { Answer } from '../http/route.ts'
import type { Language } from '../../language.ts'
import { escaped } from '../../network/html.ts'
import { pageAnswer } from './page.ts'

/** A field of a form: its name in the body of the call, and how browsers treat it. */
interface Field {
  readonly name: 'email' | 'password' | 'full_name'
  readonly attributes: string
  readonly label: keyof Common
}

const EMAIL = { name: 'email', attributes: 'type="email" autocomplete="username" required', label: 'email' } as const
const PASSWORD = {
  name: 'password',
  attributes: 'type="password" autocomplete="current-password" required',
  label: 'password',
} as const
const NEW_PASSWORD = {
  name: 'password',
  attributes: 'type="password" autocomplete="new-password" minlength="8" maxlength="128" required',
  label: 'newPassword',
} as const
const NAME = { name: 'full_name', attributes: 'autocomplete="name" maxlength="200"', label: 'name' } as const

interface Form {
  /** Below the API's prefix. */
  readonly call: string
  /** Whether it goes with the token behind the #. */
  readonly token?: true
  /** Whether it signs in to read what the page's own path names. */
  readonly read?: true
  readonly fields: readonly Field[]
}

/** Each form with the call that it makes. */
const FORMS = {
  'verify-email': { call: '/auth/verify-email', token: true, fields: [PASSWORD] },
  'reset-password': { call: '/auth/password/reset', token: true, fields: [NEW_PASSWORD] },
  register: { call: '/auth/register', fields: [NAME, EMAIL, NEW_PASSWORD] },
  scenario: { call: '/auth/login', read: true, fields: [EMAIL, PASSWORD] },
} as const satisfies Record<string, Form>
export type FormName = keyof typeof FORMS

interface Words {
  readonly title: string
  readonly about: string
  readonly button: string
  readonly done: string
}
interface Common {
  readonly email: string
  readonly password: string
  readonly newPassword: string
  readonly name: string
  /** The API could not be reached, or said nothing that can be shown. */
  readonly failed: string
  readonly incomplete: string
  readonly script: string
  /** Where one goes on from here. */
  readonly studio: string
  readonly missing: Pick<Words, 'title' | 'about'>
}

const COMMON: Record<Language, Common> = {
  en: {
    email: 'E-mail',
    password: 'Password',
    newPassword: 'New password, at least 8 characters',
    name: 'Name (may stay empty)',
    failed: 'That did not work. Check your connection and try again.',
    incomplete: 'This address is not complete. Open the link straight from the mail.',
    script: 'This page needs JavaScript.',
    studio: 'To the studio',
    missing: {
      title: 'There is nothing here any more',
      about: 'The link was taken back, its time is over, or it is not complete. Ask whoever sent it for a new one.',
    },
  },
  ru: {
    email: 'Почта',
    password: 'Пароль',
    newPassword: 'Новый пароль, не короче 8 знаков',
    name: 'Имя (можно не указывать)',
    failed: 'Не получилось. Проверьте соединение и попробуйте ещё раз.',
    incomplete: 'Адрес неполный. Откройте ссылку прямо из письма.',
    script: 'Этой странице нужен JavaScript.',
    studio: 'В студию',
    missing: {
      title: 'Здесь больше ничего нет',
      about: 'Ссылку отозвали, её срок вышел или она неполная. Попросите новую у того, кто её прислал.',
    },
  },
}

const WORDS: Record<FormName, Record<Language, Words>> = {
  'verify-email': {
    en: {
      title: 'Confirm your address',
      about: 'The password of your Scenor account shows that it is yours. If you did not register, close this page.',
      button: 'Confirm the address',
      done: 'Your address is confirmed. You can close this page.',
    },
    ru: {
      title: 'Подтвердите адрес',
      about: 'Пароль от аккаунта Scenor покажет, что он ваш. Если вы не регистрировались, закройте эту страницу.',
      button: 'Подтвердить адрес',
      done: 'Адрес подтверждён. Страницу можно закрыть.',
    },
  },
  'reset-password': {
    en: {
      title: 'Set a new password',
      about: 'All devices are signed out. Sign in again with the new password.',
      button: 'Set the password',
      done: 'The new password is set. Sign in with it.',
    },
    ru: {
      title: 'Новый пароль',
      about: 'На всех устройствах придётся войти заново, уже с новым паролем.',
      button: 'Задать пароль',
      done: 'Новый пароль задан. Войдите с ним.',
    },
  },
  register: {
    en: {
      title: 'Register at Scenor',
      about: 'If you were invited, take the address that the invitation came to.',
      button: 'Register',
      done: 'Almost there: confirm your address with the link in the mail that we have sent you.',
    },
    ru: {
      title: 'Регистрация в Scenor',
      about: 'Если вас пригласили, укажите почту, на которую пришло приглашение.',
      button: 'Зарегистрироваться',
      done: 'Почти готово: подтвердите адрес по ссылке из письма, которое мы отправили.',
    },
  },
  scenario: {
    en: {
      title: 'Read the script',
      about: 'Sign in to read it. You are signed out again once it is here.',
      button: 'Show the script',
      done: '',
    },
    ru: {
      title: 'Открыть сценарий',
      about: 'Войдите, чтобы прочитать его. Как только он откроется, вход завершится.',
      button: 'Показать сценарий',
      done: '',
    },
  },
}

const inputOf = (common: Common, { name, attributes, label }: Field): string =>
  `<label for="${name}">${escaped(common[label] as string)}</label>
<input id="${name}" name="${name}" ${attributes}>`

/** A page with one form, which `form.js` sends. */
export function formPage(name: FormName, language: Language): Answer {
  const common = COMMON[language]
  const { title, about, button, done } = WORDS[name][language]
  const { call, fields, token, read }: Form = FORMS[name]
  const data = {
    call,
    failed: common.failed,
    incomplete: common.incomplete,
    ...(token && { token: '1' }),
    ...(read && { read: '1' }),
  }
  const attributes = Object.entries(data).map(([key, value]) => ` data-${key}="${escaped(value)}"`)
  const main = `<h1>${escaped(title)}</h1>
<p>${escaped(about)}</p>
<noscript><p class="wrong">${escaped(common.script)}</p></noscript>
<p id="wrong" class="wrong" role="alert" hidden></p>
<p id="done" role="status" tabindex="-1" hidden>${escaped(done)} <a href="/studio">${escaped(common.studio)}</a></p>
<form${attributes.join('')}>
${fields.map((field) => inputOf(common, field)).join('\n')}
<button>${escaped(button)}</button>
</form>`
  return pageAnswer(200, { language, title, main, form: true })
}

/** What a link opens that leads nowhere (any more). */
export function missingPage(language: Language): Answer {
  const { title, about } = COMMON[language].missing
  return pageAnswer(404, { language, title, main: `<h1>${escaped(title)}</h1>\n<p>${escaped(about)}</p>` })
}
