import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table mails (
      id uuid primary key,
      account_id uuid not null,
      kind text not null,
      status text not null check (status in ('sent', 'not_sent')),
      address text,
      subject text,
      text text,
      html text,
      created_at timestamptz(3) not null default clock_timestamp(),
      check (status = 'not_sent' or (address is null and subject is null and text is null and html is null))
    )`.execute(db)
  await sql`create index mails_account on mails (account_id, created_at desc)`.execute(db)
}
