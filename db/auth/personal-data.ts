import { sql } from 'kysely'
import { ACCEPT_PERSONAL_DATA, type PersonalDataTable } from '../personal-data.ts'

const sessionOf = (id: string) => sql`session_id in (select id from sessions where account_id = ${id})`

/** What `auth` holds of people. */
export const AUTH_PERSONAL_DATA: readonly PersonalDataTable[] = [
  {
    table: 'refresh_tokens',
    order: ['token_hash'],
    columns: [],
    of: ({ id }) => sql`${sessionOf(id)}`,
    erase: 'delete',
    exported: null,
  },
  {
    table: 'stream_tickets',
    order: ['token_hash'],
    columns: [],
    of: ({ id }) => sql`${sessionOf(id)}`,
    erase: 'delete',
    exported: null,
  },
  {
    table: 'sessions',
    order: ['created_at', 'id'],
    columns: ['account_id', 'ip', 'user_agent'],
    of: ({ id }) => sql`account_id = ${id}`,
    erase: 'delete',
    exported: ['id', 'user_agent', 'ip', 'created_at', 'last_used_at', 'expires_at', 'revoked_at'],
  },
  {
    table: 'devices',
    order: ['id'],
    columns: ['account_id'],
    of: ({ id }) => sql`account_id = ${id}`,
    erase: 'delete',
    exported: ['created_at', 'last_used_at'],
  },
  {
    table: 'security_events',
    order: ['created_at', 'id'],
    columns: ['account_id', 'done_by', 'ip_prefix', 'user_agent'],
    of: ({ id }) => sql`account_id = ${id}`,
    erase: 'delete',
    exported: ['kind', 'reason', 'ip_prefix', 'user_agent', 'created_at'],
  },
  {
    table: 'one_time_tokens',
    order: ['token_hash'],
    columns: ['account_id', 'email'],
    of: ({ id }) => sql`account_id = ${id}`,
    erase: 'delete',
    exported: null,
  },
  {
    table: 'letters',
    order: ['id'],
    columns: ['account_id', 'email'],
    of: ({ id }) => sql`account_id = ${id}`,
    erase: 'delete',
    exported: ['kind', 'email', 'created_at'],
  },
  {
    table: 'archive_parts',
    order: ['operation_id', 'service'],
    columns: [],
    of: ({ id }) => sql`operation_id in (select operation_id from archives where account_id = ${id})`,
    erase: 'delete',
    exported: null,
  },
  {
    table: 'archive_pieces',
    order: ['operation_id', 'service', 'try', 'n'],
    columns: [],
    of: ({ id }) => sql`operation_id in (select operation_id from archives where account_id = ${id})`,
    erase: 'delete',
    exported: null,
  },
  {
    table: 'archives',
    order: ['operation_id'],
    columns: ['account_id'],
    of: ({ id }) => sql`account_id = ${id}`,
    erase: 'delete',
    exported: null,
  },
  {
    table: 'accounts',
    order: ['id'],
    columns: ['id', 'email', 'email_verified_at', 'phone_number'],
    of: ({ id }) => sql`id = ${id}`,
    erase: 'delete',
    exported: ['id', 'email', 'email_verified_at', 'phone_number', 'roles', 'created_at'],
  },
  ...ACCEPT_PERSONAL_DATA,
]
