import { sql, type Transaction } from 'kysely'
import type { Attempt } from '../../contracts/attempt.ts'
import type { Executor } from '../connection.ts'
import { onePlan } from '../one-plan.ts'
import { ofAttempt } from '../operations/operations.ts'
import type { KeptCallRow } from './calls.ts'
import type { Moved } from './operation-events.ts'
import type { NewOperationEvent } from './schema.ts'
import type { AiDb, GenerationRow, GenerationDraft, GenerationMode, GenerationOrder } from './schema.ts'

/** What is asked of the models for one operation. */
export interface NewGeneration {
  readonly operation_id: string
  readonly owner_id: string
  readonly mode: GenerationMode
  readonly request: GenerationOrder
  readonly scenario_id?: string | undefined
  readonly base_version?: number | undefined
  readonly template_id?: string | undefined
}

/** Writes down what is asked, with the first event. Nobody is told: nobody knows the operation's id yet. */
export async function insertGeneration(
  trx: Transaction<AiDb>,
  { scenario_id, base_version, template_id, ...asked }: NewGeneration,
  first: NewOperationEvent,
): Promise<void> {
  await trx
    .with('asked', (db) =>
      db
        .insertInto('generations')
        .values({
          ...asked,
          scenario_id: scenario_id ?? null,
          base_version: base_version ?? null,
          template_id: template_id ?? null,
          request: JSON.stringify(asked.request),
          event_seq: '1',
        })
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

/** What was asked alone: what was written for it is a hundred times as long. */
export async function findRequest(db: Executor<AiDb>, operationId: string): Promise<GenerationOrder | undefined> {
  const row = await db
    .selectFrom('generations')
    .select('request')
    .where('operation_id', '=', operationId)
    .executeTakeFirst()
  return row?.request
}

/** What was asked, with the answers that are paid for by their steps. */
export async function findOrder(
  db: Executor<AiDb>,
  operationId: string,
): Promise<(Pick<GenerationRow, 'request' | 'draft'> & { readonly answers: Record<string, unknown> }) | undefined> {
  const { rows } = await sql<Pick<GenerationRow, 'request' | 'draft'> & { answers: Record<string, unknown> }>`
    select request, draft, (
      select coalesce(jsonb_object_agg(step, answer), '{}') from answers where operation_id = ${operationId}
    ) as answers from generations where operation_id = ${operationId}`.execute(db)
  return rows[0]
}

export interface BegunStep {
  readonly attempt: number
  /** For how many milliseconds its first call has been out, by the database's clock alone. */
  readonly waited_ms: number
  /** How many of its answers were paid for in vain. */
  readonly spent: number
  /** How many calls have no end: they were lost with their workers. */
  readonly lost: number
  /** The newest of these for this step, if its answer is kept by the server. */
  readonly kept: KeptCallRow | null
}

/**
 * Begins a step that is paid for, in one statement: the open operation moves on, the call is counted before it goes out (one that is never
 * answered was perhaps paid for), and those who watch are told. The counts that decide when to give up begin anew with each attempt
 * of the operation.
 * @param resets whether pieces of text that were told since the last reset belong to an answer that will not come
 * @returns undefined when the attempt has ended, or its end is wanted
 */
export async function beginStep(
  db: Executor<AiDb>,
  at: Attempt,
  { stage, progress, step }: Moved & { readonly step: string },
  resets: boolean,
): Promise<BegunStep | undefined> {
  const { operation_id: operationId } = at
  const { rows } = await sql<BegunStep>`${onePlan}
    with moved as (
      update operations set status = 'running', stage = ${stage}, progress = ${progress}, updated_at = clock_timestamp()
      where id = ${operationId} and finished_at is null and ${ofAttempt(at)}
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
      returning m.attempt, g.first_called_at, g.event_seq, r.needed, g.rejected_answers
    ), told as (
      insert into operation_events (operation_id, seq, type, data)
      select ${operationId}, event_seq - 1, 'attempt_reset', jsonb_build_object('attempt', attempt) from counted where needed
      union all
      select ${operationId}, event_seq, 'stage', jsonb_build_object('stage', ${stage}::text, 'progress', ${progress}::float8, 'attempt', attempt)
      from counted
    )
    select attempt, rejected_answers as spent,
      extract(epoch from clock_timestamp() - first_called_at)::float8 * 1000 as waited_ms, (
      select count(*) from calls c where c.operation_id = ${operationId} and c.attempt = counted.attempt and c.outcome is null
    )::int as lost, (
      select to_jsonb(k) from (
        select id, provider, model, prompt_name, prompt_version, prompt_hash, input_tokens, parameters, response_id from calls c
        where c.operation_id = ${operationId} and c.attempt = counted.attempt and c.step = ${step}
          and c.outcome is null and c.response_id is not null
        order by started_at desc limit 1
      ) k
    ) as kept, pg_notify('operation_events', ${operationId}) from counted`.execute(db)
  return rows[0]
}

/**
 * Counts answers that were paid for in vain.
 * @returns how many there are in this attempt, these included; undefined when a later one has begun, which counts its own
 */
export async function countSpentAttempts(db: Executor<AiDb>, at: Attempt, more: number): Promise<number | undefined> {
  const row = await db
    .updateTable('generations')
    .set({ rejected_answers: sql`rejected_answers + ${more}` })
    .where('operation_id', '=', at.operation_id)
    .where(ofAttempt(at))
    .returning('rejected_answers')
    .executeTakeFirst()
  return row?.rejected_answers
}

/**
 * Keeps the finished draft, with which provider and model wrote it; the first one stays. With it the attempt passes the point of no return,
 * in the same statement, unless its end is wanted: of the two that are at once the row knows the first.
 * @returns `storing`: what is kept is to be stored; `cancelling`: its end is wanted; `ended`: there is nothing left to do
 */
export async function keepDraft(
  db: Executor<AiDb>,
  at: Attempt,
  draft: GenerationDraft,
  { stage, progress }: Moved,
): Promise<'storing' | 'cancelling' | 'ended'> {
  const { operation_id: operationId } = at
  const { rows } = await sql<{ became: 'storing' | 'cancelling' | 'ended' }>`${onePlan}
    with before as (
      select stage, attempt, cancel_requested_at from operations
      where id = ${operationId} and finished_at is null and ${ofAttempt(at)} for update
    ), moved as (
      update operations o set stage = ${stage}, progress = ${progress}, updated_at = clock_timestamp()
      from before b where o.id = ${operationId} and b.cancel_requested_at is null and b.stage <> ${stage}
      returning o.attempt
    ), last as (
      select provider, model from answers where operation_id = ${operationId} order by created_at desc limit 1
    ), kept as (
      update generations set draft = coalesce(draft, ${JSON.stringify(draft)}::jsonb), is_demo = ${draft.is_demo},
        written_at = coalesce(written_at, clock_timestamp()),
        provider = (select provider from last), model = (select model from last),
        event_seq = event_seq + (select count(*) from moved)
      where operation_id = ${operationId}
      returning event_seq
    ), told as (
      insert into operation_events (operation_id, seq, type, data)
      select ${operationId}, event_seq, 'stage', jsonb_build_object('stage', ${stage}::text, 'progress', ${progress}::float8, 'attempt', attempt)
      from kept, moved
      returning seq
    ), notified as (
      select pg_notify('operation_events', ${operationId}) from told
    )
    select (select count(*) from notified), case
      when not exists (select from before) then 'ended'
      when exists (select from before where cancel_requested_at is not null) then 'cancelling'
      else 'storing' end as became`.execute(db)
  return rows[0]?.became ?? 'ended'
}
