import { sql, type Transaction } from 'kysely'
import { v7 as uuidv7 } from 'uuid'
import { currentTrace } from '../../telemetry/trace.ts'
import type { Executor } from '../connection.ts'
import { ago } from '../time.ts'
import { toldOn } from '../told.ts'
import type { AuthDb, AccountMailKind, AccountMailRow } from './schema.ts'

/** Where it is told that a mail was promised. */
export const ACCOUNT_MAILS_CHANNEL = 'letters'

/**
 * Promises a mail, in the transaction of what it tells of.
 * @param letter without an account: the same write, and nothing will be sent; `email`: where it goes, if not to the account's address
 */
export async function promiseAccountMail(
  trx: Transaction<AuthDb>,
  letter: { account_id: string | null; kind: AccountMailKind; request_id: string; email?: string },
): Promise<void> {
  await trx
    .insertInto('letters')
    .values({
      ...letter,
      id: uuidv7(),
      traceparent: currentTrace(),
      handed_over_at: letter.account_id === null ? sql<Date>`clock_timestamp()` : null,
    })
    .returning(toldOn(ACCOUNT_MAILS_CHANNEL))
    .execute()
}

/** Oldest first. Two relays may take the same one: the workflow's id refuses the second. */
export function listWaitingAccountMails(
  db: Executor<AuthDb>,
  limit: number,
): Promise<(AccountMailRow & { account_id: string })[]> {
  return db
    .selectFrom('letters')
    .selectAll()
    .where('handed_over_at', 'is', null)
    .orderBy('created_at')
    .limit(limit)
    .$narrowType<{ account_id: string }>()
    .execute()
}

export async function markAccountMailsHandedOver(db: Executor<AuthDb>, ids: readonly string[]): Promise<void> {
  await db
    .updateTable('letters')
    .set({ handed_over_at: sql<Date>`clock_timestamp()` })
    .where('id', 'in', ids)
    .execute()
}

/**
 * The mail and the address it goes to, unless that person or the reason is gone: a link that was asked for before the password was replaced
 * would outlive that, made now.
 */
export function findAccountMail(
  db: Executor<AuthDb>,
  id: string,
): Promise<{ kind: AccountMailKind; account_id: string; email: string; verified: boolean } | undefined> {
  return db
    .selectFrom('letters')
    .innerJoin('accounts', 'accounts.id', 'letters.account_id')
    .select(['letters.kind', 'accounts.id as account_id'])
    .select(sql<string>`coalesce(letters.email, accounts.email)`.as('email'))
    .select(sql<boolean>`accounts.email_verified_at is not null`.as('verified'))
    .where('letters.id', '=', id)
    .where('accounts.status', '=', 'active')
    .where(
      sql<boolean>`(letters.kind not in ('reset_password', 'change_email') or accounts.password_changed_at is null
      or letters.created_at > accounts.password_changed_at)`,
    )
    .executeTakeFirst()
}

/** How long after it was promised a mail is still to be sent: no link in one holds longer. */
const STALE = sql`interval '1 day'`

/** Takes mails that were handed over five minutes ago or earlier and whose workflow is not known to be through. */
export async function claimUnsettledAccountMails(db: Executor<AuthDb>, limit: number): Promise<{ id: string }[]> {
  const { rows } = await sql<{ id: string }>`
    with unsettled as (
      select id from letters
      where account_id is not null and handed_over_at is not null and settled_at is null
        and coalesce(looked_after_at, handed_over_at) < ${ago(300)}
      order by coalesce(looked_after_at, handed_over_at) limit ${limit} for update skip locked
    )
    update letters l set looked_after_at = clock_timestamp() from unsettled where l.id = unsettled.id returning l.id`.execute(
    db,
  )
  return rows
}

/** Hands it over once more, unless it would come too late. */
export async function promiseAccountMailAgain(db: Executor<AuthDb>, id: string): Promise<void> {
  await sql`
    update letters set
      handed_over_at = case when created_at > clock_timestamp() - ${STALE} then null else handed_over_at end,
      settled_at = case when created_at > clock_timestamp() - ${STALE} then null else clock_timestamp() end
    where id = ${id} returning ${toldOn(ACCOUNT_MAILS_CHANNEL)}`.execute(db)
}

export async function settleAccountMail(db: Executor<AuthDb>, id: string): Promise<void> {
  await sql`update letters set settled_at = clock_timestamp() where id = ${id}`.execute(db)
}
