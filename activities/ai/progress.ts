import type { Kysely } from 'kysely'
import type { Attempt } from '../../contracts/attempt.ts'
import { appendProgress } from '../../db/ai/operation-events.ts'
import { type NewOperationEvent } from '../../db/ai/schema.ts'
import type { AiDb } from '../../db/ai/schema.ts'
import { readableText } from './readable.ts'
import type { Shown } from '../../writing/steps.ts'

/** Milliseconds between two writes: often enough to look alive, a hundred tokens a row instead of one. */
const BATCH_MS = 300
/** Steps of progress that are worth a write. */
const STEP = 0.02

export interface Progress {
  /** The next piece of the answer, as it comes. */
  readonly text: (piece: string) => void
  /** What was shown belongs to an answer that will not come. */
  readonly reset: () => void
  /** Writes what is left. Never rejects. */
  close(): Promise<void>
}

/**
 * Tells, in batches, what is being written. A write that fails is left out: progress is not the work, and the next one may come through.
 */
export function showProgress(db: Kysely<AiDb>, at: Required<Attempt>, shown: Shown): Progress {
  let readable = readableText()
  let anyShown = false
  let waiting = ''
  let received = 0
  let told = shown.from
  let writing = Promise.resolve()

  const flush = () => {
    const text = waiting
    waiting = ''
    anyShown ||= text !== ''
    const events: NewOperationEvent[] = text ? [{ type: 'delta', data: { text } }] : []
    const part = Math.min(received / shown.characters, 1)
    const progress = Math.round((shown.from + (shown.to - shown.from) * part) * 100) / 100
    const moved = progress >= told + STEP
    if (moved) {
      told = progress
      events.push({ type: 'progress', data: { progress } })
    }
    if (events.length === 0) return
    writing = writing
      .then(() => appendProgress(db, at, events, moved ? { stage: shown.stage, progress } : undefined))
      .catch(() => {})
  }
  const timer = setInterval(flush, BATCH_MS)
  return {
    text: (piece) => {
      received += piece.length
      if (!shown.silent) waiting += readable(piece)
    },
    reset: () => {
      readable = readableText()
      waiting = ''
      received = 0
      if (!anyShown) return
      anyShown = false
      writing = writing
        .then(() => appendProgress(db, at, [{ type: 'attempt_reset', data: { attempt: at.attempt } }]))
        .catch(() => {})
    },
    close: async () => {
      clearInterval(timer)
      flush()
      await writing
    },
  }
}
