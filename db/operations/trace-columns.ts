import { sql, type Kysely } from 'kysely'

/** The W3C trace context of the request that was accepted, for its workflow: the relay may start it long after. */
export async function addTraceColumn(db: Kysely<unknown>): Promise<void> {
  await sql`alter table operations add column traceparent text`.execute(db)
}
