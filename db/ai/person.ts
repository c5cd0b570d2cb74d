import { sql } from 'kysely'
import { ACCEPT_PERSON_TABLES, NOBODY, type PersonTable } from '../person.ts'

/** What `ai` holds of people: what they asked for and what was written. */
export const AI_PERSON_TABLES: readonly PersonTable[] = [
  {
    table: 'generations',
    columns: ['owner_id'],
    of: ({ id }) => sql`owner_id = ${id}`,
    erase: 'delete',
    exported: ['operation_id', 'request', 'draft', 'provider', 'model', 'input_tokens', 'output_tokens', 'created_at'],
  },
  {
    // Prompts and answers among it; goes with its generation.
    table: 'calls',
    columns: ['owner_id'],
    of: ({ id }) => sql`owner_id = ${id}`,
    erase: 'delete',
    exported: [
      'operation_id',
      'step',
      'model',
      'outcome',
      'input_tokens',
      'output_tokens',
      'cost_micros',
      'started_at',
    ],
  },
  {
    table: 'budgets',
    columns: ['owner_id'],
    of: ({ id }) => sql`owner_id = ${id}`,
    erase: 'delete',
    exported: ['period', 'committed_micros'],
  },
  {
    // What was spent stays in the sums, without whose it was.
    table: 'ledger',
    columns: ['owner_id'],
    of: ({ id }) => sql`owner_id = ${id}`,
    erase: { owner_id: NOBODY },
    exported: ['period', 'phase', 'amount_micros', 'created_at'],
  },
  ...ACCEPT_PERSON_TABLES,
]
