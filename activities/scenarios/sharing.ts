import type { Kysely } from 'kysely'
import { settleShare } from '../../commands/shares.ts'
import type { SharingInput, SharingResult } from '../../contracts/sharing.ts'
import type { ScenariosDb } from '../../db/scenarios/schema.ts'
import { findShare } from '../../db/scenarios/shares.ts'
import type { InternalClient } from '../../internal/client.ts'
import { withFailures } from '../failures.ts'

export type SharingActivities = ReturnType<typeof createSharingActivities>

export function createSharingActivities({
  db,
  internal,
}: {
  readonly db: Kysely<ScenariosDb>
  readonly internal: InternalClient
}) {
  return withFailures({
    /** The account that has proven to own the share's address, if there is one. The address goes no further than this call. */
    resolveGrantee: async ({ share_id }: { share_id: string }): Promise<{ account_id: string | null }> => {
      const share = await findShare(db, share_id)
      if (!share?.email) return { account_id: share?.user_id ?? null }
      const account = await internal.resolveEmail(share.email)
      return { account_id: account?.email_verified ? account.account_id : null }
    },

    /** Access, event and operation in one transaction. */
    settleShare: (step: SharingInput & { account_id: string | null }): Promise<SharingResult> =>
      db.transaction().execute((trx) => settleShare(trx, step)),
  })
}
