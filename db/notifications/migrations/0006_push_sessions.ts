import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  // A browser is told what concerns one person, while one session lives. Those from before this migration have none.
  await sql`alter table push_subscriptions add column session_id uuid`.execute(db)
  await sql`
    delete from push_subscriptions older
    where exists (select from push_subscriptions newer where newer.endpoint = older.endpoint and newer.id > older.id)`.execute(
    db,
  )
  // The same name: what serves the version before says by it which row is meant.
  await sql`
    alter table push_subscriptions
      drop constraint push_subscriptions_endpoint_key,
      add constraint push_subscriptions_endpoint_key unique (endpoint)`.execute(db)
  await sql`create index push_subscriptions_person on push_subscriptions (user_id, created_at, id)`.execute(db)
  await sql`create index push_subscriptions_session on push_subscriptions (session_id) where session_id is not null`.execute(
    db,
  )
}
