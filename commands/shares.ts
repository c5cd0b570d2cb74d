import { randomUUID } from 'node:crypto'
import type { Kysely, Transaction } from 'kysely'
import { v7 as uuidv7 } from 'uuid'
import { SHARING, sharingId, type SharingInput, type SharingResult } from '../contracts/sharing.ts'
import { insertAccepted, type AcceptedRow } from '../db/operations/intents.ts'
import { finishOperation } from '../db/operations/operations.ts'
import { isErased } from '../db/retention/erased-people.ts'
import { findScenarioOwner } from '../db/scenarios/scenarios.ts'
import type { ScenariosDb, ShareRow } from '../db/scenarios/schema.ts'
import {
  acceptInvitation,
  changeShare,
  findShare,
  findShareOf,
  insertShare,
  listInvitations,
  lockShares,
  revokeShare,
  type Grantee,
} from '../db/scenarios/shares.ts'
import { fail } from '../errors/errors.ts'
import { readEvent, type Envelope } from '../events/envelope.ts'
import { appendEvent } from '../events/outbox.ts'
import type { InternalClient } from '../internal/client.ts'
import type { Actor } from './scenarios.ts'

type Trx = Transaction<ScenariosDb>
type Role = ShareRow['role']

/** The scenario that is shared. */
interface Owned {
  readonly id: string
  readonly owner_id: string
}

/** Tells of access that was given or changed, or of an invitation. */
function publishShared(trx: Trx, owner_id: string, share: ShareRow, requestId: string | null): Promise<void> {
  const { scenario_id, id: share_id, user_id: grantee_id, role } = share
  return appendEvent(trx, 'scenario_shared', { scenario_id, owner_id, share_id, grantee_id, role }, requestId)
}

/** A share that is nobody's yet. */
const nobodys = (scenario: Owned, { user }: Actor) => ({
  id: uuidv7(),
  scenario_id: scenario.id,
  created_by: user.id,
  user_id: null,
  email: null,
  token_hash: null,
  expires_at: null,
  message: null,
})

/** Opens a scenario to all who have the link. @param link the token's SHA-256: the token itself is kept nowhere */
export async function shareByLink(
  trx: Trx,
  actor: Actor,
  scenario: Owned,
  link: { readonly role: Role; readonly token_hash: Buffer; readonly expires_at: Date | null },
): Promise<ShareRow> {
  const share = await insertShare(trx, { ...nobodys(scenario, actor), ...link, status: 'active' })
  await publishShared(trx, scenario.owner_id, share, actor.requestId)
  return share
}

/** What sharing with a person came to. `operation` finds out whose the address is, and is still to be started. */
interface SharedWithPerson {
  readonly share: ShareRow
  readonly isNew: boolean
  readonly operation?: AcceptedRow
}

/**
 * Gives a person access, or changes the access there is. An account that is named by its id has it at once; an address is an
 * invitation until an operation has found its account.
 */
export async function shareWithPerson(
  trx: Trx,
  actor: Actor,
  scenario: Owned,
  grantee: Grantee,
  { role, message }: { readonly role: Role; readonly message?: string | undefined },
): Promise<SharedWithPerson> {
  const { email, user_id } = grantee
  await lockShares(trx, scenario.id)
  const before = await findShareOf(trx, scenario.id, grantee)
  if (before) {
    const change = { role, ...(email !== null && { email }), ...(message !== undefined && { message }) }
    const share = await changeShare(trx, before, change)
    if (share.status === 'active' && share.role !== before.role)
      await publishShared(trx, scenario.owner_id, share, actor.requestId)
    return { share, isNew: false }
  }
  const said = { ...nobodys(scenario, actor), role, message: message ?? null }
  if (email === null) {
    const share = await insertShare(trx, { ...said, user_id, status: 'active' })
    await publishShared(trx, scenario.owner_id, share, actor.requestId)
    return { share, isNew: true }
  }
  const share = await insertShare(trx, { ...said, email, status: 'invited' })
  return { share, isNew: true, operation: await insertAccepted(trx, newSharing(share, actor)) }
}

function newSharing(share: ShareRow, { user, requestId }: Actor) {
  const id = sharingId(randomUUID())
  return {
    id,
    kind: 'sharing' as const,
    owner_id: user.id,
    request_id: requestId,
    workflow: SHARING,
    input: { operation_id: id, share_id: share.id, request_id: requestId } satisfies SharingInput,
    summary: 'share a scenario',
  }
}

/** Ends an access, an invitation or a link. @throws AppError share.not_found */
export async function unshare(trx: Trx, actor: Actor, scenario: Owned, shareId: string): Promise<void> {
  const { id: share_id, user_id: grantee_id } =
    (await revokeShare(trx, scenario.id, shareId)) ?? fail('share.not_found')
  const { id: scenario_id, owner_id } = scenario
  await appendEvent(trx, 'scenario_unshared', { scenario_id, owner_id, share_id, grantee_id }, actor.requestId)
}

/** The person gives up their own access. @throws AppError share.not_found for who has none, its owner for instance */
export async function leaveShare(trx: Trx, actor: Actor, scenario: Owned): Promise<void> {
  await lockShares(trx, scenario.id)
  const share = await findShareOf(trx, scenario.id, { user_id: actor.user.id, email: null })
  await unshare(trx, actor, scenario, share?.id ?? fail('share.not_found'))
}

/** Turns an invitation into access for the account that its address belongs to. Twice changes nothing. */
async function grant(trx: Trx, shareId: string, accountId: string, requestId: string | null): Promise<void> {
  if (await isErased(trx, accountId)) return
  const share = await acceptInvitation(trx, shareId, accountId)
  if (share) await publishFound(trx, share, requestId)
}

async function publishFound(trx: Trx, share: ShareRow, requestId: string | null): Promise<void> {
  const scenario = await findScenarioOwner(trx, share.scenario_id)
  if (scenario) await publishShared(trx, scenario.owner_id, share, requestId)
}

/** Ends a sharing: access, event and operation. Without an account it stays the invitation that it is. */
export async function settleShare(
  trx: Trx,
  step: SharingInput & { readonly account_id: string | null },
): Promise<SharingResult> {
  if (step.account_id !== null) await grant(trx, step.share_id, step.account_id, step.request_id)
  const share = await findShare(trx, step.share_id)
  const result = { share_id: step.share_id, status: share?.status ?? ('revoked' as const) }
  const first = await finishOperation(trx, step, { status: 'succeeded', result })
  // Published too: an invitation is shared already, and the address gets its mail.
  if (first && share?.status === 'invited') await publishFound(trx, share, step.request_id)
  return result
}

/**
 * Somebody has proven to own an address: the invitations of that address become access. Twice changes nothing, since only
 * invitations are touched.
 * @throws PoisonMessage for what is no event that this process knows
 */
export async function activateInvitations(
  { db, internal }: { readonly db: Kysely<ScenariosDb>; readonly internal: InternalClient },
  envelope: Envelope,
): Promise<void> {
  const event = readEvent(envelope)
  if (event.type !== 'user_verified') return
  const contacts = await internal.contacts(event.data.user_id)
  if (!contacts?.email_verified) return
  for (const { id } of await listInvitations(db, contacts.email))
    await db.transaction().execute((trx) => grant(trx, id, event.data.user_id, event.request_id))
}
