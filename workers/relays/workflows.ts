import type { Client } from '@temporalio/client'
import type { Kysely } from 'kysely'
import type { Config } from '../../config.ts'
import {
  ACCOUNT_MAILS_CHANNEL,
  listWaitingAccountMails,
  markAccountMailsHandedOver,
} from '../../db/auth/account-mails.ts'
import type { AuthDb } from '../../db/auth/schema.ts'
import { APART_MS, listenTo, LOOK_MS } from '../../db/listener.ts'
import {
  claimDeliveryIntents,
  deleteDeliveryIntents,
  DELIVERIES_CHANNEL,
  hurryDeliveryIntents,
} from '../../db/notifications/deliveries.ts'
import type { NotificationsDb } from '../../db/notifications/schema.ts'
import { listWaitingPhoneCodes, markPhoneCodesHandedOver, PHONE_CODES_CHANNEL } from '../../db/users/phone-codes.ts'
import type { UsersDb } from '../../db/users/schema.ts'
import { runLoop, stopAll, type Stoppable } from '../../lifecycle.ts'
import type { Logger } from '../../telemetry/logger.ts'
import type { Service } from '../../services.ts'
import { ownedBy, startOnce } from '../../temporal/start.ts'
import { inSpan, KIND } from '../../telemetry/spans.ts'
import { withTrace } from '../../telemetry/trace.ts'
import { MAIL, mailId } from '../../contracts/mail.ts'
import { NOTIFICATION, notificationId } from '../../contracts/notification.ts'
import { PHONE_CODE, phoneCodeId } from '../../contracts/phone-code.ts'
import { taskQueue } from '../../contracts/queues.ts'
import { createTurns } from './turns.ts'

/** How soon it looks again while something could not be started … */
const AGAIN_MS = 300
/** … and for how long: what was put off is due again by then. */
const TROUBLED_MS = 64_000
const BATCH = 50
const START_DEADLINE_MS = 5_000

interface Deps<Db> {
  readonly db: Kysely<Db>
  readonly client: Client
  readonly config: Pick<Config, 'TASK_QUEUE_SUFFIX' | 'NOTIFY_GIVE_UP_S' | 'listenUrls'>
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
 * Starts the workflows that rows promise. It may die at any point: a row is marked only after Temporal has its workflow, and a second
 * start of it is refused there.
 * @param of.channel where it is told of a row
 */
function runWorkflowRelay<Db, Row>(
  { name, service, channel }: { readonly name: string; readonly service: Service; readonly channel: string },
  { db, client, config, logger }: Deps<Db>,
  waiting: (db: Kysely<Db>, limit: number) => Promise<readonly Row[]>,
  promisedBy: (row: Row) => Promised,
  mark: (db: Kysely<Db>, ids: readonly string[]) => Promise<void>,
  /** Makes due what was put off while Temporal was away; absent where nothing is put off. */
  hurry: (db: Kysely<Db>) => Promise<void> = async () => {},
): Stoppable {
  const turns = createTurns(client, logger, BATCH, () => hurry(db))
  const start = async (row: Row) => {
    const { id, workflow, workflowId, input, kind, summary, owner, requestId, traceparent } = promisedBy(row)
    const begin = () =>
      startOnce(client, workflow, {
        workflowId,
        taskQueue: taskQueue('notifications', config.TASK_QUEUE_SUFFIX),
        args: [input],
        ...(requestId !== undefined && { memo: { request_id: requestId } }),
        staticSummary: summary,
        typedSearchAttributes: ownedBy(kind, owner),
      })
    const relay = () => inSpan({ name: `relay ${kind}`, kind: KIND.consumer }, begin)
    await withTrace(traceparent, relay, { workflow_id: workflowId, request_id: requestId })
    return id
  }
  let troubledUntil = 0
  const troubled = () => (troubledUntil = performance.now() + TROUBLED_MS)
  /** @returns how many it took, and whether more may be waiting */
  const carry = async () => {
    const limit = await turns.next()
    if (limit === 0) {
      troubled()
      return { took: 0, more: false }
    }
    const all = await waiting(db, limit)
    const outcomes = await client.withDeadline(Date.now() + START_DEADLINE_MS, () => Promise.allSettled(all.map(start)))
    const started = outcomes.flatMap((o) => (o.status === 'fulfilled' ? [o.value] : []))
    if (started.length > 0) await mark(db, started)
    const failed = outcomes.find((o) => o.status === 'rejected')
    turns.went(failed ? [failed.reason] : [])
    if (failed) throw failed.reason
    return { took: all.length, more: all.length === limit }
  }
  const loop = runLoop({
    name,
    round: async ({ rest }) => {
      const { took, more } = await carry()
      const restMs = performance.now() < troubledUntil ? AGAIN_MS : LOOK_MS
      if (!more) await rest(restMs, took > 0 ? APART_MS : 0)
      return 0
    },
    failed: (error) => {
      logger.warn({ err: error }, 'promised workflows could not be started; they wait')
      troubled()
      return AGAIN_MS
    },
  })
  const listener = listenTo(config.listenUrls?.[service] ?? '', [channel], loop.wake)
  return { stop: () => stopAll([loop, listener]) }
}

/** The account mails of `auth`. */
export const runAccountMailRelay = (deps: Deps<AuthDb>): Stoppable =>
  runWorkflowRelay(
    { name: 'account mails', service: 'auth', channel: ACCOUNT_MAILS_CHANNEL },
    deps,
    listWaitingAccountMails,
    (mail) => ({
      id: mail.id,
      workflow: MAIL,
      workflowId: mailId(mail.id),
      input: { letter_id: mail.id },
      kind: 'mail',
      summary: mail.kind,
      owner: mail.account_id,
      requestId: mail.request_id,
      traceparent: mail.traceparent,
    }),
    markAccountMailsHandedOver,
  )

/** The codes of `users`. */
export const runPhoneCodeRelay = (deps: Deps<UsersDb>): Stoppable =>
  runWorkflowRelay(
    { name: 'phone codes', service: 'users', channel: PHONE_CODES_CHANNEL },
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
export const runDeliveryRelay = (deps: Deps<NotificationsDb>): Stoppable =>
  runWorkflowRelay(
    { name: 'deliveries', service: 'notifications', channel: DELIVERIES_CHANNEL },
    deps,
    claimDeliveryIntents,
    (intent) => ({
      id: intent.notification_id,
      workflow: NOTIFICATION,
      workflowId: notificationId(intent.notification_id),
      input: { notification_id: intent.notification_id, give_up_s: deps.config.NOTIFY_GIVE_UP_S },
      kind: 'notification',
      summary: 'notification',
      owner: intent.user_id,
      traceparent: intent.traceparent,
    }),
    deleteDeliveryIntents,
    hurryDeliveryIntents,
  )
