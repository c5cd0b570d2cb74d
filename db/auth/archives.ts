import { sql, type Transaction } from 'kysely'
import type { Executor } from '../connection.ts'
import type { AuthDb } from './schema.ts'

/** How long a finished archive can be fetched. */
const ARCHIVE_LIFE = sql<Date>`clock_timestamp() + interval '1 day'`

/** Opens the archive of an export; again changes nothing. */
export async function openArchive(db: Executor<AuthDb>, operationId: string, accountId: string): Promise<void> {
  await db
    .insertInto('archives')
    .values({ operation_id: operationId, account_id: accountId, expires_at: ARCHIVE_LIFE })
    .onConflict((c) => c.column('operation_id').doNothing())
    .execute()
}

/** Keeps what one service has; the newest of a step that runs twice. Undefined when the archive is not wanted any more. */
export async function keepArchivePart(
  db: Executor<AuthDb>,
  part: { operation_id: string; service: string; content: unknown },
): Promise<boolean> {
  const content = JSON.stringify(part.content)
  const { numAffectedRows } = await sql`
    insert into archive_parts (operation_id, service, content)
    select operation_id, ${part.service}, ${content}::jsonb from archives where operation_id = ${part.operation_id}
    on conflict (operation_id, service) do update set content = excluded.content`.execute(db)
  return numAffectedRows !== undefined && numAffectedRows > 0n
}

/** The clock of an archive runs from its completion. @returns when it ends */
export async function sealArchive(trx: Transaction<AuthDb>, operationId: string): Promise<Date | undefined> {
  const row = await trx
    .updateTable('archives')
    .set({ expires_at: ARCHIVE_LIFE })
    .where('operation_id', '=', operationId)
    .returning('expires_at')
    .executeTakeFirst()
  return row?.expires_at
}

export async function dropArchiveParts(trx: Transaction<AuthDb>, operationId: string): Promise<void> {
  await trx.deleteFrom('archive_parts').where('operation_id', '=', operationId).execute()
}

export interface FinishedArchive {
  readonly created_at: Date
  readonly parts: Record<string, unknown>
}

/** A person's own archive, while it is complete and its time is not over. */
export async function findArchive(
  db: Executor<AuthDb>,
  operationId: string,
  accountId: string,
): Promise<FinishedArchive | undefined> {
  const rows = await db
    .selectFrom('archives')
    .innerJoin('operations', 'operations.id', 'archives.operation_id')
    .innerJoin('archive_parts', 'archive_parts.operation_id', 'archives.operation_id')
    .select(['archives.created_at', 'archive_parts.service', 'archive_parts.content'])
    .where('archives.operation_id', '=', operationId)
    .where('archives.account_id', '=', accountId)
    .where('operations.status', '=', 'succeeded')
    .where(sql<boolean>`archives.expires_at > clock_timestamp()`)
    .orderBy('archive_parts.service')
    .execute()
  const [first] = rows
  return (
    first && { created_at: first.created_at, parts: Object.fromEntries(rows.map((row) => [row.service, row.content])) }
  )
}
