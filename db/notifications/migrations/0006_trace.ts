import { sql, type Kysely } from 'kysely'
import { addTraceColumn } from '../../operations/trace-columns.ts'

export async function up(db: Kysely<unknown>): Promise<void> {
  await addTraceColumn(db)
  await sql`alter table delivery_intents add column traceparent text`.execute(db)
}
