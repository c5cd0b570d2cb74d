import type { Language } from '../../language.ts'
import type { OpenedInvitation } from '../../internal/client.ts'
import type { MailText } from './render-mail.ts'
import { nameOfPeople } from './words-of-people.ts'

/** Characters of a message that a stranger gets. */
const MOST_SAID = 500

interface Words {
  readonly role: Readonly<Record<OpenedInvitation['role'], string>>
  /** Without anybody's name: a stranger reads it before all else. */
  readonly subject: string
  /** @param may what the role allows */
  readonly shared: (who: string, what: string, may: string) => string
  readonly said: (words: string) => string
  readonly stranger: string
  readonly register: string
  readonly stop: string
}

const WORDS: Record<Language, Words> = {
  ru: {
    role: { viewer: 'смотреть', commenter: 'комментировать', editor: 'редактировать' },
    subject: 'Вас приглашают в Scenor',
    shared: (who, what, may) =>
      `Пользователь «${who}» делится с вами сценарием «${what}»: его можно будет ${may}, когда вы зарегистрируетесь с этим адресом и подтвердите его.`,
    said: (words) => `Слова пользователя: «${words}»`,
    stranger: 'Если вы никого не ждали, ничего не делайте.',
    register: 'Зарегистрироваться',
    stop: 'Больше не получать приглашений',
  },
  en: {
    role: { viewer: 'read', commenter: 'comment on', editor: 'edit' },
    subject: 'You are invited to Scenor',
    shared: (who, what, may) =>
      `The user “${who}” shares the script “${what}” with you: you can ${may} it once you register with this address and confirm it.`,
    said: (words) => `In the user’s words: “${words}”`,
    stranger: 'If you expected nobody, do nothing.',
    register: 'Register',
    stop: 'Get no more invitations',
  },
}

/**
 * @param sharer name of who invites
 * @param language of who invites: of the reader nothing is known but the address
 * @param unsubscribe where one click stops all invitations to the address
 */
export function invitationText(
  { title, message, role }: OpenedInvitation,
  sharer: string,
  language: Language,
  appUrl: string,
  unsubscribe: string,
): MailText {
  const words = WORDS[language]
  const said = nameOfPeople(message ?? '', MOST_SAID)
  return {
    language,
    subject: words.subject,
    paragraphs: [
      words.shared(nameOfPeople(sharer), nameOfPeople(title), words.role[role]),
      ...(said === '' ? [] : [words.said(said)]),
      words.stranger,
    ],
    link: { label: words.register, url: `${appUrl}/register` },
    footer: { label: words.stop, url: unsubscribe },
  }
}
