import { sql } from 'kysely'
import { ACCEPT_PERSON_TABLES, type PersonTable } from '../person.ts'

const sessionOf = (id: string) => sql`session_id in (select id from sessions where account_id = ${id})`

/** What `auth` holds of people. */
export const AUTH_PERSON_TABLES: readonly PersonTable[] = [
  {
    table: 'refresh_tokens',
    columns: [],
    of: ({ id }) => sql`${sessionOf(id)}`,
    erase: 'delete',
    exported: null,
  },
  {
    table: 'sessions',
    columns: ['account_id', 'ip', 'user_agent'],
    of: ({ id }) => sql`account_id = ${id}`,
    erase: 'delete',
    exported: ['id', 'user_agent', 'ip', 'created_at', 'last_used_at', 'expires_at', 'revoked_at'],
  },
  {
    table: 'security_events',
    columns: ['account_id', 'ip_prefix', 'user_agent'],
    of: ({ id }) => sql`account_id = ${id}`,
    erase: 'delete',
    exported: ['kind', 'ip_prefix', 'user_agent', 'created_at'],
  },
  {
    table: 'one_time_tokens',
    columns: ['account_id'],
    of: ({ id }) => sql`account_id = ${id}`,
    erase: 'delete',
    exported: null,
  },
  {
    table: 'letters',
    columns: ['account_id'],
    of: ({ id }) => sql`account_id = ${id}`,
    erase: 'delete',
    exported: ['kind', 'created_at'],
  },
  {
    table: 'archive_parts',
    columns: [],
    of: ({ id }) => sql`operation_id in (select operation_id from archives where account_id = ${id})`,
    erase: 'delete',
    exported: null,
  },
  {
    table: 'archives',
    columns: ['account_id'],
    of: ({ id }) => sql`account_id = ${id}`,
    erase: 'delete',
    exported: null,
  },
  {
    table: 'accounts',
    columns: ['id', 'email', 'email_verified_at', 'phone_number'],
    of: ({ id }) => sql`id = ${id}`,
    erase: 'delete',
    exported: ['id', 'email', 'email_verified_at', 'phone_number', 'roles', 'created_at'],
  },
  ...ACCEPT_PERSON_TABLES,
]
