import type { Client } from '@temporalio/client'
import { WorkflowNotFoundError } from '@temporalio/common'
import type { Kysely } from 'kysely'
import { mailId } from '../../contracts/mail.ts'
import { notificationId, PROVEN } from '../../contracts/notification.ts'
import { listHeldBy } from '../../db/notifications/deliveries.ts'
import type { NotificationsDb } from '../../db/notifications/schema.ts'
import type { ScenariosDb } from '../../db/scenarios/schema.ts'
import { listInvitationsOf } from '../../db/scenarios/shares.ts'
import { readEvent, type Envelope } from '../../events/envelope.ts'

interface Deps<Db> {
  readonly db: Kysely<Db>
  readonly client: Client
}

/** Whoever has just proven an address. */
const proverOf = (envelope: Envelope): string | undefined => {
  const event = readEvent(envelope)
  return event.type === 'user_verified' ? event.data.user_id : undefined
}

/** Wakes executions; those that have ended, or have not begun and will ask by themselves, need no waking. */
async function wake(client: Client, workflowIds: readonly string[]): Promise<void> {
  for (const id of workflowIds)
    await client.workflow
      .getHandle(id)
      .signal(PROVEN)
      .catch((error: unknown) => {
        if (!(error instanceof WorkflowNotFoundError)) throw error
      })
}

/** What was to be told because of that person goes out. @throws when Temporal is away: the event comes again */
export async function wakeNotifications({ db, client }: Deps<NotificationsDb>, event: Envelope): Promise<void> {
  const prover = proverOf(event)
  if (prover !== undefined) await wake(client, (await listHeldBy(db, prover)).map(notificationId))
}

/** The invitations of that person go out. @throws as above */
export async function wakeInvitations({ db, client }: Deps<ScenariosDb>, event: Envelope): Promise<void> {
  const prover = proverOf(event)
  if (prover !== undefined) await wake(client, (await listInvitationsOf(db, prover)).map(mailId))
}
