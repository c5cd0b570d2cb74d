import { sql } from 'kysely'
import { ACCEPT_PERSON_TABLES, type PersonTable } from '../person.ts'

/** What `ai` holds of people: what they asked for and what was written. */
export const AI_PERSON_TABLES: readonly PersonTable[] = [
  {
    table: 'generations',
    columns: ['owner_id'],
    of: ({ id }) => sql`owner_id = ${id}`,
    erase: 'delete',
    exported: ['operation_id', 'request', 'draft', 'provider', 'model', 'input_tokens', 'output_tokens', 'created_at'],
  },
  ...ACCEPT_PERSON_TABLES,
]
