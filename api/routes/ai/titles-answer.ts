import { setTimeout as delay } from 'node:timers/promises'
import { findOperation } from '../../../db/operations/operations.ts'
import type { OperationRow } from '../../../db/operations/schema.ts'
import { ERRORS, fail, isErrorCode, type ErrorCode } from '../../../errors/errors.ts'
import type { Accepted } from '../../http/accept.ts'
import type { ApiDeps } from '../../context.ts'
import type { Answer } from '../../http/route.ts'
import { isOpen } from '../../../commands/operations.ts'

/**
 * The titles if they come in time, else the operation that was accepted.
 * @param waitMs how long to wait for them
 * @throws AppError with the code that the operation failed with while this waited
 */
export async function titlesOrOperation(
  { databases, operationWatch }: Pick<ApiDeps, 'databases' | 'operationWatch'>,
  accepted: Accepted,
  waitMs: number,
): Promise<Answer> {
  const row = await finished(accepted.body.id)
  if (!row || isOpen(row)) return accepted
  if (row.status !== 'succeeded')
    fail(isErrorCode(row.error_code) ? row.error_code : 'operation.cancelled', BAD_GATEWAY)
  const { titles } = row.result as { titles: unknown }
  return { ...accepted, status: 200, body: { titles, operation_id: row.id } }

  async function finished(id: string): Promise<OperationRow | undefined> {
    const until = AbortSignal.timeout(waitMs)
    const look = () => findOperation(databases.ai, id)
    if (waitMs === 0) return look()
    for (;;) {
      // Before looking, so that an end right after it wakes us.
      const news = operationWatch.next(id, until).catch(() => delay(0))
      const found = await look()
      if (!found || !isOpen(found) || until.aborted) return found
      await news
    }
  }
}

/** Behind the request another one failed: whatever the code's own status says, here the provider did. */
const BAD_GATEWAY = { status: 502, source: 'operation' } as const
/** What a run of titles can have ended with, all answered alike: the person's request was right. */
export const TITLES_FAILED = (Object.keys(ERRORS) as ErrorCode[])
  .filter((code) => code.startsWith('ai.') || code === 'operation.cancelled' || code === 'internal.error')
  .map((code) => [code, BAD_GATEWAY.status] as const)
