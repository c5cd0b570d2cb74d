import type { Client } from '@temporalio/client'
import type { Kysely } from 'kysely'
import { listWaitingLetters, markHandedOver } from '../db/auth/letters.ts'
import type { AuthDb } from '../db/auth/schema.ts'
import type { Logger } from '../logger.ts'
import { ownedBy, startOnce } from '../temporal.ts'
import { MAIL, mailId } from '../workflows/mail.contract.ts'
import { taskQueue } from '../workflows/queues.ts'
import { runPoller, type Poller } from './poller.ts'

const POLL_MS = 500
const BATCH = 50
const START_DEADLINE_MS = 5_000

/**
 * Hands the promised letters to workflows of the notifications service. It may die at any point: a letter is marked only after
 * Temporal has its workflow, and a second start of it is refused there.
 */
export function runLetterRelay(deps: { db: Kysely<AuthDb>; client: Client; suffix: string; logger: Logger }): Poller {
  const { db, client, suffix, logger } = deps

  const hand = async (letter: { id: string; account_id: string; request_id: string; kind: string }) => {
    await startOnce(client, MAIL, {
      workflowId: mailId(letter.id),
      taskQueue: taskQueue('notifications', suffix),
      args: [{ letter_id: letter.id }],
      memo: { request_id: letter.request_id },
      staticSummary: letter.kind,
      typedSearchAttributes: ownedBy('mail', letter.account_id),
    })
    return letter.id
  }
  const round = async () => {
    const waiting = await listWaitingLetters(db, BATCH)
    const outcomes = await client.withDeadline(Date.now() + START_DEADLINE_MS, () =>
      Promise.allSettled(waiting.map(hand)),
    )
    await markHandedOver(
      db,
      outcomes.flatMap((o) => (o.status === 'fulfilled' ? [o.value] : [])),
    )
    const failed = outcomes.find((o) => o.status === 'rejected')
    if (failed) throw failed.reason
    return waiting.length
  }
  return runPoller({
    everyMs: POLL_MS,
    batch: BATCH,
    round,
    onError: (error) => logger.warn({ err: error }, 'letters could not be handed over; they wait'),
  })
}
