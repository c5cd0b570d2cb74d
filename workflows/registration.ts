import { CancellationScope, proxyActivities, proxyLocalActivities, workflowInfo } from '@temporalio/workflow'
import type { AuthActivities } from '../activities/auth/index.ts'
import type { UsersActivities } from '../activities/users/index.ts'
import { siblingQueue } from '../contracts/queues.ts'
import type { RegistrationInput, RegistrationResult } from '../contracts/registration.ts'
import { errorCode } from './failures.ts'

/** The account row exists as `pending`, with its hash, before this starts. */
export async function registration(input: RegistrationInput): Promise<RegistrationResult> {
  const { createProfile, removeProfile } = proxyActivities<UsersActivities>({
    taskQueue: siblingQueue(workflowInfo().taskQueue, 'users'),
    startToCloseTimeout: '10s',
    // As long as it takes: the person was told that the registration is accepted.
    retry: { initialInterval: '200ms', maximumInterval: '30s' },
  })
  const { activateAccount, abandonAccount } = proxyLocalActivities<AuthActivities>({
    startToCloseTimeout: '10s',
    retry: { initialInterval: '200ms', maximumInterval: '30s' },
  })
  const compensations: (() => Promise<void>)[] = []
  try {
    // The compensation is registered before its step: a step whose answer was lost may have taken effect.
    compensations.unshift(() => removeProfile({ account_id: input.account_id }))
    await createProfile(input)
    await activateAccount(input)
    return { user_id: input.account_id }
  } catch (error) {
    await CancellationScope.nonCancellable(async () => {
      for (const compensate of compensations) await compensate()
      await abandonAccount({ ...input, error_code: errorCode(error) })
    })
    throw error
  }
}
