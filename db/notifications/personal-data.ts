import { sql } from 'kysely'
import { ACCEPT_PERSONAL_DATA, NOBODY, type PersonalDataTable } from '../personal-data.ts'

/** What `notifications` holds of people. */
export const NOTIFICATIONS_PERSONAL_DATA: readonly PersonalDataTable[] = [
  {
    table: 'mails',
    order: ['id'],
    columns: ['account_id', 'address'],
    // An invitation is of who sent it and of whose address it is.
    of: ({ id, email }) => sql`account_id = ${id} or address = ${email}`,
    erase: 'delete',
    exported: ['kind', 'status', 'subject', 'created_at'],
  },
  {
    table: 'text_messages',
    order: ['id'],
    columns: ['account_id', 'recipient'],
    of: ({ id }) => sql`account_id = ${id}`,
    erase: 'delete',
    exported: ['text', 'created_at'],
  },
  {
    // Deliveries and their intents go with it.
    table: 'notifications',
    order: ['id'],
    columns: ['user_id'],
    of: ({ id }) => sql`user_id = ${id}`,
    erase: 'delete',
    exported: ['id', 'topic', 'kind', 'params', 'title', 'body', 'read_at', 'created_at'],
  },
  {
    // What others were told because of this person stays theirs.
    table: 'notifications',
    order: ['id'],
    columns: ['sender_id'],
    of: ({ id }) => sql`sender_id = ${id}`,
    erase: { sender_id: NOBODY },
    exported: null,
  },
  {
    table: 'preferences',
    order: ['user_id'],
    columns: ['user_id'],
    of: ({ id }) => sql`user_id = ${id}`,
    erase: 'delete',
    exported: ['topics', 'quiet_hours', 'digest', 'updated_at'],
  },
  {
    table: 'push_subscriptions',
    order: ['id'],
    columns: ['user_id', 'endpoint', 'p256dh'],
    of: ({ id }) => sql`user_id = ${id}`,
    erase: 'delete',
    exported: ['id', 'endpoint', 'created_at'],
  },
  {
    // The bodies are events: ids only, the person's among them.
    table: 'dead_letters',
    order: ['id'],
    columns: ['key'],
    of: ({ id }) => sql`ids_in(body) @> array[${id}::text]`,
    erase: 'delete',
    exported: null,
  },
  ...ACCEPT_PERSONAL_DATA,
]
