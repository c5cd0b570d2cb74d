import { CancellationScope, isCancellation, proxyActivities, proxyLocalActivities } from '@temporalio/workflow'
import type { AiActivities } from '../activities/ai/index.ts'
import { attemptIn } from '../contracts/attempt.ts'
import { errorCode, failedAt, stopIfCancelled } from './failures.ts'
import type { TitlesInput, TitlesResult } from '../contracts/titles.ts'
import { modelOptions } from './model-options.ts'

/** Titles from one call. */
export async function titles(input: TitlesInput): Promise<TitlesResult> {
  const { writeTitles } = proxyActivities<AiActivities>({ ...modelOptions(input), summary: 'write titles' })
  const { finishTitles, failGeneration, cancelGeneration } = proxyLocalActivities<AiActivities>({
    startToCloseTimeout: '10s',
    retry: { initialInterval: '200ms', maximumInterval: '30s' },
  })
  const at = attemptIn(input)
  try {
    const { titles } = await writeTitles(input)
    stopIfCancelled()
    await CancellationScope.nonCancellable(() => finishTitles({ ...at, titles }))
    return { titles }
  } catch (error) {
    const error_code = errorCode(error)
    if (!isCancellation(error)) failedAt('writing', error_code, input, error)
    await CancellationScope.nonCancellable(() =>
      isCancellation(error) ? cancelGeneration(input) : failGeneration({ ...at, error_code }),
    )
    throw error
  }
}
