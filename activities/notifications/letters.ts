import type { Language } from '../../errors.ts'
import type { OpenedLetter } from '../internal-client.ts'

export interface LetterText {
  readonly language: Language
  readonly subject: string
  readonly paragraphs: readonly string[]
  readonly link?: { readonly label: string; readonly url: string }
  /** Below everything. */
  readonly footer?: { readonly label: string; readonly url: string }
}

type Wording = readonly [subject: string, paragraphs: readonly string[], linkLabel?: string]

/** What each letter says. Nothing of the person is in it but the link: mails are read on lock screens. */
const WORDINGS: Record<OpenedLetter['kind'], Record<Language, Wording>> = {
  verify_email: {
    en: [
      'Confirm your address',
      ['Somebody, hopefully you, registered at Scenor with this address.', 'The link holds for a day.'],
      'Confirm the address',
    ],
    ru: [
      'Подтвердите адрес',
      ['Кто-то, надеемся вы, зарегистрировался в Scenor с этим адресом.', 'Ссылка действует сутки.'],
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

/** Where the pages behind the links are, below PUBLIC_URL. */
const PAGES: Partial<Record<OpenedLetter['kind'], string>> = {
  verify_email: '/verify-email',
  reset_password: '/reset-password',
}

/** @param publicUrl from the configuration, never from a request: a link must lead to us alone */
export function letterText({ kind, token }: OpenedLetter, language: Language, publicUrl: string): LetterText {
  const [subject, paragraphs, label] = WORDINGS[kind][language]
  const page = PAGES[kind]
  if (!page || !label || token === null) return { language, subject, paragraphs }
  return { language, subject, paragraphs, link: { label, url: `${publicUrl}${page}?token=${token}` } }
}
