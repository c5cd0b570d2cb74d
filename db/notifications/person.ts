import { sql } from 'kysely'
import { ACCEPT_PERSON_TABLES, type PersonTable } from '../person.ts'

/** What `notifications` holds of people. */
export const NOTIFICATIONS_PERSON_TABLES: readonly PersonTable[] = [
  {
    table: 'mails',
    columns: ['account_id', 'address'],
    // An invitation is of who sent it and of whose address it is.
    of: ({ id, email }) => sql`account_id = ${id} or address = ${email}`,
    erase: 'delete',
    exported: ['kind', 'status', 'subject', 'created_at'],
  },
  {
    table: 'text_messages',
    columns: ['account_id', 'recipient'],
    of: ({ id }) => sql`account_id = ${id}`,
    erase: 'delete',
    exported: ['text', 'created_at'],
  },
  {
    // Deliveries and their intents go with it.
    table: 'notifications',
    columns: ['user_id'],
    of: ({ id }) => sql`user_id = ${id}`,
    erase: 'delete',
    exported: ['id', 'topic', 'kind', 'params', 'title', 'body', 'read_at', 'created_at'],
  },
  {
    // What others were told of the person: their notifications name who it was.
    table: 'notifications',
    columns: [],
    of: ({ id }) => sql`position(${id} in params::text) > 0`,
    erase: 'delete',
    exported: null,
  },
  {
    table: 'preferences',
    columns: ['user_id'],
    of: ({ id }) => sql`user_id = ${id}`,
    erase: 'delete',
    exported: ['topics', 'quiet_hours', 'digest', 'updated_at'],
  },
  {
    table: 'push_subscriptions',
    columns: ['user_id', 'endpoint', 'p256dh'],
    of: ({ id }) => sql`user_id = ${id}`,
    erase: 'delete',
    exported: ['id', 'endpoint', 'created_at'],
  },
  {
    // The bodies are events: ids only, the person's among them.
    table: 'dead_letters',
    columns: ['key'],
    of: ({ id }) => sql`key = ${id} or position(${id} in body) > 0`,
    erase: 'delete',
    exported: null,
  },
  ...ACCEPT_PERSON_TABLES,
]
