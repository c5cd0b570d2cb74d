import type { Language } from '../../errors.ts'
import type { OpenedInvitation } from '../internal-client.ts'
import type { LetterText } from './letters.ts'

const ROLES: Record<Language, Record<OpenedInvitation['role'], string>> = {
  ru: { viewer: 'смотреть', commenter: 'комментировать', editor: 'редактировать' },
  en: { viewer: 'read', commenter: 'comment on', editor: 'edit' },
}

/** What people wrote stands on one line each: a header is one, and nobody draws a letter of his own into ours. */
const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim()

/** @param sharer name of who invites. @param language of who invites: of the reader nothing is known but the address */
export function invitationText(
  { title, message, role }: OpenedInvitation,
  sharer: string,
  language: Language,
  publicUrl: string,
): LetterText {
  const [who, what] = [oneLine(sharer), oneLine(title)]
  const said = message === null || message.trim() === '' ? [] : [`${who}: «${oneLine(message)}»`]
  const url = `${publicUrl}/register`
  if (language === 'ru')
    return {
      language,
      subject: `${who} приглашает вас в Scenor`,
      paragraphs: [
        `${who} делится с вами сценарием «${what}»: его можно будет ${ROLES.ru[role]}, когда вы зарегистрируетесь с этим адресом и подтвердите его.`,
        ...said,
        'Если вы никого не ждали, ничего не делайте.',
      ],
      link: { label: 'Зарегистрироваться', url },
    }
  return {
    language,
    subject: `${who} invites you to Scenor`,
    paragraphs: [
      `${who} shares the script “${what}” with you: you can ${ROLES.en[role]} it once you register with this address and confirm it.`,
      ...said,
      'If you expected nobody, do nothing.',
    ],
    link: { label: 'Register', url },
  }
}
