import type { Kysely } from 'kysely'
import { beginSending, forgetSending, takeBackSending } from '../../db/notifications/sendings.ts'
import type { NotificationsDb } from '../../db/notifications/schema.ts'
import { UnknownOutcome } from '../../notifications/channels/unknown-outcome.ts'
import { inSpan, KIND } from '../../telemetry/spans.ts'
import { heartbeating } from '../heartbeat.ts'

/** Longer than any channel waits for an answer: its own limits come first. */
const LIMIT_MS = 11 * 60_000

/** What became of a message that went out. */
export type Sent = 'sent' | 'perhaps_sent'

/**
 * Sends a message, and once more when nobody knows what became of the first time; after a second such time it counts as perhaps sent.
 * It is noted before it goes out, so that a process that dies in the middle has perhaps sent it too.
 * @param key channel and id of the message
 * @param ended writes its end; a crash before it is an unknown outcome like any other
 * @throws what `send` threw: UnknownOutcome, a refusal, or what is worth another try
 */
export async function sendAtMostTwice(
  db: Kysely<NotificationsDb>,
  key: string,
  send: () => Promise<void>,
  ended: (sent: Sent) => Promise<void>,
): Promise<void> {
  if (!(await beginSending(db, key))) return ended('perhaps_sent')
  try {
    const [channel = key] = key.split(':')
    await inSpan({ name: `send ${channel}`, kind: KIND.client }, () => heartbeating({ timeoutMs: LIMIT_MS }, send))
  } catch (error) {
    if (!(error instanceof UnknownOutcome)) await takeBackSending(db, key)
    throw error
  }
  await ended('sent')
  await forgetSending(db, key)
}
