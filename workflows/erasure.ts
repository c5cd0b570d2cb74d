import {
  CancellationScope,
  isCancellation,
  proxyActivities,
  proxyLocalActivities,
  sleep,
  workflowInfo,
} from '@temporalio/workflow'
import type { AuthActivities, PersonExecutions } from '../activities/auth/index.ts'
import type { PersonActivities } from '../activities/personal-data.ts'
import { PERSON_SERVICES, sumCounts, type ErasureCounts, type ErasureInput } from '../contracts/erasure.ts'
import { siblingQueue } from '../contracts/queues.ts'

/** Longer than an API process remembers a session that was ended (2 s). */
const SETTLE = '2500ms'
const PATIENT = { initialInterval: '200ms', maximumInterval: '1 minute' } as const

/** It waits, and can be called off meanwhile; from then on it goes on, whatever crashes, until nothing is left. */
export async function erasure(input: ErasureInput): Promise<void> {
  const { beginWaiting, beginErasure, cancelErasure, finishErasure } = proxyLocalActivities<AuthActivities>({
    startToCloseTimeout: '20s',
    retry: PATIENT,
  })
  const { stopExecutions } = proxyActivities<PersonExecutions>({
    startToCloseTimeout: '5 minutes',
    retry: PATIENT,
    summary: 'end and delete executions',
  })
  try {
    await beginWaiting(input)
    if (input.delay_s > 0) await sleep(input.delay_s * 1000)
  } catch (error) {
    if (isCancellation(error)) await CancellationScope.nonCancellable(() => cancelErasure(input))
    throw error
  }
  await CancellationScope.nonCancellable(async () => {
    // Called off at the last moment: that wish came first.
    if (!(await beginErasure(input))) return cancelErasure(input)
    await sleep(SETTLE)
    await stopExecutions(input)
    const counts = await eraseEverywhere(input, {})
    // Once more: a step that was at work when its execution ended may have written after its service was cleaned.
    await stopExecutions(input)
    await finishErasure({ ...input, counts: await eraseEverywhere(input, counts) })
  })
}

/** @param before what is erased already, which is counted in */
async function eraseEverywhere(input: ErasureInput, before: ErasureCounts): Promise<ErasureCounts> {
  const counts: ErasureCounts = {}
  for (const service of PERSON_SERVICES) {
    const { erasePerson } = proxyActivities<PersonActivities>({
      taskQueue: siblingQueue(workflowInfo().taskQueue, service),
      // As much as there is: a heartbeat tells a step that is at work from one whose worker is gone.
      startToCloseTimeout: '12 hours',
      heartbeatTimeout: '30s',
      retry: PATIENT,
      summary: `erase in ${service}`,
    })
    counts[service] = sumCounts(before[service] ?? {}, await erasePerson(input))
  }
  return counts
}
