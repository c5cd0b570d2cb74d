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

const OPEN: Record<Language, string> = { ru: 'Открыть сценарий', en: 'Open the script' }

/** Where the reader goes from there: to the script, if it is about one. */
const linkOf = ({ params }: NotificationRow, language: Language, publicUrl: string) =>
  typeof params['scenario_id'] === 'string'
    ? { link: { label: OPEN[language], url: `${publicUrl}/scenarios/${params['scenario_id']}` } }
    : {}

/**
 * The mail of one notification, or of several as a digest.
 * @param publicUrl from the configuration, never from a request
 * @param unsubscribe where one click stops such mails
 */
export function notificationMail(
  rows: readonly NotificationRow[],
  language: Language,
  publicUrl: string,
  unsubscribe: string | undefined,
): Omit<OutgoingMail, 'id' | 'address'> {
  const texts = rows.map((row) => wordingOf(row, language))
  const footer = unsubscribe === undefined ? {} : { footer: { label: STOP[language], url: unsubscribe } }
  const [row] = rows
  const [first] = texts
  if (texts.length === 1 && first && row)
    return renderMail({
      language,
      subject: oneLine(first.title),
      paragraphs: first.body.split(/\n{2,}/),
      ...linkOf(row, language, publicUrl),
      ...footer,
    })
  return renderMail({
    language,
    subject: counted(texts.length, language),
    paragraphs: texts.map(({ title, body }) => `${oneLine(title)}. ${body}`),
    ...footer,
  })
}
