import { sql, type Insertable, type Selectable } from 'kysely'
import type { Executor } from '../connection.ts'
import type { AiDb, CallsTable } from './schema.ts'

export type CallRow = Selectable<CallsTable>

/** Writes a call down before it goes out: one that is never answered was perhaps paid for. */
export async function insertCall(db: Executor<AiDb>, call: Insertable<CallsTable>): Promise<void> {
  await db.insertInto('calls').values(call).execute()
}

/** A call without an end, whose answer its server keeps. */
export type KeptCallRow = Pick<
  CallRow,
  'id' | 'provider' | 'model' | 'prompt_name' | 'prompt_version' | 'prompt_hash' | 'input_tokens' | 'parameters'
> & { readonly response_id: string }

/** The server keeps the answer of a call under this id. */
export async function keepResponse(db: Executor<AiDb>, id: string, responseId: string): Promise<void> {
  await db.updateTable('calls').set({ response_id: responseId }).where('id', '=', id).execute()
}

export type CallOutcome = Pick<
  CallRow,
  | 'model_served'
  | 'answer'
  | 'outcome'
  | 'note'
  | 'input_tokens'
  | 'output_tokens'
  | 'usage_estimated'
  | 'first_token_ms'
  | 'duration_ms'
> & { readonly cost_micros: number }

export async function endCall(db: Executor<AiDb>, id: string, end: CallOutcome): Promise<void> {
  await db
    .updateTable('calls')
    .set({ ...end, cost_micros: String(end.cost_micros) })
    .where('id', '=', id)
    .execute()
}

export function listCalls(db: Executor<AiDb>, operationId: string): Promise<CallRow[]> {
  return db
    .selectFrom('calls')
    .selectAll()
    .where('operation_id', '=', operationId)
    .orderBy('started_at')
    .orderBy('id')
    .execute()
}

/** What the calls of an operation have cost so far, millionths. */
export async function spentOn(db: Executor<AiDb>, operationId: string): Promise<number> {
  const { spent } = await db
    .selectFrom('calls')
    .select(sql<string>`coalesce(sum(cost_micros), 0)`.as('spent'))
    .where('operation_id', '=', operationId)
    .executeTakeFirstOrThrow()
  return Number(spent)
}

export interface UsageSums {
  readonly generations: number
  readonly input_tokens: number
  readonly output_tokens: number
  readonly cost_micros: number
}

/** What a person used in the calendar month (UTC) that began at `from`. Demo calls use nothing. */
export async function sumUsage(db: Executor<AiDb>, ownerId: string, from: Date): Promise<UsageSums> {
  const { rows } = await sql<Record<keyof UsageSums, string>>`
    select count(distinct operation_id) as generations, coalesce(sum(input_tokens), 0) as input_tokens,
      coalesce(sum(output_tokens), 0) as output_tokens, coalesce(sum(cost_micros), 0) as cost_micros
    from calls where owner_id = ${ownerId} and started_at >= ${from}`.execute(db)
  const [sums] = rows
  return {
    generations: Number(sums?.generations ?? 0),
    input_tokens: Number(sums?.input_tokens ?? 0),
    output_tokens: Number(sums?.output_tokens ?? 0),
    cost_micros: Number(sums?.cost_micros ?? 0),
  }
}

/** Calls of which something was received and nothing could be used, by the reason. */
export interface Unused {
  readonly reason: string
  readonly calls: number
  readonly cost_micros: number
}

/** What a person paid for in vain in the calendar month (UTC) that began at `from`, the dearest reason first. */
export async function sumUnused(db: Executor<AiDb>, ownerId: string, from: Date): Promise<Unused[]> {
  const { rows } = await sql<Record<keyof Unused, string>>`
    select outcome as reason, count(*) as calls, sum(cost_micros) as cost_micros from calls
    where owner_id = ${ownerId} and started_at >= ${from} and outcome <> 'stop' and input_tokens + output_tokens > 0
    group by outcome order by sum(cost_micros) desc, outcome`.execute(db)
  return rows.map((row) => ({ reason: row.reason, calls: Number(row.calls), cost_micros: Number(row.cost_micros) }))
}
