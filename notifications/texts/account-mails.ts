import type { Language } from '../../language.ts'
import type { OpenedAccountMail } from '../../internal/client.ts'
import type { MailText } from './render-mail.ts'

type Wording = readonly [subject: string, paragraphs: readonly string[], linkLabel?: string]

/** What each account mail says. Nothing of the person is in it but the link: mails are read on lock screens. */
const WORDINGS: Record<OpenedAccountMail['kind'], Record<Language, Wording>> = {
  verify_email: {
    en: [
      'Confirm your address',
      [
        'Somebody, hopefully you, registered at Scenor with this address.',
        'The link holds for a day, in the browser that you are signed in with or with your password.',
        'If it was not you, do nothing: nobody can use your address unless it is confirmed. To take the account over, ask for a new password with this address.',
      ],
      'Confirm the address',
    ],
    ru: [
      'Подтвердите адрес',
      [
        'Кто-то, надеемся вы, зарегистрировался в Scenor с этим адресом.',
        'Ссылка действует сутки — в браузере, где вы вошли, или с вашим паролем.',
        'Если это были не вы, ничего не делайте: без подтверждения вашим адресом никто не воспользуется. Чтобы забрать аккаунт себе, попросите новый пароль на этот адрес.',
      ],
      'Подтвердить адрес',
    ],
  },
  reset_password: {
    en: [
      'Set a new password',
      [
        'A new password was asked for at Scenor. If it was not you, do nothing: your password stays.',
        'The link holds for an hour and works once.',
      ],
      'Set a new password',
    ],
    ru: [
      'Новый пароль',
      [
        'В Scenor попросили задать новый пароль. Если это были не вы, ничего не делайте: пароль останется прежним.',
        'Ссылка действует час и срабатывает один раз.',
      ],
      'Задать новый пароль',
    ],
  },
  change_email: {
    en: [
      'Confirm your new address',
      [
        'At Scenor somebody, hopefully you, asked for this address instead of their present one.',
        'The link holds for a day, in the browser that you are signed in with or with your password.',
        'If it was not you, do nothing: without you nothing changes.',
      ],
      'Confirm the new address',
    ],
    ru: [
      'Подтвердите новый адрес',
      [
        'В Scenor кто-то, надеемся вы, попросил этот адрес вместо нынешнего.',
        'Ссылка действует сутки — в браузере, где вы вошли, или с вашим паролем.',
        'Если это были не вы, ничего не делайте: без вас ничего не изменится.',
      ],
      'Подтвердить новый адрес',
    ],
  },
  email_change_asked: {
    en: [
      'Another address was asked for',
      [
        'Your Scenor account is to get another address. This one counts until the new one is confirmed.',
        'If it was not you, change your password and end the sessions that you do not know.',
      ],
    ],
    ru: [
      'Запрошена смена адреса',
      [
        'У вашего аккаунта Scenor должен смениться адрес. Этот действует, пока новый не подтверждён.',
        'Если это были не вы, смените пароль и завершите незнакомые сеансы.',
      ],
    ],
  },
  email_changed: {
    en: [
      'Your address was changed',
      [
        'Your Scenor account has another address now; nothing more will be sent to this one.',
        'If it was not you, answer this mail or write to whoever runs this installation: you can no longer sign in with this address.',
      ],
    ],
    ru: [
      'Адрес изменён',
      [
        'У вашего аккаунта Scenor теперь другой адрес; на этот больше ничего не придёт.',
        'Если это были не вы, ответьте на это письмо или напишите тем, кто ведёт этот сервис: с этим адресом больше не войти.',
      ],
    ],
  },
  session_ended: {
    en: [
      'A session was ended for safety',
      [
        'A key of one of your Scenor sessions was used twice, as happens when it is stolen. That session was ended.',
        'Sign in again; if you noticed anything else, change your password.',
      ],
    ],
    ru: [
      'Сеанс завершён ради безопасности',
      [
        'Ключ одного из ваших сеансов Scenor использован дважды: так бывает, когда его крадут. Этот сеанс завершён.',
        'Войдите снова; если заметили что-то ещё, смените пароль.',
      ],
    ],
  },
}

/** The pages behind the links: below APP_URL, and in the studio where that is not set. */
const PAGES: Partial<Record<OpenedAccountMail['kind'], string>> = {
  verify_email: '/verify-email',
  change_email: '/verify-email',
  reset_password: '/reset-password',
}

/**
 * @param pages from the configuration, never from a request: a link must lead to us alone. The token goes behind the #: there a server and
 *   its logs never see it
 */
export function accountMailText(
  { kind, token }: OpenedAccountMail,
  language: Language,
  { appUrl, publicUrl }: { readonly appUrl: string; readonly publicUrl: string },
): MailText {
  const [subject, paragraphs, label] = WORDINGS[kind][language]
  const page = PAGES[kind]
  if (!page || !label || token === null) return { language, subject, paragraphs }
  const place = appUrl === publicUrl ? `/studio#${page}/${token}` : `${page}#token=${token}`
  return { language, subject, paragraphs, link: { label, url: `${appUrl}${place}` } }
}
