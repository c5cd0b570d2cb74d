import { CancellationScope, proxyActivities, proxyLocalActivities, setCurrentDetails } from '@temporalio/workflow'
import type { BulkActivities } from '../activities/ai/bulk.ts'
import { attemptIn } from '../contracts/attempt.ts'
import { BULK_STEP, type BulkCounts, type BulkInput } from '../contracts/bulk.ts'
import { errorCode, stopIfCancelled } from './failures.ts'

/** Step after step through what was chosen at its start. Stopped, it leaves the rest as it is; what is done is not taken back. */
export async function bulk(input: BulkInput): Promise<BulkCounts> {
  const { bulkStep } = proxyActivities<BulkActivities>({
    startToCloseTimeout: '1 minute',
    // Behind the people who wait.
    priority: { priorityKey: 4, fairnessKey: input.owner_id },
    retry: { initialInterval: '200ms', maximumInterval: '30s' },
    summary: input.action,
  })
  const { finishBulk, endBulk } = proxyLocalActivities<BulkActivities>({
    startToCloseTimeout: '10s',
    retry: { initialInterval: '200ms', maximumInterval: '30s' },
  })
  const at = attemptIn(input)
  const { action, reason, items } = input
  let counts: BulkCounts = { total: items.length, done: 0, failed: 0 }
  try {
    for (let from = 0; from < items.length; from += BULK_STEP) {
      counts = await bulkStep({ ...at, action, reason, counts, items: items.slice(from, from + BULK_STEP) })
      setCurrentDetails(`${counts.done} + ${counts.failed} of ${counts.total}`)
      stopIfCancelled()
    }
    await CancellationScope.nonCancellable(() => finishBulk({ ...at, counts }))
    return counts
  } catch (error) {
    await CancellationScope.nonCancellable(() => endBulk({ ...at, error_code: errorCode(error) }))
    throw error
  }
}
