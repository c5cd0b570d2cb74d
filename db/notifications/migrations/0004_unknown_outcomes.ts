import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  // How often a message went out of which nobody knows what became of it.
  await sql`
    create table sendings (
      key text primary key,
      unknown smallint not null,
      updated_at timestamptz(3) not null default clock_timestamp()
    )`.execute(db)
  await sql`create index sendings_age on sendings (updated_at)`.execute(db)
  await sql`alter table deliveries drop constraint deliveries_status_check`.execute(db)
  await sql`
    alter table deliveries add constraint deliveries_status_check
      check (status in ('queued', 'sent', 'perhaps_sent', 'delivered', 'failed', 'suppressed', 'not_configured'))`.execute(
    db,
  )
  await sql`alter table mails drop constraint mails_status_check`.execute(db)
  await sql`alter table mails add constraint mails_status_check check (status in ('sent', 'perhaps_sent', 'not_sent'))`.execute(
    db,
  )
}
