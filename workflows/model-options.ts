import type { ActivityOptions } from '@temporalio/workflow'

/** How activities that call a model are run. */
export const modelOptions = (input: {
  readonly owner_id: string
  readonly call_timeout_ms: number
  readonly bulk?: boolean
}): ActivityOptions => ({
  // The call itself is stopped by its own time limits. A short script may need two rounds of repair after it.
  startToCloseTimeout: 3 * input.call_timeout_ms + 10_000,
  // No limit on the whole: the activity gives up on an outage of the provider by itself, and no worker for an hour is no reason to fail.
  // A worker that is killed is noticed by its lease, within seconds (`workers/leased-activities.ts`). This is for what no lease tells: no
  // other worker lives to see it, or the task was handed to one that no longer takes what it asked for.
  heartbeatTimeout: '60s',
  // Said, since the SDK's documented default is not what it does: cancelled means that the call has ended at its socket.
  cancellationType: 'WAIT_CANCELLATION_COMPLETED',
  // Interactive before bulk; within it every person gets their turn, however much another one has waiting.
  priority: { priorityKey: input.bulk ? 4 : 2, fairnessKey: input.owner_id },
  retry: { initialInterval: '1s', maximumInterval: '30s' },
})
