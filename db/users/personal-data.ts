import { sql } from 'kysely'
import { ACCEPT_PERSONAL_DATA, type PersonalDataTable } from '../personal-data.ts'

/** What `users` holds of people. */
export const USERS_PERSONAL_DATA: readonly PersonalDataTable[] = [
  {
    table: 'profiles',
    order: ['id'],
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
    order: ['id'],
    columns: ['user_id', 'phone_number'],
    of: ({ id }) => sql`user_id = ${id}`,
    erase: 'delete',
    exported: null,
  },
  ...ACCEPT_PERSONAL_DATA,
]
