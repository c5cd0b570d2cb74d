import type { Executor } from '../connection.ts'
import { count } from '../../telemetry/tally.ts'
import type { AiDb } from './schema.ts'

export interface NewAnswer {
  readonly operation_id: string
  readonly step: string
  readonly answer: unknown
  readonly provider: string
  readonly model: string
  readonly is_demo: boolean
}

/**
 * Keeps a paid answer. The first one stays: of two executions that overlap, both go on with the same.
 * @returns the one that is kept
 */
export async function keepAnswer<T>(db: Executor<AiDb>, answer: NewAnswer & { readonly answer: T }): Promise<T> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('answers')
    .values({ ...answer, answer: JSON.stringify(answer.answer) })
    .onConflict((c) => c.columns(['operation_id', 'step']).doNothing())
    .executeTakeFirst()
  if (numInsertedOrUpdatedRows === 1n) return answer.answer
  count('scenor_model_paid_twice_total', { prompt: answer.step.replace(/:.*/, '') })
  return (await findAnswers(db, answer.operation_id)).get(answer.step) as T
}

/** Every kept answer of an operation by its step. */
export async function findAnswers(db: Executor<AiDb>, operationId: string): Promise<Map<string, unknown>> {
  const rows = await db
    .selectFrom('answers')
    .select(['step', 'answer'])
    .where('operation_id', '=', operationId)
    .execute()
  return new Map(rows.map((row) => [row.step, row.answer]))
}
