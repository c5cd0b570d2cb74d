import { sql } from 'kysely'
import { ACCEPT_PERSON_TABLES, type PersonTable } from '../person.ts'

/** What `users` holds of people. */
export const USERS_PERSON_TABLES: readonly PersonTable[] = [
  {
    table: 'profiles',
    columns: ['id', 'username', 'full_name', 'phone_number', 'phone_verified_at'],
    of: ({ id }) => sql`id = ${id}`,
    erase: 'delete',
    exported: [
      'id',
      'username',
      'full_name',
      'phone_number',
      'phone_verified_at',
      'avatar_url',
      'bio',
      'locale',
      'timezone',
      'settings',
      'created_at',
      'updated_at',
    ],
  },
  {
    table: 'phone_codes',
    columns: ['user_id', 'phone_number'],
    of: ({ id }) => sql`user_id = ${id}`,
    erase: 'delete',
    exported: null,
  },
  ...ACCEPT_PERSON_TABLES,
]
