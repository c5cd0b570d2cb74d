import type { ColumnType, Generated, Selectable } from 'kysely'
import type { GeneratedTimestamp, Timestamp } from '../columns.ts'
import type { GenerationRequest, ScriptDraft } from '../../script/script.ts'
import type { AcceptTables } from '../operations/schema.ts'

/** What was asked of the models for one operation, and the paid answer. */
export interface GenerationsTable {
  operation_id: string
  owner_id: string
  request: ColumnType<GenerationRequest, string, never>
  /** The answer, kept before anybody else hears of it: a step that runs again finds it here instead of paying twice. */
  draft: ColumnType<ScriptDraft, string, string> | null
  provider: string | null
  model: string | null
  is_demo: boolean | null
  input_tokens: number | null
  output_tokens: number | null
  /** Calls made to the provider, those that failed included. */
  calls: Generated<number>
  /** The operation's attempt that the two counts below belong to. */
  attempt: Generated<number>
  /** Answers that were no usable script. */
  rejected_answers: Generated<number>
  /** When the first call of this attempt went out: an outage is measured from here, so that time without a worker does not count. */
  first_called_at: Timestamp | null
  created_at: GeneratedTimestamp
  written_at: Timestamp | null
}

export interface AiDb extends AcceptTables {
  generations: GenerationsTable
}

export type GenerationRow = Selectable<GenerationsTable>
