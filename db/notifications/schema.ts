import type { Selectable } from 'kysely'
import type { GeneratedTimestamp } from '../columns.ts'
import type { AcceptTables } from '../operations/schema.ts'

/** Mails by letter. Of one that was sent only the fact is kept; without a mail server the mail itself is, marked `not_sent`. */
export interface MailsTable {
  /** The letter's id. */
  id: string
  account_id: string
  kind: string
  status: 'sent' | 'not_sent'
  address: string | null
  subject: string | null
  text: string | null
  html: string | null
  created_at: GeneratedTimestamp
}

export interface NotificationsDb extends AcceptTables {
  mails: MailsTable
}

export type MailRow = Selectable<MailsTable>
