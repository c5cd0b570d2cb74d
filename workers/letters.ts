import { setTimeout as delay } from 'node:timers/promises'
import { WorkflowExecutionAlreadyStartedError, type Client } from '@temporalio/client'
import type { Kysely } from 'kysely'
import { listWaitingLetters, markHandedOver } from '../db/auth/letters.ts'
import type { AuthDb } from '../db/auth/schema.ts'
import type { Logger } from '../logger.ts'
import { ownedBy } from '../temporal.ts'
import { MAIL, mailId } from '../workflows/mail.contract.ts'
import { taskQueue } from '../workflows/queues.ts'

const POLL_MS = 500
const BATCH = 50
const START_DEADLINE_MS = 5_000

/**
 * Hands the promised letters to workflows of the notifications service. It may die at any point: a letter is marked only after
 * Temporal has its workflow, and a second start of it is refused there.
 */
export function runLetterRelay(deps: { db: Kysely<AuthDb>; client: Client; suffix: string; logger: Logger }) {
  const { db, client, suffix, logger } = deps
  const stopping = new AbortController()

  const hand = async (letter: { id: string; account_id: string; request_id: string; kind: string }) => {
    try {
      await client.workflow.start(MAIL, {
        workflowId: mailId(letter.id),
        taskQueue: taskQueue('notifications', suffix),
        args: [{ letter_id: letter.id }],
        workflowIdReusePolicy: 'REJECT_DUPLICATE',
        workflowIdConflictPolicy: 'FAIL',
        memo: { request_id: letter.request_id },
        staticSummary: letter.kind,
        typedSearchAttributes: ownedBy('mail', letter.account_id),
      })
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error
    }
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
  const loop = async () => {
    while (!stopping.signal.aborted) {
      const handled = await round().catch((error: unknown) => {
        logger.warn({ err: error }, 'letters could not be handed over; they wait')
        return 0
      })
      if (handled < BATCH) await delay(POLL_MS, undefined, { signal: stopping.signal }).catch(() => {})
    }
  }
  const done = loop()
  return {
    stop: async () => {
      stopping.abort()
      await done
    },
  }
}
