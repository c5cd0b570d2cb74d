import { sql, type Transaction } from 'kysely'
import type { Executor } from '../connection.ts'
import type { AiDb, GenerationRow, RunDraft, RunMode, RunRequest } from './schema.ts'

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
): Promise<void> {
  await trx
    .insertInto('generations')
    .values({ ...row, request: JSON.stringify(row.request) })
    .execute()
}

export function findGeneration(db: Executor<AiDb>, operationId: string): Promise<GenerationRow | undefined> {
  return db.selectFrom('generations').selectAll().where('operation_id', '=', operationId).executeTakeFirst()
}

/**
 * Counts a call before it goes out: one that is never answered was perhaps paid for. The counts that decide when to give up begin
 * anew with each attempt of the operation.
 * @returns when the first call of this attempt went out
 */
export async function countCall(db: Executor<AiDb>, operationId: string, attempt: number): Promise<Date> {
  const row = await db
    .updateTable('generations')
    .set({
      calls: sql`calls + 1`,
      attempt,
      first_called_at: sql`case when attempt = ${attempt} then coalesce(first_called_at, clock_timestamp()) else clock_timestamp() end`,
      rejected_answers: sql`case when attempt = ${attempt} then rejected_answers else 0 end`,
    })
    .where('operation_id', '=', operationId)
    .returning('first_called_at')
    .executeTakeFirstOrThrow()
  return row.first_called_at as Date
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

/** Keeps the finished result, with which provider and model wrote it. The first one stays. */
export async function keepDraft(trx: Transaction<AiDb>, operationId: string, draft: RunDraft): Promise<void> {
  const last = await trx
    .selectFrom('answers')
    .select(['provider', 'model'])
    .where('operation_id', '=', operationId)
    .orderBy('created_at', 'desc')
    .limit(1)
    .executeTakeFirst()
  await trx
    .updateTable('generations')
    .set({
      draft: JSON.stringify(draft),
      is_demo: draft.is_demo,
      provider: last?.provider ?? null,
      model: last?.model ?? null,
      written_at: sql<Date>`clock_timestamp()`,
    })
    .where('operation_id', '=', operationId)
    .where('draft', 'is', null)
    .execute()
}
