import type { Transaction } from 'kysely'
import type { Executor } from '../connection.ts'
import type { AiDb } from './schema.ts'

export interface NewAnswer {
  readonly operation_id: string
  readonly step: string
  readonly answer: unknown
  readonly provider: string
  readonly model: string
  readonly is_demo: boolean
}

/** Keeps a paid answer. The first one stays: of two attempts that overlap, both go on with the same. */
export async function keepAnswer(trx: Transaction<AiDb>, answer: NewAnswer): Promise<unknown> {
  await trx
    .insertInto('answers')
    .values({ ...answer, answer: JSON.stringify(answer.answer) })
    .onConflict((c) => c.columns(['operation_id', 'step']).doNothing())
    .execute()
  return (await findAnswers(trx, answer.operation_id)).get(answer.step)
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
