import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table running_activities (
      -- What Temporal knows this one execution by: told of an earlier one it does nothing.
      task_token bytea primary key,
      -- Of the process that runs it; with the lease's end it is abandoned.
      lease text not null,
      operation_id text not null,
      began_at timestamptz(3) not null default clock_timestamp()
    )`.execute(db)
}
