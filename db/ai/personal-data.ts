import { sql } from 'kysely'
import { ACCEPT_PERSONAL_DATA, NOBODY, type PersonalDataTable } from '../personal-data.ts'

/** What `ai` holds of people: what they asked for and what was written. */
export const AI_PERSONAL_DATA: readonly PersonalDataTable[] = [
  {
    table: 'generations',
    order: ['created_at', 'operation_id'],
    columns: ['owner_id'],
    of: ({ id }) => sql`owner_id = ${id}`,
    erase: 'delete',
    exported: ['operation_id', 'request', 'draft', 'provider', 'model', 'input_tokens', 'output_tokens', 'created_at'],
  },
  {
    // Prompts and answers among it; goes with its generation.
    table: 'calls',
    order: ['started_at', 'id'],
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
    order: ['period'],
    columns: ['owner_id'],
    of: ({ id }) => sql`owner_id = ${id}`,
    erase: 'delete',
    exported: ['period', 'committed_micros'],
  },
  {
    // What was spent stays in the sums, without whose it was.
    table: 'ledger',
    order: ['period', 'operation_id', 'attempt', 'phase'],
    columns: ['owner_id'],
    of: ({ id }) => sql`owner_id = ${id}`,
    erase: { owner_id: NOBODY },
    exported: ['period', 'phase', 'amount_micros', 'created_at'],
  },
  ...ACCEPT_PERSONAL_DATA,
]
