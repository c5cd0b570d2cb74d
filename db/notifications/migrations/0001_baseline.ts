import { sql, type Kysely } from 'kysely'
import { createBusTables } from '../../bus/tables.ts'
import { createInboxTables } from '../../inbox/tables.ts'
import { createAcceptTables } from '../../operations/tables.ts'

export async function up(db: Kysely<unknown>): Promise<void> {
  await createAcceptTables(db)
  await createInboxTables(db)
  await createBusTables(db)
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
  await sql`
    create table notifications (
      id uuid primary key,
      seq bigint generated always as identity,
      user_id uuid not null,
      topic text not null,
      kind text not null,
      params jsonb not null default '{}',
      title text,
      body text,
      in_app boolean not null,
      dedupe_key text,
      read_at timestamptz(3),
      created_at timestamptz(3) not null default clock_timestamp(),
      constraint notifications_dedupe_key unique (user_id, dedupe_key),
      check ((kind = 'custom') = (title is not null and body is not null))
    )`.execute(db)
  await sql`create index notifications_of_user on notifications (user_id, created_at desc, id desc) where in_app`.execute(
    db,
  )
  await sql`create index notifications_unread on notifications (user_id) where in_app and read_at is null`.execute(db)
  await sql`create index notifications_stream on notifications (user_id, seq) where in_app`.execute(db)
  await sql`
    create table deliveries (
      notification_id uuid not null references notifications (id) on delete cascade,
      channel text not null check (channel in ('in_app', 'email', 'sms', 'web_push')),
      status text not null check (status in ('queued', 'sent', 'delivered', 'failed', 'suppressed', 'not_configured')),
      attempts integer not null default 0,
      reason text,
      digest_id uuid,
      updated_at timestamptz(3) not null default clock_timestamp(),
      primary key (notification_id, channel)
    )`.execute(db)
  await sql`create index deliveries_sent on deliveries (channel, updated_at) where status = 'sent'`.execute(db)
  // The promise to start a notification's workflow; removed once Temporal has it.
  await sql`
    create table delivery_intents (
      notification_id uuid primary key references notifications (id) on delete cascade,
      due_at timestamptz(3) not null default clock_timestamp(),
      tries integer not null default 0,
      traceparent text
    )`.execute(db)
  await sql`create index delivery_intents_due on delivery_intents (due_at)`.execute(db)
  await sql`
    create table preferences (
      user_id uuid primary key,
      topics jsonb not null default '{}',
      quiet_hours jsonb,
      digest text not null default 'off' check (digest in ('off', 'daily')),
      updated_at timestamptz(3) not null default clock_timestamp()
    )`.execute(db)
  await sql`
    create table push_subscriptions (
      id uuid primary key,
      user_id uuid not null,
      endpoint text not null,
      p256dh text not null,
      auth text not null,
      created_at timestamptz(3) not null default clock_timestamp(),
      constraint push_subscriptions_endpoint_key unique (user_id, endpoint)
    )`.execute(db)
  // Text messages that no provider is configured for, to be looked at on a developer's machine.
  await sql`
    create table text_messages (
      id uuid primary key,
      account_id uuid not null,
      recipient text not null,
      text text not null,
      segments integer not null,
      created_at timestamptz(3) not null default clock_timestamp()
    )`.execute(db)
  await sql`create index text_messages_account on text_messages (account_id)`.execute(db)
}
