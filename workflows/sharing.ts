import { proxyActivities, proxyLocalActivities } from '@temporalio/workflow'
import type { SharingActivities } from '../activities/scenarios/sharing.ts'
import type { SharingInput, SharingResult } from './sharing.contract.ts'

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
  return settleShare({ ...input, account_id })
}
