import {
  CancellationScope,
  isCancellation,
  proxyActivities,
  proxyLocalActivities,
  setCurrentDetails,
  workflowInfo,
} from '@temporalio/workflow'
import type { AiActivities } from '../activities/ai/index.ts'
import type { ScenariosActivities } from '../activities/scenarios/index.ts'
import { errorCode } from './failures.ts'
import type { GenerationInput, GenerationResult } from './generation.contract.ts'
import { siblingQueue } from './queues.ts'

/**
 * Brief → script → stored version. Two activities and one local one: four Temporal actions with the start.
 * A failed or cancelled generation closes as such, so that operators find it by its status.
 */
export async function generation(input: GenerationInput): Promise<GenerationResult> {
  const { writeScript } = proxyActivities<AiActivities>({
    // One call, with room for the rows around it; the activity itself stops the call at call_timeout_ms.
    startToCloseTimeout: input.call_timeout_ms + 10_000,
    // No limit on the whole: the activity gives up on an outage of the provider by itself, and no worker for an hour is no reason to fail.
    // A worker that is killed is noticed after this time (measured: the job resumes 13 s after a restart; 28 s without).
    heartbeatTimeout: '5s',
    // Said, since the SDK's documented default is not what it does: cancelled means that the call has ended at its socket.
    cancellationType: 'WAIT_CANCELLATION_COMPLETED',
    priority: { priorityKey: 2, fairnessKey: input.owner_id },
    retry: { initialInterval: '1s', maximumInterval: '30s' },
    summary: 'write the script',
  })
  const { storeVersion } = proxyActivities<ScenariosActivities>({
    taskQueue: siblingQueue(workflowInfo().taskQueue, 'scenarios'),
    startToCloseTimeout: '10s',
    // As long as it takes: the script is paid for.
    retry: { initialInterval: '200ms', maximumInterval: '30s' },
    summary: 'store the version',
  })
  const { finishGeneration, failGeneration, cancelGeneration } = proxyLocalActivities<AiActivities>({
    startToCloseTimeout: '10s',
    retry: { initialInterval: '200ms', maximumInterval: '30s' },
  })
  try {
    setCurrentDetails('writing')
    const draft = await writeScript(input)
    // Paid and written: from here on it ends as a stored version, cancelled or not.
    return await CancellationScope.nonCancellable(async () => {
      setCurrentDetails('storing')
      const result = await storeVersion({
        operation_id: input.operation_id,
        owner_id: input.owner_id,
        request_id: input.request_id,
        draft,
      })
      await finishGeneration({ operation_id: input.operation_id, result })
      return result
    })
  } catch (error) {
    await CancellationScope.nonCancellable(() =>
      isCancellation(error)
        ? cancelGeneration(input)
        : failGeneration({ operation_id: input.operation_id, error_code: errorCode(error) }),
    )
    throw error
  }
}
