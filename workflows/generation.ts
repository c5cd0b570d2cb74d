import {
  CancellationScope,
  isCancellation,
  proxyActivities,
  proxyLocalActivities,
  workflowInfo,
} from '@temporalio/workflow'
import type { AiActivities } from '../activities/ai/index.ts'
import type { ScenariosActivities } from '../activities/scenarios/index.ts'
import { attemptIn } from '../contracts/attempt.ts'
import { describe, errorCode, failedAt, stopIfCancelled } from './failures.ts'
import {
  proposalUrl,
  type GENERATION_STAGES,
  type GenerationInput,
  type GenerationResult,
} from '../contracts/generation.ts'
import { modelOptions } from './model-options.ts'
import { siblingQueue } from '../contracts/queues.ts'

/**
 * Brief → script → stored version. Two activities and one local one: four Temporal actions with the start.
 * A failed or cancelled generation closes as such, so that operators find it by its status.
 */
export async function generation(input: GenerationInput): Promise<GenerationResult> {
  const ai = proxyActivities<AiActivities>({ ...modelOptions(input), summary: 'write the script' })
  const { loadContext, storeVersion, storeScene } = proxyActivities<ScenariosActivities>({
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
  const { operation_id, owner_id, request_id, scenario_id, base_version, template_id, scene_id } = input
  const at = attemptIn(input)
  const target = { operation_id, owner_id, request_id, scenario_id, base_version, template_id }

  let stage: keyof typeof GENERATION_STAGES = 'writing'
  const write = async (): Promise<() => Promise<GenerationResult>> => {
    const known = scenario_id ?? template_id
    const step = known === undefined ? input : { ...input, context: await loadContext(target) }
    describe(stage, input)
    if (scene_id !== undefined) {
      const { scene, is_demo } = await ai.writeScene(step)
      if (input.proposal && scenario_id !== undefined && base_version !== undefined) {
        const proposed = { scenario_id, version: base_version, proposal_url: proposalUrl(operation_id) }
        return () => Promise.resolve(proposed)
      }
      return () => storeScene({ ...target, scene_id, scene, is_demo })
    }
    // A long script comes in several steps, each kept where it was paid for.
    let draft = await ai.writeScript(step)
    while (draft === null) draft = await ai.writeScript(step)
    const written = draft
    return () => storeVersion({ ...target, draft: written })
  }

  try {
    const store = await write()
    // What is paid for is kept for a retry.
    stopIfCancelled()
    // From here on it ends as a stored version, cancelled or not.
    return await CancellationScope.nonCancellable(async () => {
      stage = 'storing'
      describe(stage, input)
      const result = await store()
      await finishGeneration({ ...at, result })
      return result
    })
  } catch (error) {
    const error_code = errorCode(error)
    if (!isCancellation(error)) failedAt(stage, error_code, input, error)
    await CancellationScope.nonCancellable(() =>
      isCancellation(error) ? cancelGeneration(input) : failGeneration({ ...at, error_code }),
    )
    throw error
  }
}
