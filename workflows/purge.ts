import { proxyActivities } from '@temporalio/workflow'
import type { ScenariosActivities } from '../activities/scenarios/index.ts'

/** Rows are removed in small transactions: a purge that dies goes on where it was, and holds nobody up. */
export async function purge(): Promise<{ removed: number }> {
  const { purgeScenarios } = proxyActivities<ScenariosActivities>({
    startToCloseTimeout: '10m',
    heartbeatTimeout: '30s',
    retry: { initialInterval: '1s', maximumInterval: '1m' },
    summary: 'remove scenarios whose time to be restored is over',
  })
  return purgeScenarios()
}
