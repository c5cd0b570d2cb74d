import { patched, proxyActivities, proxyLocalActivities, startChild, workflowInfo } from '@temporalio/workflow'
import type { SharingActivities } from '../activities/scenarios/sharing.ts'
import type { mail } from './mail.ts'
import { MAIL, mailId } from '../contracts/mail.ts'
import { siblingQueue } from '../contracts/queues.ts'
import type { SharingInput, SharingResult } from '../contracts/sharing.ts'

/** The share's row, an invitation with its address, exists before this starts; verifying that address later activates it too. */
export async function sharing(input: SharingInput): Promise<SharingResult> {
  const { resolveGrantee } = proxyActivities<SharingActivities>({
    startToCloseTimeout: '10s',
    // As long as it takes: `auth` may be away, and the share is promised.
    retry: { initialInterval: '200ms', maximumInterval: '30s' },
    summary: 'who has this address',
  })
  const { settleShare } = proxyLocalActivities<SharingActivities>({
    startToCloseTimeout: '10s',
    retry: { initialInterval: '200ms', maximumInterval: '30s' },
  })
  const { account_id } = await resolveGrantee({ share_id: input.share_id })
  const result = await settleShare({ ...input, account_id })
  if (result.status === 'invited' && patched('invitation-mail')) await startInvitation(input)
  return result
}

/** On its own: a person who shares does not wait for a mail server. */
async function startInvitation({ share_id }: SharingInput): Promise<void> {
  const { taskQueue, typedSearchAttributes } = workflowInfo()
  await startChild<typeof mail>(MAIL, {
    workflowId: mailId(share_id),
    taskQueue: siblingQueue(taskQueue, 'notifications'),
    args: [{ share_id }],
    workflowIdReusePolicy: 'REJECT_DUPLICATE',
    parentClosePolicy: 'ABANDON',
    staticSummary: 'invitation',
    // Its owner is who invites: erased with that account.
    typedSearchAttributes,
  })
}
