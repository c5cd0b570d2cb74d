import type { Generated, GeneratedAlways, Selectable } from 'kysely'
import type { GeneratedTimestamp, Json, Timestamp } from '../columns.ts'

export const OPERATION_KINDS = ['registration', 'generation', 'title', 'sharing', 'export', 'erasure'] as const
export const OPERATION_STATUSES = ['queued', 'running', 'succeeded', 'failed', 'cancelled'] as const

export type OperationKind = (typeof OPERATION_KINDS)[number]
export type OperationStatus = (typeof OPERATION_STATUSES)[number]

/** What a client polls. Its id is also the id of its Temporal workflow. */
export interface OperationsTable {
  id: string
  kind: OperationKind
  owner_id: string
  status: Generated<OperationStatus>
  stage: Generated<string>
  /** 0 to 1. */
  progress: Generated<number>
  attempt: Generated<number>
  result: Json<unknown> | null
  error_code: string | null
  /** Somebody asked for its end; the workflow may not have heard yet. */
  cancel_requested_at: Timestamp | null
  request_id: string
  /** W3C trace context of that request. */
  traceparent: Generated<string | null>
  /** What starts it, kept for a retry: workflow type, its one argument, and a line for operators without personal data. */
  workflow: string
  input: Json<unknown>
  summary: string
  created_at: GeneratedTimestamp
  updated_at: GeneratedTimestamp
  finished_at: Timestamp | null
}

/**
 * The promise to start a workflow, made in the transaction that accepts the work. Removed once Temporal has it:
 * by the request itself (fast path) or, when it or Temporal died in between, by the relay.
 */
export interface StartIntentsTable {
  operation_id: string
  /** The relay leaves it alone before this time, so that the fast path goes first. */
  due_at: Timestamp
  tries: Generated<number>
  created_at: GeneratedTimestamp
}

/** The first answer to an Idempotency-Key, kept for 24 hours. */
export interface IdempotencyKeysTable {
  /** Account id, or 'anonymous'. */
  caller: string
  /** Method and path template, so that one key may serve different calls. */
  route: string
  key: string
  /** HMAC-SHA-256 of the body: it may contain a password, which a plain hash would give away. */
  body_hash: Buffer
  /** Status, headers and body of the first answer; never a token. */
  answer: Json<unknown>
  created_at: GeneratedTimestamp
}

/** Events on their way to the bus, written in the transaction of the change they tell of. */
export interface OutboxTable {
  id: string
  topic: string
  type: string
  /** Id of the aggregate: events of one key keep their order. */
  key: string
  data: Json<unknown>
  request_id: string | null
  /** W3C trace context of the change. */
  traceparent: Generated<string | null>
  /** Order of insertion: the order in which the relay sends. */
  seq: GeneratedAlways<string>
  created_at: GeneratedTimestamp
  sent_at: Timestamp | null
}

/** Two rows: the lock of `sender` makes one relay the sender; `sleeper` says whether anybody must wake it. */
export interface RelayTable {
  name: 'sender' | 'sleeper'
  asleep: boolean
}

/** Tables that every service's database has. */
export interface AcceptTables {
  operations: OperationsTable
  start_intents: StartIntentsTable
  idempotency_keys: IdempotencyKeysTable
  outbox: OutboxTable
  relay: RelayTable
}

export type OperationRow = Selectable<OperationsTable>
export type NewOperation = Pick<
  OperationRow,
  'id' | 'kind' | 'owner_id' | 'request_id' | 'workflow' | 'input' | 'summary'
>
