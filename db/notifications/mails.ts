import type { Executor } from '../connection.ts'
import type { MailRow, NotificationsDb } from './schema.ts'

type Sent = Exclude<MailRow['status'], 'not_sent'>

export interface KeptMail {
  readonly address: string
  readonly subject: string
  readonly text: string
  readonly html: string
}

/** Was this letter dealt with before? */
export async function mailExists(db: Executor<NotificationsDb>, id: string): Promise<boolean> {
  return (await db.selectFrom('mails').select('id').where('id', '=', id).executeTakeFirst()) !== undefined
}

/**
 * Notes that a letter was sent, or keeps its mail where there is no server to send it.
 * @param mail what became of it, or itself where it was not sent
 */
export async function insertMail(
  db: Executor<NotificationsDb>,
  of: { id: string; account_id: string; kind: string },
  mail: KeptMail | Sent,
): Promise<void> {
  const kept =
    typeof mail === 'string'
      ? { status: mail, address: null, subject: null, text: null, html: null }
      : { ...mail, status: 'not_sent' as const }
  await db
    .insertInto('mails')
    .values({ ...of, ...kept })
    .onConflict((c) => c.column('id').doNothing())
    .execute()
}

/** Newest first. */
export function listUnsentMails(db: Executor<NotificationsDb>, limit: number): Promise<MailRow[]> {
  return db
    .selectFrom('mails')
    .selectAll()
    .where('status', '=', 'not_sent')
    .orderBy('created_at', 'desc')
    .limit(limit)
    .execute()
}
