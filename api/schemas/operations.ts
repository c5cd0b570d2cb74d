import { z } from 'zod'
import { isCancellable, isRetryable } from '../../commands/operations.ts'
import { OPERATION_ID, OPERATION_KINDS } from '../../contracts/kinds.ts'
import { OPERATION_STATUSES, type OperationRow } from '../../db/operations/schema.ts'
import { AppError, ERRORS, isErrorCode, type ErrorCode } from '../../errors/errors.ts'
import { type Language } from '../../language.ts'
import { page } from '../http/cursor.ts'
import { problemOf } from '../http/problem.ts'

const ProblemBody = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.enum(Object.keys(ERRORS) as ErrorCode[]),
  request_id: z.string(),
  source: z.enum(['api', 'operation', 'gateway']),
})

const moment = z.iso.datetime()

export const TitleChoice = z.object({ text: z.string(), chars: z.int().min(1) })

/** What a piece of work came to; which of these is there follows from its kind. */
const OperationResult = z
  .looseObject({
    scenario_id: z.uuid().optional(),
    version: z.int().min(1).optional(),
    proposal_url: z.string().optional(),
    titles: z.array(TitleChoice).optional(),
    user_id: z.uuid().optional(),
    share_id: z.uuid().optional(),
    status: z.string().optional(),
    download_url: z.string().optional(),
    expires_at: moment.optional(),
    erased: z.record(z.string(), z.unknown()).optional(),
  })
  .meta({ id: 'OperationResult' })

export const Operation = z
  .object({
    id: z.string(),
    kind: z.enum(OPERATION_KINDS),
    status: z.enum(OPERATION_STATUSES),
    stage: z.string(),
    progress: z.number().min(0).max(1),
    attempt: z.int().min(1),
    result: OperationResult.nullable(),
    error: ProblemBody.nullable(),
    cancellable: z.boolean(),
    retryable: z.boolean(),
    created_at: moment,
    updated_at: moment,
    finished_at: moment.nullable(),
  })
  .meta({ id: 'Operation' })

export const OperationList = z.object({ items: z.array(Operation), next_cursor: z.string().nullable() })

export const OperationParams = z.object({ id: z.string().regex(OPERATION_ID) })
export const OperationQuery = z.object({
  ...page,
  kind: z.enum(OPERATION_KINDS).optional(),
  status: z.enum(OPERATION_STATUSES).optional(),
})

/** The row as a client sees it; `error` in its language. */
export function presentOperation(row: OperationRow, language: Language): z.input<typeof Operation> {
  const error =
    row.error_code === null
      ? null
      : problemOf(
          new AppError(isErrorCode(row.error_code) ? row.error_code : 'internal.error', { source: 'operation' }),
          language,
          row.request_id,
        )
  return {
    id: row.id,
    kind: row.kind,
    status: row.status,
    stage: row.stage,
    progress: row.progress,
    attempt: row.attempt,
    result: row.result as z.input<typeof OperationResult> | null,
    error: error && { ...error },
    cancellable: isCancellable(row),
    retryable: isRetryable(row),
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
    finished_at: row.finished_at?.toISOString() ?? null,
  }
}

/** Changes with every change that a client can see. */
export const operationEtag = (row: OperationRow, language: Language): string =>
  `${row.attempt}.${row.updated_at.getTime().toString(36)}.${row.status}.${Math.round(row.progress * 1000)}.${language}`

/** The answer to accepted work: 202 with the operation and where to poll it. */
export const acceptedOperation = (row: OperationRow, language: Language) => ({
  status: 202,
  body: presentOperation(row, language),
  headers: { Location: `/api/v1/operations/${row.id}`, 'Retry-After': '1' },
})
