import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  // Each message that went out or was about to: what the budgets are counted by. The same key again is the same message.
  await sql`
    create table outgoing (
      key text primary key,
      channel text not null,
      weight text not null,
      sender_hash bytea,
      recipient_hash bytea not null,
      created_at timestamptz(3) not null default clock_timestamp()
    )`.execute(db)
  await sql`create index outgoing_sender on outgoing (sender_hash, channel, created_at) where sender_hash is not null`.execute(
    db,
  )
  await sql`create index outgoing_recipient on outgoing (recipient_hash, channel, created_at)`.execute(db)
  await sql`create index outgoing_channel on outgoing (channel, created_at)`.execute(db)
  await sql`create index outgoing_age on outgoing (created_at)`.execute(db)
  // Mailboxes of people without an account who want no invitations.
  await sql`
    create table opt_outs (
      mailbox_hash bytea primary key,
      created_at timestamptz(3) not null default clock_timestamp()
    )`.execute(db)
  // Because of whom it is told: nothing goes out because of somebody whose address is not proven.
  await sql`alter table notifications add column sender_id uuid`.execute(db)
  await sql`create index notifications_sender on notifications (sender_id) where sender_id is not null`.execute(db)
  await sql`alter table deliveries add column cleared_at timestamptz(3)`.execute(db)
  await sql`alter table mails drop constraint mails_status_check`.execute(db)
  await sql`
    alter table mails add constraint mails_status_check
      check (status in ('sent', 'perhaps_sent', 'not_sent', 'suppressed'))`.execute(db)
}
