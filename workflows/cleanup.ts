import { proxyActivities, proxyLocalActivities, workflowInfo } from '@temporalio/workflow'
import type { AuthActivities } from '../activities/auth/index.ts'
import type { UsersActivities } from '../activities/users/index.ts'
import { siblingQueue } from '../contracts/queues.ts'

/** A registration left open for a day is undone in both databases; should it still go on, it finds no account and undoes itself too. */
export async function cleanup(): Promise<void> {
  const { listStaleRegistrations, giveUpRegistration, purge } = proxyLocalActivities<AuthActivities>({
    startToCloseTimeout: '1 minute',
    retry: { initialInterval: '1s', maximumInterval: '1 minute' },
  })
  const { removeProfile } = proxyActivities<UsersActivities>({
    taskQueue: siblingQueue(workflowInfo().taskQueue, 'users'),
    startToCloseTimeout: '10s',
    // The next run comes in an hour.
    scheduleToCloseTimeout: '30 minutes',
    retry: { initialInterval: '1s', maximumInterval: '1 minute' },
  })
  for (const stale of await listStaleRegistrations()) {
    await giveUpRegistration(stale)
    await removeProfile(stale)
  }
  await purge()
}
