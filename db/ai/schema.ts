import type { ColumnType, Generated, Selectable } from 'kysely'
import type { GeneratedTimestamp, Timestamp } from '../columns.ts'
import type { DraftScene, GenerationRequest, SceneRequest, ScriptDraft, TitleRequest } from '../../script/script.ts'
import type { AcceptTables, OperationRow } from '../operations/schema.ts'

export type GenerationMode = 'script' | 'scene' | 'titles'
export type GenerationOrder = GenerationRequest | SceneRequest | TitleRequest
/** A whole script, or the one scene that was asked for. */
export type GenerationDraft = ScriptDraft | { readonly scene: DraftScene; readonly is_demo: boolean }

/** What was asked of the models for one operation, and the paid answer. */
interface GenerationsTable {
  operation_id: string
  owner_id: string
  request: ColumnType<GenerationOrder, string, never>
  /** What is asked for: a script, one scene of a scenario anew, or titles. */
  mode: Generated<GenerationMode>
  /** The scenario that gets a new version; null: a new scenario. */
  scenario_id: Generated<string | null>
  /** The version that it must still have then. */
  base_version: Generated<number | null>
  template_id: Generated<string | null>
  /** The finished answer, kept before anybody else hears of it: a step that runs again finds it here instead of paying twice. */
  draft: ColumnType<GenerationDraft, string, string> | null
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
  /** Number of the newest event. */
  event_seq: Generated<string>
  created_at: GeneratedTimestamp
  written_at: Timestamp | null
}

/** Paid answers by operation and step. */
interface AnswersTable {
  operation_id: string
  step: string
  answer: ColumnType<unknown, string, never>
  provider: string
  model: string
  is_demo: boolean
  created_at: GeneratedTimestamp
}

/** One request to a model, with all that is needed to understand or repeat it. */
export interface CallsTable {
  id: string
  operation_id: string
  owner_id: string
  attempt: number
  step: string
  provider: string
  model: string
  /** The model that answered, as it named itself. */
  model_served: string | null
  endpoint: string
  rung: string
  prompt_name: string
  prompt_version: number
  prompt_hash: string
  /** The rendered messages as JSON, sealed by the payload key. */
  messages: Buffer
  parameters: ColumnType<unknown, string, never>
  /** What came, sealed by the payload key; null when nothing did. */
  answer: Buffer | null
  /** What the server keeps the answer under; null: it keeps none, or has told none yet. */
  response_id: string | null
  /** Null: it has no end, because its worker died, or it is still at work. */
  outcome: string | null
  note: string | null
  input_tokens: number
  output_tokens: number
  /** The provider did not count, or was not heard to the end. */
  usage_estimated: boolean
  price_version: string
  /** Whether the model has a price; without one it costs 0. */
  priced: boolean
  cost_micros: ColumnType<string, string, string>
  first_token_ms: number | null
  duration_ms: number | null
  started_at: GeneratedTimestamp
}

/** Millionths of the currency that a person has spent or promised in a month. */
interface BudgetsTable {
  owner_id: string
  period: string
  committed_micros: ColumnType<string, string | undefined, string>
  /** What of it is spent for good. */
  spent_micros: ColumnType<string, string | undefined, string>
  /** Up to which percentage the person was told that it is spent. */
  told_percent: Generated<number>
}

interface LedgerTable {
  operation_id: string
  attempt: number
  phase: 'reserve' | 'settle'
  owner_id: string
  period: string
  amount_micros: ColumnType<string, string, never>
  created_at: GeneratedTimestamp
}

interface ProviderHealthTable {
  name: string
  healthy: boolean
  reason: string | null
  /** When admins were told that it does not work. */
  told_at: Timestamp | null
  changed_at: GeneratedTimestamp
}

/** What a provider's server turned out to take, where it differs from what its kind is known for. */
interface ProviderLearnedTable {
  server: string
  learned: ColumnType<Record<string, unknown>, string, string>
  learned_at: GeneratedTimestamp
}

/** What is told, while it happens, to those who watch an operation. */
interface OperationEventsTable {
  operation_id: string
  /** From 1, without gaps, over all attempts. The driver gives bigints as text. */
  seq: ColumnType<string, string, never>
  type: NewOperationEvent['type']
  data: ColumnType<unknown, string, never>
  created_at: GeneratedTimestamp
}

/** Executions of activities at work: those of a process whose lease ran out are handed on. */
interface RunningActivitiesTable {
  task_token: Buffer
  lease: string
  operation_id: string
  began_at: GeneratedTimestamp
}

export interface AiDb extends AcceptTables {
  operation_events: OperationEventsTable
  answers: AnswersTable
  calls: CallsTable
  budgets: BudgetsTable
  ledger: LedgerTable
  provider_health: ProviderHealthTable
  provider_learned: ProviderLearnedTable
  generations: GenerationsTable
  running_activities: RunningActivitiesTable
}

export type GenerationRow = Selectable<GenerationsTable>
/** What those who watch an operation are told. */
export type NewOperationEvent =
  | { readonly type: 'stage'; readonly data: { stage: string; progress: number; attempt: number } }
  | { readonly type: 'progress'; readonly data: { progress: number } }
  /** The next piece of what is being written, to be put after the pieces before. */
  | { readonly type: 'delta'; readonly data: { text: string } }
  /** The pieces so far belong to an answer that will not come: begin anew. */
  | { readonly type: 'attempt_reset'; readonly data: { attempt: number } }
  /** The end of an attempt, with the operation as it was then. */
  | { readonly type: 'succeeded' | 'failed' | 'cancelled'; readonly data: OperationRow }
