import { CancellationScope, isCancellation, proxyActivities, proxyLocalActivities } from '@temporalio/workflow'
import type { AiActivities } from '../activities/ai/index.ts'
import { failedAt } from './failed-at.ts'
import { errorCode } from './failures.ts'
import type { TitlesInput } from './titles.contract.ts'
import { modelOptions } from './model-options.ts'
import { stopIfCancelled } from './stop-if-cancelled.ts'

/** Titles from one call; the result stands in the operation. */
export async function titles(input: TitlesInput): Promise<void> {
  const { writeTitles } = proxyActivities<AiActivities>({ ...modelOptions(input), summary: 'write titles' })
  const { finishTitles, failGeneration, cancelGeneration } = proxyLocalActivities<AiActivities>({
    startToCloseTimeout: '10s',
    retry: { initialInterval: '200ms', maximumInterval: '30s' },
  })
  const { operation_id } = input
  try {
    const { titles } = await writeTitles(input)
    stopIfCancelled()
    await CancellationScope.nonCancellable(() => finishTitles({ operation_id, titles }))
  } catch (error) {
    const error_code = errorCode(error)
    if (!isCancellation(error)) failedAt('writing', error_code)
    await CancellationScope.nonCancellable(() =>
      isCancellation(error) ? cancelGeneration(input) : failGeneration({ operation_id, error_code }),
    )
    throw error
  }
}
