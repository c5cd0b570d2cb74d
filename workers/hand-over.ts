import type { Client } from '@temporalio/client'
import type { Kysely } from 'kysely'
import { listWaitingLetters, markHandedOver } from '../db/auth/letters.ts'
import type { AuthDb } from '../db/auth/schema.ts'
import { claimDeliveryIntents, deleteDeliveryIntents } from '../db/notifications/deliveries.ts'
import type { NotificationsDb } from '../db/notifications/schema.ts'
import { listWaitingPhoneCodes, markPhoneCodesHandedOver } from '../db/users/phone-codes.ts'
import type { UsersDb } from '../db/users/schema.ts'
import type { Logger } from '../logger.ts'
import { ownedBy, startOnce } from '../temporal.ts'
import { withTrace } from '../trace.ts'
import { MAIL, mailId } from '../workflows/mail.contract.ts'
import { NOTIFICATION, notificationId } from '../workflows/notification.contract.ts'
import { PHONE_CODE, phoneCodeId } from '../workflows/phone-code.contract.ts'
import { taskQueue } from '../workflows/queues.ts'
import { runPoller, type Poller } from './poller.ts'

const POLL_MS = 300
const BATCH = 50
const START_DEADLINE_MS = 5_000

interface Deps<Db> {
  readonly db: Kysely<Db>
  readonly client: Client
  readonly suffix: string
  readonly logger: Logger
}

/** What a row promises, as a workflow of the notifications service. */
interface Promised {
  readonly id: string
  readonly workflow: string
  readonly workflowId: string
  readonly input: object
  readonly kind: string
  readonly summary: string
  readonly owner: string
  readonly requestId?: string
  readonly traceparent: string | null
}

/**
 * Hands what is promised over to workflows. It may die at any point: a row is marked only after Temporal has its workflow, and a
 * second start of it is refused there.
 */
function runHandOver<Db, Row>(
  { db, client, suffix, logger }: Deps<Db>,
  waiting: (db: Kysely<Db>, limit: number) => Promise<readonly Row[]>,
  promisedBy: (row: Row) => Promised,
  mark: (db: Kysely<Db>, ids: readonly string[]) => Promise<void>,
): Poller {
  const hand = async (row: Row) => {
    const { id, workflow, workflowId, input, kind, summary, owner, requestId, traceparent } = promisedBy(row)
    await withTrace(traceparent, () =>
      startOnce(client, workflow, {
        workflowId,
        taskQueue: taskQueue('notifications', suffix),
        args: [input],
        ...(requestId !== undefined && { memo: { request_id: requestId } }),
        staticSummary: summary,
        typedSearchAttributes: ownedBy(kind, owner),
      }),
    )
    return id
  }
  const round = async () => {
    const all = await waiting(db, BATCH)
    const outcomes = await client.withDeadline(Date.now() + START_DEADLINE_MS, () => Promise.allSettled(all.map(hand)))
    const handed = outcomes.flatMap((o) => (o.status === 'fulfilled' ? [o.value] : []))
    if (handed.length > 0) await mark(db, handed)
    const failed = outcomes.find((o) => o.status === 'rejected')
    if (failed) throw failed.reason
    return all.length
  }
  return runPoller({
    everyMs: POLL_MS,
    batch: BATCH,
    round,
    onError: (error) => logger.warn({ err: error }, 'notifications could not be handed over; they wait'),
  })
}

/** The letters of `auth`. */
export const runLetterRelay = (deps: Deps<AuthDb>): Poller =>
  runHandOver(
    deps,
    listWaitingLetters,
    (letter) => ({
      id: letter.id,
      workflow: MAIL,
      workflowId: mailId(letter.id),
      input: { letter_id: letter.id },
      kind: 'mail',
      summary: letter.kind,
      owner: letter.account_id,
      requestId: letter.request_id,
      traceparent: letter.traceparent,
    }),
    markHandedOver,
  )

/** The codes of `users`. */
export const runPhoneCodeRelay = (deps: Deps<UsersDb>): Poller =>
  runHandOver(
    deps,
    listWaitingPhoneCodes,
    (code) => ({
      id: code.id,
      workflow: PHONE_CODE,
      workflowId: phoneCodeId(code.id),
      input: { phone_code_id: code.id },
      kind: 'phone_code',
      summary: 'phone code',
      owner: code.user_id,
      requestId: code.request_id,
      traceparent: code.traceparent,
    }),
    markPhoneCodesHandedOver,
  )

/** The notifications that lead outside. */
export const runDeliveryRelay = ({ giveUpS, ...deps }: Deps<NotificationsDb> & { readonly giveUpS: number }): Poller =>
  runHandOver(
    deps,
    claimDeliveryIntents,
    (intent) => ({
      id: intent.notification_id,
      workflow: NOTIFICATION,
      workflowId: notificationId(intent.notification_id),
      input: { notification_id: intent.notification_id, give_up_s: giveUpS },
      kind: 'notification',
      summary: 'notification',
      owner: intent.user_id,
      traceparent: intent.traceparent,
    }),
    deleteDeliveryIntents,
  )
