import {
  CancellationScope,
  isCancellation,
  proxyActivities,
  proxyLocalActivities,
  sleep,
  workflowInfo,
} from '@temporalio/workflow'
import type { AuthActivities, PersonExecutions } from '../activities/auth/index.ts'
import type { PersonActivities } from '../activities/person.ts'
import { PERSON_SERVICES, type ErasureCounts, type ErasureInput } from './erasure.contract.ts'
import { siblingQueue } from './queues.ts'

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
    const counts = await eraseEverywhere(input)
    // Once more: a step that was at work when its execution ended may have written after its service was cleaned.
    await stopExecutions(input)
    await finishErasure({ ...input, counts: sum(counts, await eraseEverywhere(input)) })
  })
}

async function eraseEverywhere(input: ErasureInput): Promise<ErasureCounts> {
  const counts: ErasureCounts = {}
  for (const service of PERSON_SERVICES) {
    const { erasePerson } = proxyActivities<PersonActivities>({
      taskQueue: siblingQueue(workflowInfo().taskQueue, service),
      startToCloseTimeout: '1 minute',
      retry: PATIENT,
      summary: `erase in ${service}`,
    })
    counts[service] = await erasePerson(input)
  }
  return counts
}

const sum = (first: ErasureCounts, second: ErasureCounts): ErasureCounts =>
  Object.fromEntries(
    Object.entries(first).map(([service, tables]) => [
      service,
      Object.fromEntries(Object.entries(tables).map(([table, n]) => [table, n + (second[service]?.[table] ?? 0)])),
    ]),
  )
