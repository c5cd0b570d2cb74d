import type { Kysely } from 'kysely'
import { HELD_MS } from '../../contracts/notification.ts'
import { keepTextMessage } from '../../db/notifications/deliveries.ts'
import { insertMail, mailExists } from '../../db/notifications/mails.ts'
import { hasOptedOut } from '../../db/notifications/opt-outs.ts'
import type { NotificationsDb } from '../../db/notifications/schema.ts'
import { languageOfLocale } from '../../language.ts'
import { type Language } from '../../language.ts'
import type { InvitationInput, AccountMailInput } from '../../contracts/mail.ts'
import type { PhoneCodeInput } from '../../contracts/phone-code.ts'
import { countSegments } from '../../notifications/channels/segments.ts'
import type { InternalClient, OpenedAccountMail } from '../../internal/client.ts'
import type { Message, MessageBudgets } from '../../notifications/message-budgets.ts'
import { hashOfMailbox } from '../../notifications/opt-out.ts'
import { invitationText } from '../../notifications/texts/invitation.ts'
import { accountMailText } from '../../notifications/texts/account-mails.ts'
import { type MailText } from '../../notifications/texts/render-mail.ts'
import { type Mailer } from '../../notifications/channels/mail.ts'
import { renderMail } from '../../notifications/texts/render-mail.ts'
import { NoRoomNow, withRefusals } from './refusals.ts'
import type { UnsubscribeTokens } from '../../notifications/unsubscribe.ts'
import { sendAtMostTwice } from './sending.ts'
import type { SmsProvider } from '../../notifications/channels/sms.ts'

/** Mails by which somebody proves an address, or sets a password for it. */
const PROOFS: ReadonlySet<string> = new Set<OpenedAccountMail['kind']>([
  'verify_email',
  'change_email',
  'reset_password',
])

/** Whose mail it is. */
interface MailOf {
  readonly id: string
  readonly account_id: string
  readonly kind: string
}

export type NotificationsActivities = ReturnType<typeof createNotificationsActivities>

export function createNotificationsActivities(deps: {
  db: Kysely<NotificationsDb>
  internal: InternalClient
  /** Undefined without a mail server: mails are kept in the database, marked not sent. */
  mailer: Mailer | undefined
  /** Undefined without an SMS provider: texts are kept likewise. */
  sms: SmsProvider | undefined
  tokens: UnsubscribeTokens
  budgets: MessageBudgets
  publicUrl: string
  appUrl: string
}) {
  const { db, internal, mailer, sms, tokens, budgets, publicUrl, appUrl } = deps

  /** Whether a budget has room for it. @throws NoRoomNow: it may go later */
  const hasRoom = async (message: Message): Promise<boolean> => {
    const by = await db.transaction().execute((trx) => budgets.take(trx, message))
    if (by === 'installation') throw new NoRoomNow('too much goes out just now')
    return by === undefined
  }

  const send = async (
    row: MailOf,
    text: MailText,
    address: string,
    { weight, sender, unsubscribe }: Pick<Message, 'weight' | 'sender'> & { unsubscribe?: string },
  ) => {
    const message = { key: `email:${row.id}`, channel: 'email', weight, sender, recipient: address } as const
    if (!(await hasRoom(message))) return insertMail(db, row, 'suppressed')
    const mail = { ...renderMail(text), address }
    if (!mailer) return insertMail(db, row, mail)
    const out = () => mailer.send({ id: row.id, ...mail, ...(unsubscribe !== undefined && { unsubscribe }) })
    await sendAtMostTwice(db, message.key, out, (sent) => insertMail(db, row, sent))
  }

  return withRefusals({
    /**
     * Sends an account mail. Address and token are asked for now and stay in this call. What may have arrived before holds too: each
     * token of a mail does.
     */
    sendLetter: async ({ letter_id }: AccountMailInput): Promise<void> => {
      if (await mailExists(db, letter_id)) return
      const mail = await internal.openAccountMail(letter_id)
      if (!mail) return
      const row = { id: letter_id, account_id: mail.account_id, kind: mail.kind }
      // What proves an address goes to one that is not proven, and nothing else does.
      const proves = PROOFS.has(mail.kind)
      if (!proves && !mail.verified) return insertMail(db, row, 'suppressed')
      const person = await internal.person(mail.account_id)
      const text = accountMailText(mail, languageOfLocale(person?.locale ?? null), { appUrl, publicUrl })
      await send(row, text, mail.email, { weight: proves ? 'proof' : 'urgent', sender: null })
    },

    /** Sends a code to the number that it proves; sent again, it is the same code. */
    sendPhoneCode: async ({ phone_code_id: id }: PhoneCodeInput): Promise<void> => {
      const opened = await internal.openPhoneCode(id)
      if (!opened) return
      const { user_id: account_id, phone_number: recipient } = opened
      const message = { key: `sms:${id}`, channel: 'sms', weight: 'proof', sender: account_id, recipient } as const
      if (!(await hasRoom(message))) return
      const text = PHONE_CODE_TEXTS[languageOfLocale(opened.locale)](opened.code)
      if (!sms) return keepTextMessage(db, { id, account_id, recipient, text, segments: countSegments(text) })
      const out = () => sms.send({ id, to: recipient, text })
      await sendAtMostTwice(db, `sms:${id}`, out, async () => {})
    },

    /**
     * Invites an address that has no account. Address, names and words are asked for now and stay in this call.
     * @returns how long it waits for whoever invites to prove an address, until it is to be tried again
     */
    sendInvitation: async ({ share_id }: InvitationInput): Promise<{ held_ms: number } | undefined> => {
      if (await mailExists(db, share_id)) return undefined
      const invitation = await internal.invitation(share_id)
      const sender = invitation?.created_by
      const [sharer, contacts] =
        sender === undefined ? [] : await Promise.all([internal.person(sender), internal.contacts(sender)])
      // Taken back meanwhile, or accepted, or who invited is gone.
      if (!invitation || !sharer || !contacts) return undefined
      if (!contacts.email_verified) return { held_ms: HELD_MS }
      const { created_by: account_id, email } = invitation
      const row = { id: share_id, account_id, kind: 'invitation' }
      const mailbox = await hashOfMailbox(email)
      if (await hasOptedOut(db, mailbox)) return void (await insertMail(db, row, 'suppressed'))
      const name = sharer.full_name ?? sharer.username
      const unsubscribe = `${publicUrl}/api/v1/notifications/unsubscribe/${tokens.makeForStranger(mailbox)}`
      const text = invitationText(invitation, name, languageOfLocale(sharer.locale), appUrl, unsubscribe)
      await send(row, text, email, { weight: 'invitation', sender: account_id, unsubscribe })
      return undefined
    },
  })
}

/** One segment each. */
const PHONE_CODE_TEXTS: Record<Language, (code: string) => string> = {
  ru: (code) => `Scenor: код ${code}. Никому его не сообщайте.`,
  en: (code) => `Scenor: your code is ${code}. Tell it to nobody.`,
}
