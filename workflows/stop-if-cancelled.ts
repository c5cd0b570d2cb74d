import { CancellationScope, CancelledFailure } from '@temporalio/workflow'

/**
 * Ends a step that was asked to stop and came to its end before it heard of it: whoever was told that it is being cancelled must not
 * find it done.
 */
export function stopIfCancelled(): void {
  if (CancellationScope.current().consideredCancelled) throw new CancelledFailure('cancelled while the last step ended')
}
