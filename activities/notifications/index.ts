import { ApplicationFailure } from '@temporalio/common'
import type { Kysely } from 'kysely'
import { insertMail, mailExists } from '../../db/notifications/mails.ts'
import type { NotificationsDb } from '../../db/notifications/schema.ts'
import type { Language } from '../../errors.ts'
import type { MailInput } from '../../workflows/mail.contract.ts'
import { withFailures } from '../failures.ts'
import type { InternalClient } from '../internal-client.ts'
import { letterText } from './letters.ts'
import { MailRefused, renderMail, type Mailer } from './mail.ts'

export type NotificationsActivities = ReturnType<typeof createNotificationsActivities>

export function createNotificationsActivities(deps: {
  db: Kysely<NotificationsDb>
  internal: InternalClient
  /** Undefined without a mail server: mails are kept in the database, marked not sent. */
  mailer: Mailer | undefined
  publicUrl: string
}) {
  const { db, internal, mailer, publicUrl } = deps
  return withFailures({
    /**
     * Sends a letter. Address and token are asked for now and stay in this call. A crash between sending and noting it sends the mail
     * again under the same Message-ID.
     */
    sendLetter: async ({ letter_id }: MailInput): Promise<void> => {
      if (await mailExists(db, letter_id)) return
      const letter = await internal.openLetter(letter_id)
      if (!letter) return
      const person = await internal.person(letter.account_id)
      const rendered = renderMail(letterText(letter, languageOf(person?.locale ?? null), publicUrl))
      const kept = { id: letter_id, account_id: letter.account_id, kind: letter.kind }
      const mail = { ...rendered, address: letter.email }
      try {
        await mailer?.send({ id: letter_id, ...mail })
      } catch (error) {
        if (error instanceof MailRefused) throw ApplicationFailure.nonRetryable(error.message, 'mail.refused')
        throw error
      }
      await insertMail(db, kept, mailer ? null : mail)
    },
  })
}

/** Russian for who reads it, else English. */
const languageOf = (locale: string | null): Language => (locale?.toLowerCase().split('-')[0] === 'ru' ? 'ru' : 'en')
