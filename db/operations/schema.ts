import type { Generated, GeneratedAlways, Selectable } from 'kysely'
import type { OperationKind } from '../../contracts/kinds.ts'
import type { Service } from '../../services.ts'
import type { GeneratedTimestamp, Json, Timestamp } from '../columns.ts'

export const OPERATION_STATUSES = ['queued', 'running', 'succeeded', 'failed', 'cancelled'] as const

export type OperationStatus = (typeof OPERATION_STATUSES)[number]

/** What a client polls. Its id is also the id of its Temporal workflow. */
interface OperationsTable {
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
  /** When the relay last compared it with its execution. */
  looked_after_at: GeneratedTimestamp
}

/**
 * The promise to start a workflow, made in the transaction that accepts the work. Removed once Temporal has it:
 * by the request itself (fast path) or, when it or Temporal died in between, by the relay.
 */
interface StartIntentsTable {
  operation_id: string
  /** The relay leaves it alone before this time, so that the fast path goes first. */
  due_at: Timestamp
  tries: Generated<number>
  created_at: GeneratedTimestamp
}

/** The first answer to an Idempotency-Key, kept as long as `RETENTION.idempotencyKeys` says. */
interface IdempotencyKeysTable {
  /** Account id, or `anonymous` with a hash of the address. */
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
  /** Of the data, as the catalogue had it when the row was written. */
  version: Generated<number>
  /** The service that the event is of; null: the one whose table this is. */
  source: Generated<Service | null>
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
  /** It cannot be sent, for `reason`: it waits for people, and holds up nothing. */
  set_aside_at: Generated<Date | null>
  reason: Generated<string | null>
}

/** The row `sleeper` says whether anybody must wake the relay that sends. (`sender` is of an earlier version.) */
interface RelayTable {
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
