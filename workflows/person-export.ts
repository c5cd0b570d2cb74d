import {
  CancellationScope,
  isCancellation,
  proxyActivities,
  proxyLocalActivities,
  workflowInfo,
} from '@temporalio/workflow'
import type { AuthActivities } from '../activities/auth/index.ts'
import type { PersonActivities } from '../activities/personal-data.ts'
import type { ExportInput } from '../contracts/person-export.ts'
import { errorCode } from './failures.ts'
import { PERSON_SERVICES } from '../contracts/erasure.ts'
import { siblingQueue } from '../contracts/queues.ts'

/** Every service hands in its part; then the archive can be fetched for a day. */
export async function personExport(input: ExportInput): Promise<void> {
  const { beginExport, finishExport, failExport, cancelExport } = proxyLocalActivities<AuthActivities>({
    startToCloseTimeout: '10s',
    retry: { initialInterval: '200ms', maximumInterval: '30s' },
  })
  const of = (service: (typeof PERSON_SERVICES)[number]) =>
    proxyActivities<PersonActivities>({
      taskQueue: siblingQueue(workflowInfo().taskQueue, service),
      // As much as there is, in pieces: a heartbeat comes with each.
      startToCloseTimeout: '1 hour',
      scheduleToCloseTimeout: '3 hours',
      heartbeatTimeout: '65s',
      retry: { initialInterval: '200ms', maximumInterval: '30s' },
      summary: `collect from ${service}`,
    })
  try {
    await beginExport(input)
    await Promise.all([...PERSON_SERVICES, 'auth' as const].map((service) => of(service as 'ai').exportPerson(input)))
    await CancellationScope.nonCancellable(() => finishExport(input))
  } catch (error) {
    await CancellationScope.nonCancellable(() =>
      isCancellation(error) ? cancelExport(input) : failExport({ ...input, error_code: errorCode(error) }),
    )
    throw error
  }
}
