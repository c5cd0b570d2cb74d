import type { Kysely } from 'kysely'
import { keepTextMessage } from '../../db/notifications/deliveries.ts'
import { insertMail, mailExists } from '../../db/notifications/mails.ts'
import type { NotificationsDb } from '../../db/notifications/schema.ts'
import { languageOfLocale, type Language } from '../../errors.ts'
import type { InvitationInput, LetterInput } from '../../workflows/mail.contract.ts'
import type { PhoneCodeInput } from '../../workflows/phone-code.contract.ts'
import { countSegments } from '../../notifications/segments.ts'
import type { InternalClient } from '../internal-client.ts'
import { invitationText } from './invitation.ts'
import { letterText, type LetterText } from './letters.ts'
import { renderMail, type Mailer } from './mail.ts'
import { withRefusals } from './refusals.ts'
import type { SmsProvider } from './sms.ts'

export type NotificationsActivities = ReturnType<typeof createNotificationsActivities>

export function createNotificationsActivities(deps: {
  db: Kysely<NotificationsDb>
  internal: InternalClient
  /** Undefined without a mail server: mails are kept in the database, marked not sent. */
  mailer: Mailer | undefined
  /** Undefined without an SMS provider: texts are kept likewise. */
  sms: SmsProvider | undefined
  publicUrl: string
}) {
  const { db, internal, mailer, sms, publicUrl } = deps

  const send = async (letter: { id: string; account_id: string; kind: string }, text: LetterText, address: string) => {
    const mail = { ...renderMail(text), address }
    await mailer?.send({ id: letter.id, ...mail })
    await insertMail(db, letter, mailer ? null : mail)
  }

  return withRefusals({
    /**
     * Sends a letter. Address and token are asked for now and stay in this call. A crash between sending and noting it sends the mail
     * again under the same Message-ID.
     */
    sendLetter: async ({ letter_id }: LetterInput): Promise<void> => {
      if (await mailExists(db, letter_id)) return
      const letter = await internal.openLetter(letter_id)
      if (!letter) return
      const person = await internal.person(letter.account_id)
      const text = letterText(letter, languageOfLocale(person?.locale ?? null), publicUrl)
      await send({ id: letter_id, account_id: letter.account_id, kind: letter.kind }, text, letter.email)
    },

    /** Sends a code to the number that it proves. A crash behind the sending sends another one: the last counts. */
    sendPhoneCode: async ({ phone_code_id: id }: PhoneCodeInput): Promise<void> => {
      const opened = await internal.openPhoneCode(id)
      if (!opened) return
      const { user_id: account_id, phone_number: recipient } = opened
      const text = PHONE_CODE_TEXTS[languageOfLocale(opened.locale)](opened.code)
      if (!sms) return keepTextMessage(db, { id, account_id, recipient, text, segments: countSegments(text) })
      await sms.send({ id, to: recipient, text })
    },

    /** Invites an address that has no account. Address, names and words are asked for now and stay in this call. */
    sendInvitation: async ({ share_id }: InvitationInput): Promise<void> => {
      if (await mailExists(db, share_id)) return
      const invitation = await internal.invitation(share_id)
      const sharer = invitation && (await internal.person(invitation.created_by))
      // Taken back meanwhile, or accepted, or who invited is gone.
      if (!sharer) return
      const name = sharer.full_name ?? sharer.username
      const text = invitationText(invitation, name, languageOfLocale(sharer.locale), publicUrl)
      await send({ id: share_id, account_id: invitation.created_by, kind: 'invitation' }, text, invitation.email)
    },
  })
}

/** One segment each. */
const PHONE_CODE_TEXTS: Record<Language, (code: string) => string> = {
  ru: (code) => `Scenor: код ${code}. Никому его не сообщайте.`,
  en: (code) => `Scenor: your code is ${code}. Tell it to nobody.`,
}
