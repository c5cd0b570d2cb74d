import { sql, type Transaction } from 'kysely'
import { RETENTION } from '../../retention.ts'
import type { Executor } from '../connection.ts'
import { ahead } from '../time.ts'
import type { AuthDb } from './schema.ts'

/** How long a finished archive can be fetched. */
const ARCHIVE_LIFE = ahead(RETENTION.archives)

/** Opens the archive of an export; again changes nothing. */
export async function openArchive(db: Executor<AuthDb>, operationId: string, accountId: string): Promise<void> {
  await db
    .insertInto('archives')
    .values({ operation_id: operationId, account_id: accountId, expires_at: ARCHIVE_LIFE })
    .onConflict((c) => c.column('operation_id').doNothing())
    .execute()
}

/** Which piece of whose: the same one again replaces the first. */
export interface ArchivePiece {
  readonly operation_id: string
  readonly service: string
  readonly try: number
  readonly n: number
  readonly of_table: string
  /** JSON, with commas between. */
  readonly rows: string
}

/** Keeps a piece of what one service has. False when the archive is not wanted any more. */
export async function keepArchivePiece(db: Executor<AuthDb>, piece: ArchivePiece): Promise<boolean> {
  const { operation_id, service, n, of_table, rows } = piece
  const { numAffectedRows } = await sql`
    insert into archive_pieces (operation_id, service, try, n, of_table, rows)
    select operation_id, ${service}, ${piece.try}, ${n}, ${of_table}, ${rows} from archives where operation_id = ${operation_id}
    on conflict (operation_id, service, try, n) do update set of_table = excluded.of_table, rows = excluded.rows`.execute(
    db,
  )
  return (numAffectedRows ?? 0n) > 0n
}

/**
 * What one service has is complete, in so many pieces. Of two tries that overlap the later one stays; the pieces of earlier ones go, those
 * of a later one, which is still at work, do not.
 * @returns false when the archive is not wanted any more
 */
export async function completeArchivePart(
  trx: Transaction<AuthDb>,
  { operation_id, service, ...part }: { operation_id: string; service: string; try: number; pieces: number },
): Promise<boolean> {
  const { rows } = await sql<{ try: number }>`
    insert into archive_parts as p (operation_id, service, try, pieces)
    select operation_id, ${service}, ${part.try}, ${part.pieces} from archives where operation_id = ${operation_id}
    on conflict (operation_id, service) do update
    set try = greatest(p.try, excluded.try), pieces = case when excluded.try >= p.try then excluded.pieces else p.pieces end
    returning try`.execute(trx)
  const [kept] = rows
  if (!kept) return false
  await trx
    .deleteFrom('archive_pieces')
    .where('operation_id', '=', operation_id)
    .where('service', '=', service)
    .where('try', '<', kept.try)
    .execute()
  return true
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
  await trx.deleteFrom('archive_pieces').where('operation_id', '=', operationId).execute()
}

export interface FinishedArchive {
  readonly operation_id: string
  readonly created_at: Date
  readonly parts: readonly { readonly service: string; readonly try: number; readonly pieces: number }[]
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
    .select(['archives.created_at', 'archive_parts.service', 'archive_parts.try', 'archive_parts.pieces'])
    .where('archives.operation_id', '=', operationId)
    .where('archives.account_id', '=', accountId)
    .where('operations.status', '=', 'succeeded')
    .where(sql<boolean>`archives.expires_at > clock_timestamp()`)
    .orderBy('archive_parts.service')
    .execute()
  const [first] = rows
  return first && { operation_id: operationId, created_at: first.created_at, parts: rows }
}

/**
 * The services of an archive as JSON, piece by piece: each is read when the one before it has gone out, so that a process holds one at a
 * time.
 * @throws Error when its time ends meanwhile
 */
export async function* archiveServices(
  db: Executor<AuthDb>,
  { operation_id, parts }: FinishedArchive,
): AsyncGenerator<string> {
  yield '{'
  for (const [i, { service, pieces, ...part }] of parts.entries()) {
    yield `${i === 0 ? '' : ','}${JSON.stringify(service)}:{`
    let table: string | undefined
    let empty = true
    for (let n = 0; n < pieces; n++) {
      const piece = await db
        .selectFrom('archive_pieces')
        .select(['of_table', 'rows'])
        .where('operation_id', '=', operation_id)
        .where('service', '=', service)
        .where('try', '=', part.try)
        .where('n', '=', n)
        .executeTakeFirst()
      if (!piece) throw new Error(`the archive ${operation_id} is gone`)
      if (piece.of_table !== table) {
        yield `${table === undefined ? '' : '],'}${JSON.stringify(piece.of_table)}:[`
        table = piece.of_table
        empty = true
      }
      if (piece.rows === '') continue
      if (!empty) yield ','
      yield piece.rows
      empty = false
    }
    yield table === undefined ? '}' : ']}'
  }
  yield '}'
}
