import type { NotificationRow } from '../../db/notifications/schema.ts'
import type { Language } from '../../errors.ts'
import { wordingOf } from '../../notifications/wording.ts'
import { renderMail, type OutgoingMail } from './mail.ts'

const COUNTED: Record<Language, Partial<Record<Intl.LDMLPluralRule, string>> & { other: string }> = {
  ru: { one: 'уведомление', few: 'уведомления', other: 'уведомлений' },
  en: { one: 'notification', other: 'notifications' },
}
const STOP: Record<Language, string> = { ru: 'Больше не присылать таких писем', en: 'Stop mails like this' }

const counted = (n: number, language: Language): string =>
  `${n} ${COUNTED[language][new Intl.PluralRules(language).select(n)] ?? COUNTED[language].other}`

/** A header is one line, whatever somebody wrote into a title. */
const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim()

/** The mail of one notification, or of several as a digest. @param unsubscribe where one click stops such mails */
export function notificationMail(
  rows: readonly NotificationRow[],
  language: Language,
  unsubscribe: string | undefined,
): Omit<OutgoingMail, 'id' | 'address'> {
  const texts = rows.map((row) => wordingOf(row, language))
  const footer = unsubscribe === undefined ? undefined : { label: STOP[language], url: unsubscribe }
  const [first] = texts
  if (texts.length === 1 && first)
    return renderMail({
      subject: oneLine(first.title),
      paragraphs: first.body.split(/\n{2,}/),
      ...(footer && { footer }),
    })
  return renderMail({
    subject: counted(texts.length, language),
    paragraphs: texts.map(({ title, body }) => `${oneLine(title)}. ${body}`),
    ...(footer && { footer }),
  })
}
