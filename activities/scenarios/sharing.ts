import type { Kysely, Transaction } from 'kysely'
import { succeedOperation } from '../../db/operations/operations.ts'
import { findScenarioOwner } from '../../db/scenarios/scenarios.ts'
import { acceptInvitation, findShare, listInvitations } from '../../db/scenarios/shares.ts'
import type { ScenariosDb, ShareRow } from '../../db/scenarios/schema.ts'
import { readEvent, type Envelope } from '../../events/envelope.ts'
import { appendEvent } from '../../events/outbox.ts'
import type { SharingInput, SharingResult } from '../../workflows/sharing.contract.ts'
import { withFailures } from '../failures.ts'
import type { InternalClient } from '../internal-client.ts'

export type SharingActivities = ReturnType<typeof createSharingActivities>

interface Deps {
  readonly db: Kysely<ScenariosDb>
  readonly internal: InternalClient
}

export function createSharingActivities({ db, internal }: Deps) {
  return withFailures({
    /** The account that has proven to own the share's address, if there is one. The address goes no further than this call. */
    resolveGrantee: async ({ share_id }: { share_id: string }): Promise<{ account_id: string | null }> => {
      const share = await findShare(db, share_id)
      if (!share?.email) return { account_id: share?.user_id ?? null }
      const account = await internal.resolveEmail(share.email)
      return { account_id: account?.email_verified ? account.account_id : null }
    },

    /** Access, event and operation in one transaction. Without an account it stays the invitation that it is. */
    settleShare: (step: SharingInput & { account_id: string | null }): Promise<SharingResult> =>
      db.transaction().execute(async (trx) => {
        if (step.account_id !== null) await grant(trx, step.share_id, step.account_id, step.request_id)
        const share = await findShare(trx, step.share_id)
        const result = { share_id: step.share_id, status: share?.status ?? ('revoked' as const) }
        const first = await succeedOperation(trx, step.operation_id, result)
        // Told of too: whoever invites shares, and the address gets its mail.
        if (first && share?.status === 'invited') await tellShared(trx, share, step.request_id)
        return result
      }),
  })
}

async function grant(trx: Transaction<ScenariosDb>, id: string, accountId: string, requestId: string | null) {
  const share = await acceptInvitation(trx, id, accountId)
  if (share) await tellShared(trx, share, requestId)
}

async function tellShared(trx: Transaction<ScenariosDb>, share: ShareRow, requestId: string | null): Promise<void> {
  const scenario = await findScenarioOwner(trx, share.scenario_id)
  if (!scenario) return
  const { scenario_id, id, user_id, role } = share
  const data = { scenario_id, owner_id: scenario.owner_id, share_id: id, grantee_id: user_id, role }
  await appendEvent(trx, 'scenario_shared', data, requestId)
}

/**
 * Somebody has proven to own an address: the invitations of that address become access. Twice changes nothing, since only
 * invitations are touched.
 * @throws Poison for what is no event that this process knows
 */
export async function activateInvitations({ db, internal }: Deps, envelope: Envelope): Promise<void> {
  const event = readEvent(envelope)
  if (event.type !== 'user_verified') return
  const contacts = await internal.contacts(event.data.user_id)
  if (!contacts?.email_verified) return
  for (const { id } of await listInvitations(db, contacts.email))
    await db.transaction().execute((trx) => grant(trx, id, event.data.user_id, event.request_id))
}
