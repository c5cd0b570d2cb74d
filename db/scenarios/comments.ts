import { sql, type Transaction } from 'kysely'
import type { Executor } from '../connection.ts'
import { roleOf } from './access.ts'
import type { CommentRow, Role, ScenariosDb } from './schema.ts'

type Db = Executor<ScenariosDb>
type Trx = Transaction<ScenariosDb>

const now = sql<Date>`clock_timestamp()`

/** Oldest first, as a conversation is read. `after` is the last row of the page before. */
export function listComments(
  db: Db,
  scenarioId: string,
  after: { readonly created_at: string; readonly id: string } | undefined,
  limit: number,
): Promise<CommentRow[]> {
  return db
    .selectFrom('comments')
    .selectAll()
    .where('scenario_id', '=', scenarioId)
    .$if(after !== undefined, (q) =>
      q.where(sql<boolean>`(created_at, id) > (${after?.created_at}::timestamptz, ${after?.id}::uuid)`),
    )
    .orderBy('created_at')
    .orderBy('id')
    .limit(limit)
    .execute()
}

export type NewComment = Pick<
  CommentRow,
  'id' | 'scenario_id' | 'author_id' | 'parent_id' | 'body' | 'scene_id' | 'row_id'
>

export function insertComment(trx: Trx, comment: NewComment): Promise<CommentRow> {
  return trx.insertInto('comments').values(comment).returningAll().executeTakeFirstOrThrow()
}

/**
 * The comment that begins the thread of this one, held until the transaction ends: nobody removes it while a reply is written.
 * Undefined when the scenario has no such comment.
 */
export async function lockThread(trx: Trx, scenarioId: string, commentId: string): Promise<CommentRow | undefined> {
  const named = await trx
    .selectFrom('comments')
    .selectAll()
    .where('id', '=', commentId)
    .where('scenario_id', '=', scenarioId)
    .executeTakeFirst()
  if (!named) return undefined
  return trx
    .selectFrom('comments')
    .selectAll()
    .where('id', '=', named.parent_id ?? named.id)
    .forKeyShare()
    .executeTakeFirst()
}

/**
 * A comment with the person's role in its scenario: foreign, removed and missing look alike. One that was deleted with replies is
 * there.
 */
export async function findComment(
  db: Db,
  id: string,
  personId: string,
): Promise<(CommentRow & { readonly role: Role }) | undefined> {
  const row = await db
    .selectFrom('comments')
    .innerJoin('scenarios', 'scenarios.id', 'comments.scenario_id')
    .selectAll('comments')
    .select(roleOf(personId).as('role'))
    .where('comments.id', '=', id)
    .where('scenarios.deleted_at', 'is', null)
    .executeTakeFirst()
  return row && row.role !== null ? { ...row, role: row.role } : undefined
}

export function updateComment(
  db: Db,
  id: string,
  change: { body?: string | undefined; resolved?: boolean | undefined },
): Promise<CommentRow | undefined> {
  const { body, resolved } = change
  return db
    .updateTable('comments')
    .set({ ...(body !== undefined && { body }), ...(resolved !== undefined && { resolved }), updated_at: now })
    .where('id', '=', id)
    .$if(body !== undefined, (q) => q.where('body', 'is not', null))
    .returningAll()
    .executeTakeFirst()
}

/** Removes a comment. One with replies loses its text and stays as their place; it goes with the last of them. */
export async function deleteComment(trx: Trx, comment: Pick<CommentRow, 'id' | 'parent_id'>): Promise<void> {
  // The thread's first comment is locked: a reply that is being written waits, or is seen here.
  const rootId = comment.parent_id ?? comment.id
  await trx.selectFrom('comments').select('id').where('id', '=', rootId).forUpdate().execute()
  const replies = sql<boolean>`exists (select from comments reply where reply.parent_id = comments.id)`
  const { numDeletedRows } = await trx
    .deleteFrom('comments')
    .where('id', '=', comment.id)
    .where(sql<boolean>`not ${replies}`)
    .executeTakeFirst()
  if (numDeletedRows === 0n)
    await trx.updateTable('comments').set({ body: null, updated_at: now }).where('id', '=', comment.id).execute()
  if (comment.parent_id !== null)
    await trx
      .deleteFrom('comments')
      .where('id', '=', comment.parent_id)
      .where('body', 'is', null)
      .where(sql<boolean>`not ${replies}`)
      .execute()
}
