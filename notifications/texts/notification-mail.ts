import type { NotificationRow } from '../../db/notifications/schema.ts'
import type { Language } from '../../language.ts'
import { outsideWordingOf } from './wording.ts'
import { type OutgoingMail } from '../channels/mail.ts'
import { renderMail } from './render-mail.ts'
import { nameOfPeople } from './words-of-people.ts'

/** A notification, and what was asked for at the moment of sending: the script that it is about, and whose that is. */
export interface Told {
  readonly row: NotificationRow
  readonly script?: { readonly title: string; readonly owner?: string }
}

type Counted = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string }

interface Words {
  readonly stop: string
  readonly open: string
  /** The subject of words that people wrote: theirs are in no header. */
  readonly custom: string
  readonly notifications: Counted
  readonly comments: Counted
  readonly quoted: (words: string) => string
  readonly shared: (who: string, what: string) => string
}

const WORDS: Record<Language, Words> = {
  ru: {
    stop: 'Больше не присылать таких писем',
    open: 'Открыть сценарий',
    custom: 'Уведомление Scenor',
    notifications: { one: 'уведомление', few: 'уведомления', other: 'уведомлений' },
    comments: { one: 'новый комментарий', few: 'новых комментария', other: 'новых комментариев' },
    quoted: (words) => `«${words}»`,
    shared: (who, what) => `«${who}» открывает вам доступ к сценарию «${what}».`,
  },
  en: {
    stop: 'Stop mails like this',
    open: 'Open the script',
    custom: 'A Scenor notification',
    notifications: { one: 'notification', other: 'notifications' },
    comments: { one: 'new comment', other: 'new comments' },
    quoted: (words) => `“${words}”`,
    shared: (who, what) => `“${who}” shares the script “${what}” with you.`,
  },
}

const counted = (n: number, what: Counted, language: Language): string =>
  `${n} ${what[new Intl.PluralRules(language).select(n)] ?? what.other}`

/** What it says; the first paragraph names the script and who shares it, where it is about that. */
function paragraphsOf({ row, script }: Told, language: Language): string[] {
  const { title, body } = outsideWordingOf(row, language)
  const words = WORDS[language]
  if (row.kind === 'custom') return [title, ...body.split(/\n{2,}/)]
  if (!script) return [body]
  const what = nameOfPeople(script.title)
  if (row.kind === 'shared' && script.owner !== undefined) return [words.shared(nameOfPeople(script.owner), what), body]
  return [body, words.quoted(what)]
}

/** Comments of one conversation or several, counted by their script. */
function commentsMail(told: readonly Told[], language: Language): { subject: string; paragraphs: string[] } {
  const { comments, quoted } = WORDS[language]
  const scripts = Map.groupBy(told, ({ script }) => script?.title ?? '')
  return {
    subject: counted(told.length, comments, language),
    paragraphs: [...scripts].map(
      ([title, of]) => `${quoted(nameOfPeople(title))}: ${counted(of.length, comments, language)}.`,
    ),
  }
}

/** Where the reader goes from there: to the script, if it is about one. */
function linkOf(told: readonly Told[], language: Language, appUrl: string) {
  const scripts = new Set(told.map(({ row }) => row.params['scenario_id']))
  const [script] = scripts
  if (scripts.size !== 1 || typeof script !== 'string') return {}
  return { link: { label: WORDS[language].open, url: `${appUrl}/scenarios/${script}` } }
}

/**
 * The mail of one notification, or of several as a digest. Subjects are ours: nobody's name or words stand in one.
 * @param appUrl from the configuration, never from a request
 * @param unsubscribe where one click stops such mails
 */
export function notificationMail(
  told: readonly Told[],
  language: Language,
  appUrl: string,
  unsubscribe: string | undefined,
): Omit<OutgoingMail, 'id' | 'address'> {
  const words = WORDS[language]
  const footer = unsubscribe === undefined ? {} : { footer: { label: words.stop, url: unsubscribe } }
  const [first] = told
  if (told.length === 1 && first)
    return renderMail({
      language,
      subject: first.row.kind === 'custom' ? words.custom : outsideWordingOf(first.row, language).title,
      paragraphs: paragraphsOf(first, language),
      ...linkOf(told, language, appUrl),
      ...footer,
    })
  if (told.every(({ row }) => row.topic === 'comment' && row.kind !== 'custom'))
    return renderMail({
      language,
      ...commentsMail(told, language),
      ...linkOf(told, language, appUrl),
      ...footer,
    })
  return renderMail({
    language,
    subject: counted(told.length, words.notifications, language),
    paragraphs: told.map((one) => {
      const { title } = outsideWordingOf(one.row, language)
      const said = one.row.kind === 'custom' ? paragraphsOf(one, language).slice(1) : paragraphsOf(one, language)
      return `${title}. ${said.join(' ')}`
    }),
    ...footer,
  })
}
