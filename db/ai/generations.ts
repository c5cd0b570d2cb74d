import { sql, type Transaction } from 'kysely'
import type { Executor } from '../connection.ts'
import type { Moved, NewOperationEvent } from './events.ts'
import type { AiDb, GenerationRow, RunDraft, RunMode, RunRequest } from './schema.ts'

/** Writes down what is asked, with the first event. Nobody is told: nobody knows the operation's id yet. */
export async function insertGeneration(
  trx: Transaction<AiDb>,
  row: {
    operation_id: string
    owner_id: string
    request: RunRequest
    mode: RunMode
    scenario_id: string | null
    base_version: number | null
    template_id: string | null
  },
  first: NewOperationEvent,
): Promise<void> {
  await trx
    .with('asked', (db) =>
      db
        .insertInto('generations')
        .values({ ...row, request: JSON.stringify(row.request), event_seq: '1' })
        .returning('operation_id'),
    )
    .insertInto('operation_events')
    .columns(['operation_id', 'seq', 'type', 'data'])
    .expression((db) =>
      db
        .selectFrom('asked')
        .select([
          'asked.operation_id',
          sql<string>`1`.as('seq'),
          sql<NewOperationEvent['type']>`${first.type}::text`.as('type'),
          sql<string>`${JSON.stringify(first.data)}::jsonb`.as('data'),
        ]),
    )
    .execute()
}

export function findGeneration(db: Executor<AiDb>, operationId: string): Promise<GenerationRow | undefined> {
  return db.selectFrom('generations').selectAll().where('operation_id', '=', operationId).executeTakeFirst()
}

/** What was asked, with the answers that are paid for by their steps. */
export async function findRun(
  db: Executor<AiDb>,
  operationId: string,
): Promise<(Pick<GenerationRow, 'request' | 'draft'> & { readonly answers: Record<string, unknown> }) | undefined> {
  const { rows } = await sql<Pick<GenerationRow, 'request' | 'draft'> & { answers: Record<string, unknown> }>`
    select request, draft, (
      select coalesce(jsonb_object_agg(step, answer), '{}') from answers where operation_id = ${operationId}
    ) as answers from generations where operation_id = ${operationId}`.execute(db)
  return rows[0]
}

/**
 * Begins a step that is paid for, in one statement: the open operation moves on, the call is counted before it goes out (one that is never
 * answered was perhaps paid for), and whoever watches is told. The counts that decide when to give up begin anew with each attempt
 * of the operation.
 * @param resets whether pieces of text that were told since the last reset belong to an answer that will not come
 * @returns the attempt and when its first call went out; undefined when the operation is finished
 */
export async function beginStep(
  db: Executor<AiDb>,
  operationId: string,
  { stage, progress }: Moved,
  resets: boolean,
): Promise<{ attempt: number; first_called_at: Date } | undefined> {
  const { rows } = await sql<{ attempt: number; first_called_at: Date }>`
    with moved as (
      update operations set status = 'running', stage = ${stage}, progress = ${progress}, updated_at = clock_timestamp()
      where id = ${operationId} and finished_at is null
      returning attempt
    ), reset as (
      select ${resets} and 'delta' = (
        select type from operation_events where operation_id = ${operationId} and type in ('delta', 'attempt_reset')
        order by seq desc limit 1
      ) as needed
    ), counted as (
      update generations g set calls = g.calls + 1, attempt = m.attempt,
        first_called_at = case when g.attempt = m.attempt then coalesce(g.first_called_at, clock_timestamp()) else clock_timestamp() end,
        rejected_answers = case when g.attempt = m.attempt then g.rejected_answers else 0 end,
        event_seq = g.event_seq + case when r.needed then 2 else 1 end
      from moved m, reset r where g.operation_id = ${operationId}
      returning m.attempt, g.first_called_at, g.event_seq, r.needed
    ), told as (
      insert into operation_events (operation_id, seq, type, data)
      select ${operationId}, event_seq - 1, 'attempt_reset', jsonb_build_object('attempt', attempt) from counted where needed
      union all
      select ${operationId}, event_seq, 'stage', jsonb_build_object('stage', ${stage}::text, 'progress', ${progress}::float8, 'attempt', attempt)
      from counted
    )
    select attempt, first_called_at, pg_notify('operation_events', ${operationId}) from counted`.execute(db)
  return rows[0]
}

/** Returns how many answers of this operation were unusable so far, this one included. */
export async function countRejectedAnswer(db: Executor<AiDb>, operationId: string): Promise<number> {
  const { rejected_answers } = await db
    .updateTable('generations')
    .set({ rejected_answers: sql`rejected_answers + 1` })
    .where('operation_id', '=', operationId)
    .returning('rejected_answers')
    .executeTakeFirstOrThrow()
  return rejected_answers
}

/**
 * Keeps the finished draft, with which provider and model wrote it, and shows what comes next. The first one stays.
 */
export async function keepDraft(
  db: Executor<AiDb>,
  operationId: string,
  draft: RunDraft,
  { stage, progress }: Moved,
): Promise<void> {
  await sql`
    with moved as (
      update operations set stage = ${stage}, progress = ${progress}, updated_at = clock_timestamp()
      where id = ${operationId} and finished_at is null
      returning attempt
    ), last as (
      select provider, model from answers where operation_id = ${operationId} order by created_at desc limit 1
    ), kept as (
      update generations set draft = ${JSON.stringify(draft)}::jsonb, is_demo = ${draft.is_demo}, written_at = clock_timestamp(),
        provider = (select provider from last), model = (select model from last),
        event_seq = event_seq + (select count(*) from moved)
      where operation_id = ${operationId} and draft is null
      returning event_seq
    ), told as (
      insert into operation_events (operation_id, seq, type, data)
      select ${operationId}, event_seq, 'stage', jsonb_build_object('stage', ${stage}::text, 'progress', ${progress}::float8, 'attempt', attempt)
      from kept, moved
      returning seq
    )
    select pg_notify('operation_events', ${operationId}) from told`.execute(db)
}
