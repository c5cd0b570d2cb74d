import { z } from 'zod'
import { BULK_ACTIONS } from '../../contracts/bulk.ts'
import { OPERATION_KINDS } from '../../contracts/kinds.ts'
import { OPERATION_STATUSES } from '../../db/operations/schema.ts'
import { SERVICES } from '../../services.ts'
import { page } from '../http/cursor.ts'
import { OperationParams } from './operations.ts'
import { queryText, text, uuid } from './text.ts'

const moment = z.iso.datetime()
const STATUSES = ['open', ...OPERATION_STATUSES] as const
const status = z.enum(OPERATION_STATUSES)
const kind = z.enum(OPERATION_KINDS)

/** Which operations are meant. */
const CHOICE = {
  kind: kind.optional(),
  status: z.enum(STATUSES).optional(),
  code: queryText(100).optional(),
  stage: queryText(50).optional(),
  provider: queryText(100).optional(),
  owner: uuid.optional(),
  /** Open ones, and those that ended since. Default: a day. */
  since: moment.optional(),
}
export const AdminOperationQuery = z.object({
  ...page,
  ...CHOICE,
  /** Instead of all the others: an id or its beginning, a request, trace, person or scenario. */
  q: queryText(200).optional(),
})
const DAY_MS = 86_400_000
export const sinceOf = (since: string | undefined): Date =>
  since === undefined ? new Date(Date.now() - DAY_MS) : new Date(since)
export const AdminCountQuery = z.object(CHOICE)

/** An operation as those see it who run the installation: no word of its person. */
export const AdminOperation = z
  .object({
    id: z.string(),
    service: z.enum(SERVICES),
    kind,
    status,
    stage: z.string(),
    progress: z.number(),
    attempt: z.int(),
    error_code: z.string().nullable(),
    owner_id: z.uuid(),
    request_id: z.string(),
    trace_id: z.string().nullable(),
    summary: z.string(),
    created_at: moment,
    updated_at: moment,
    finished_at: moment.nullable(),
    duration_ms: z.number(),
    /** Of the last call of a model. */
    provider: z.string().nullable(),
    model: z.string().nullable(),
    calls: z.int(),
    cost_micros: z.int(),
    /** Why it failed or waits. */
    reason: z.string().nullable(),
    /** Nothing will move it by itself. */
    stuck: z.boolean(),
    cancellable: z.boolean(),
    retryable: z.boolean(),
  })
  .meta({ id: 'AdminOperation' })

export const AdminOperationList = z.object({
  items: z.array(AdminOperation),
  next_cursor: z.string().nullable(),
  currency: z.string(),
})

export const AdminCounts = z.object({
  items: z.array(
    z.object({ kind, status, error_code: z.string().nullable(), stage: z.string(), count: z.int().min(1) }),
  ),
})

/** A request to a model, without its texts. */
const Call = z.object({
  id: z.uuid(),
  attempt: z.int(),
  step: z.string(),
  provider: z.string(),
  model: z.string(),
  prompt: z.string(),
  /** Null: it has no end, because its worker died, or it is still at work. */
  outcome: z.string().nullable(),
  note: z.string().nullable(),
  input_tokens: z.int(),
  output_tokens: z.int(),
  usage_estimated: z.boolean(),
  cost_micros: z.int(),
  priced: z.boolean(),
  first_token_ms: z.int().nullable(),
  duration_ms: z.int().nullable(),
  started_at: moment,
  /** Whether its texts are still there. */
  has_texts: z.boolean(),
})

export const AdminRun = z.object({
  operation: AdminOperation,
  currency: z.string(),
  /** Why an operator tried it again. */
  retried_because: z.string().nullable(),
  /** What happened to it, as far as it is kept. */
  timeline: z.array(z.object({ at: moment, attempt: z.int(), what: z.string() })),
  calls: z.array(Call),
  /** Steps that are paid for: a next attempt uses them again. */
  paid_steps: z.array(z.string()),
  checks: z.array(z.object({ check: z.string(), pass: z.boolean(), score: z.number() })),
  /** Null: Temporal was not to be asked. */
  executions: z
    .array(
      z.object({
        run_id: z.string(),
        status: z.string(),
        started_at: moment,
        closed_at: moment.nullable(),
        url: z.url(),
      }),
    )
    .nullable(),
  workflow_url: z.url(),
  trace_url: z.string().nullable(),
  /** The part of the runbooks that its failure belongs to. */
  runbook: z.string().nullable(),
})

/** Why somebody does it. It is kept, and may be read by those it is about. */
export const Because = z.strictObject({ reason: text(10, 500) })

export const BulkBody = Because.extend({ action: z.enum(BULK_ACTIONS), ...CHOICE })

export const CallParams = OperationParams.extend({ call_id: uuid })

export const CallOffers = z.object({
  currency: z.string(),
  items: z.array(
    z.object({ provider: z.string(), model: z.string(), priced: z.boolean(), cost_micros_high: z.int().min(0) }),
  ),
})

export const RepeatBody = Because.extend({ provider: text(1, 100), cap_micros: z.int().min(0).optional() })

export const RepeatedCall = z.object({
  provider: z.string(),
  model: z.string(),
  /** Null: it answered. */
  error_code: z.string().nullable(),
  note: z.string().nullable(),
  input_tokens: z.int().nullable(),
  output_tokens: z.int().nullable(),
  currency: z.string(),
  cost_micros: z.int(),
  duration_ms: z.int(),
  /** JSON, indented to be read. */
  answer: z.string().nullable(),
  /** Null: there is no answer on record to compare with. */
  differences: z.array(z.object({ path: z.string(), was: z.string(), is: z.string() })).nullable(),
})

export const AdminTexts = z.object({
  /** What was asked for. */
  request: z.record(z.string(), z.unknown()).nullable(),
  /** What the checks found, which quotes the script. */
  findings: z.array(z.object({ check: z.string(), reason: z.string() })),
  calls: z.array(
    z.object({
      id: z.uuid(),
      messages: z.array(z.object({ role: z.string(), content: z.string() })).nullable(),
      answer: z.string().nullable(),
    }),
  ),
})
