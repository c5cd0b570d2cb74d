import { sql, type Transaction } from 'kysely'
import type { Executor } from '../connection.ts'
import { ago } from '../time.ts'
import type { ScenariosDb, ShareRow } from './schema.ts'

type Trx = Transaction<ScenariosDb>
type Db = Executor<ScenariosDb>
type GivenRole = ShareRow['role']

const now = sql<Date>`clock_timestamp()`

/** Shares of one scenario are given one after the other, so that of ten same requests one gives and nine find. */
export async function lockShares(trx: Trx, scenarioId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`shares ${scenarioId}`}, 0))`.execute(trx)
}

/** The receiver of a share: an account, an address, or an account that owns the address. */
export interface Grantee {
  readonly user_id: string | null
  readonly email: string | null
}

/** The living share of that person, by whichever of the two it was given. */
export function findShareOf(trx: Trx, scenarioId: string, { user_id, email }: Grantee): Promise<ShareRow | undefined> {
  return trx
    .selectFrom('shares')
    .selectAll()
    .where('scenario_id', '=', scenarioId)
    .where('status', '!=', 'revoked')
    .where((e) =>
      e.or([
        ...(user_id === null ? [] : [e('user_id', '=', user_id)]),
        ...(email === null ? [] : [e('email', '=', email)]),
      ]),
    )
    .orderBy(sql`user_id is null`)
    .executeTakeFirst()
}

export type NewShare = Pick<
  ShareRow,
  | 'id'
  | 'scenario_id'
  | 'user_id'
  | 'email'
  | 'token_hash'
  | 'role'
  | 'status'
  | 'created_by'
  | 'expires_at'
  | 'message'
>

export function insertShare(trx: Trx, share: NewShare): Promise<ShareRow> {
  return trx.insertInto('shares').values(share).returningAll().executeTakeFirstOrThrow()
}

/** Also keeps the address, where the sharer now named one; an invitation of that address beside this share is then one too many. */
export async function changeShare(
  trx: Trx,
  share: Pick<ShareRow, 'id' | 'scenario_id'>,
  change: { role: GivenRole; email?: string; message?: string },
): Promise<ShareRow> {
  if (change.email !== undefined)
    await trx
      .updateTable('shares')
      .set({ status: 'revoked', updated_at: now })
      .where('scenario_id', '=', share.scenario_id)
      .where('email', '=', change.email)
      .where('id', '!=', share.id)
      .where('status', '=', 'invited')
      .execute()
  return trx
    .updateTable('shares')
    .set({ ...change, updated_at: now })
    .where('id', '=', share.id)
    .returningAll()
    .executeTakeFirstOrThrow()
}

export function findShare(db: Db, id: string): Promise<ShareRow | undefined> {
  return db.selectFrom('shares').selectAll().where('id', '=', id).where('status', '!=', 'revoked').executeTakeFirst()
}

/**
 * Turns an invitation into access for the account that its address belongs to. Where the account has access already (it was named
 * by id before its address was proven), the two become one: with the role that was said last, and the address. The owner's own
 * address was nobody's when it was invited; such an invitation goes.
 * @returns the share that gives access now or gives another one; undefined when nothing has changed: a second call, for instance
 */
export async function acceptInvitation(trx: Trx, id: string, accountId: string): Promise<ShareRow | undefined> {
  const found = await trx.selectFrom('shares').select('scenario_id').where('id', '=', id).executeTakeFirst()
  if (!found) return undefined
  await lockShares(trx, found.scenario_id)
  const invitation = await findShare(trx, id)
  if (invitation?.status !== 'invited') return undefined
  const scenario = await trx
    .selectFrom('scenarios')
    .select('owner_id')
    .where('id', '=', invitation.scenario_id)
    .executeTakeFirst()
  const other = await findShareOf(trx, invitation.scenario_id, { user_id: accountId, email: null })
  if (scenario?.owner_id !== accountId && !other)
    return trx
      .updateTable('shares')
      .set({ status: 'active', user_id: accountId, updated_at: now })
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirstOrThrow()
  await revokeShare(trx, invitation.scenario_id, id)
  if (!other) return undefined
  const role = invitation.updated_at > other.updated_at ? invitation.role : other.role
  const merged = await changeShare(trx, other, { role, email: invitation.email as string })
  return merged.role === other.role ? undefined : merged
}

/** What the mail to an invited address says, while the invitation stands and its scenario lives. */
export function findInvitation(
  db: Db,
  id: string,
): Promise<{ email: string; message: string | null; role: GivenRole; created_by: string; title: string } | undefined> {
  return db
    .selectFrom('shares')
    .innerJoin('scenarios', 'scenarios.id', 'shares.scenario_id')
    .select(['shares.email', 'shares.message', 'shares.role', 'shares.created_by', 'scenarios.title'])
    .where('shares.id', '=', id)
    .where('shares.status', '=', 'invited')
    .where('shares.email', 'is not', null)
    .where('scenarios.deleted_at', 'is', null)
    .$narrowType<{ email: string }>()
    .executeTakeFirst()
}

/** @param email lower case */
export function listInvitations(db: Db, email: string): Promise<ShareRow[]> {
  return db.selectFrom('shares').selectAll().where('email', '=', email).where('status', '=', 'invited').execute()
}

/** Invitations by this person whose mail is not known to be dealt with. */
export async function listInvitationsOf(db: Db, sharerId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('shares')
    .select('id')
    .where('created_by', '=', sharerId)
    .where('status', '=', 'invited')
    .where('mail_settled_at', 'is', null)
    .execute()
  return rows.map((row) => row.id)
}

/** Ends it. Returns undefined when it had ended. */
export function revokeShare(trx: Trx, scenarioId: string, id: string): Promise<ShareRow | undefined> {
  return trx
    .updateTable('shares')
    .set({ status: 'revoked', updated_at: now })
    .where('id', '=', id)
    .where('scenario_id', '=', scenarioId)
    .where('status', '!=', 'revoked')
    .returningAll()
    .executeTakeFirst()
}

/** Living ones, newest first. */
export function listShares(
  db: Db,
  scenarioId: string,
  before: { created_at: string; id: string } | undefined,
  limit: number,
): Promise<ShareRow[]> {
  return db
    .selectFrom('shares')
    .selectAll()
    .where('scenario_id', '=', scenarioId)
    .where('status', '!=', 'revoked')
    .$if(before !== undefined, (q) =>
      q.where(sql<boolean>`(created_at, id) < (${before?.created_at}::timestamptz, ${before?.id}::uuid)`),
    )
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
}

/** The scenario that a link opens, if it lives and neither its time is over nor the scenario gone. */
export async function findByLink(
  db: Db,
  tokenHash: Buffer,
): Promise<{ scenario_id: string; owner_id: string; role: GivenRole } | undefined> {
  return db
    .selectFrom('shares')
    .innerJoin('scenarios', 'scenarios.id', 'shares.scenario_id')
    .select(['shares.scenario_id', 'scenarios.owner_id', 'shares.role'])
    .where('shares.token_hash', '=', tokenHash)
    .where('shares.status', '=', 'active')
    .where('scenarios.deleted_at', 'is', null)
    .where((e) => e.or([e('shares.expires_at', 'is', null), e('shares.expires_at', '>', now)]))
    .executeTakeFirst()
}

/** An invitation whose mail is to be looked after. */
export interface UnsettledInvitation {
  readonly id: string
  readonly created_by: string
  /** The operation that made it, which begins its mail. */
  readonly operation_id: string | null
}

/** Takes invitations of the last day, five minutes old, whose mail's workflow is not known to be through. */
export async function claimUnsettledInvitations(
  db: Executor<ScenariosDb>,
  limit: number,
): Promise<UnsettledInvitation[]> {
  const { rows } = await sql<UnsettledInvitation>`
    with unsettled as (
      select id from shares
      where status = 'invited' and mail_settled_at is null and email is not null
        and coalesce(looked_after_at, created_at) < ${ago(300)}
        and created_at > ${ago(86_400)}
      order by coalesce(looked_after_at, created_at) limit ${limit} for update skip locked
    )
    update shares s set looked_after_at = clock_timestamp() from unsettled where s.id = unsettled.id
    returning s.id, s.created_by, (
      select o.id from operations o
      where o.owner_id = s.created_by and o.kind = 'sharing' and o.input ->> 'share_id' = s.id::text
      order by o.created_at desc limit 1
    ) as operation_id`.execute(db)
  return rows
}

export async function settleInvitation(db: Executor<ScenariosDb>, id: string): Promise<void> {
  await sql`update shares set mail_settled_at = clock_timestamp() where id = ${id}`.execute(db)
}
