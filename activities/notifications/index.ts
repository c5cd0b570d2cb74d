import { ApplicationFailure } from '@temporalio/common'
import type { Kysely } from 'kysely'
import { insertMail, mailExists } from '../../db/notifications/mails.ts'
import type { NotificationsDb } from '../../db/notifications/schema.ts'
import type { Language } from '../../errors.ts'
import type { InvitationInput, LetterInput } from '../../workflows/mail.contract.ts'
import { withFailures } from '../failures.ts'
import type { InternalClient } from '../internal-client.ts'
import { invitationText } from './invitation.ts'
import { letterText, type LetterText } from './letters.ts'
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

  const send = async (letter: { id: string; account_id: string; kind: string }, text: LetterText, address: string) => {
    const mail = { ...renderMail(text), address }
    try {
      await mailer?.send({ id: letter.id, ...mail })
    } catch (error) {
      if (error instanceof MailRefused) throw ApplicationFailure.nonRetryable(error.message, 'mail.refused')
      throw error
    }
    await insertMail(db, letter, mailer ? null : mail)
  }

  return withFailures({
    /**
     * Sends a letter. Address and token are asked for now and stay in this call. A crash between sending and noting it sends the mail
     * again under the same Message-ID.
     */
    sendLetter: async ({ letter_id }: LetterInput): Promise<void> => {
      if (await mailExists(db, letter_id)) return
      const letter = await internal.openLetter(letter_id)
      if (!letter) return
      const person = await internal.person(letter.account_id)
      const text = letterText(letter, languageOf(person?.locale ?? null), publicUrl)
      await send({ id: letter_id, account_id: letter.account_id, kind: letter.kind }, text, letter.email)
    },

    /** Invites an address that has no account. Address, names and words are asked for now and stay in this call. */
    sendInvitation: async ({ share_id }: InvitationInput): Promise<void> => {
      if (await mailExists(db, share_id)) return
      const invitation = await internal.invitation(share_id)
      const sharer = invitation && (await internal.person(invitation.created_by))
      // Taken back meanwhile, or accepted, or who invited is gone.
      if (!sharer) return
      const name = sharer.full_name ?? sharer.username
      const text = invitationText(invitation, name, languageOf(sharer.locale), publicUrl)
      await send({ id: share_id, account_id: invitation.created_by, kind: 'invitation' }, text, invitation.email)
    },
  })
}

/** Russian for who reads it, else English. */
const languageOf = (locale: string | null): Language => (locale?.toLowerCase().split('-')[0] === 'ru' ? 'ru' : 'en')
