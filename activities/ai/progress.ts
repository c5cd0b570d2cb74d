import type { Kysely } from 'kysely'
import { appendEvents, type NewOperationEvent } from '../../db/ai/events.ts'
import type { AiDb } from '../../db/ai/schema.ts'
import { readableText } from './readable.ts'

/** Milliseconds between two writes: often enough to look alive, a hundred tokens a row instead of one. */
const BATCH_MS = 300
/** Steps of progress that are worth a write. */
const STEP = 0.02

export interface Shown {
  readonly stage: string
  /** Progress at the beginning and at the end of this piece of work. */
  readonly from: number
  readonly to: number
  /** About how long the answer will be, characters. */
  readonly characters: number
  /** Its text would not follow what was shown before: only progress is told. */
  readonly silent?: boolean
}

export interface Progress {
  /** The next piece of the answer, as it comes. */
  readonly text: (piece: string) => void
  /** Writes what is left. Never rejects. */
  close(): Promise<void>
}

/**
 * Tells, in batches, what is being written. A write that fails is left out: progress is not the work, and the next one may come through.
 */
export function showProgress(db: Kysely<AiDb>, operationId: string, shown: Shown): Progress {
  const readable = readableText()
  let waiting = ''
  let received = 0
  let told = shown.from
  let writing = Promise.resolve()

  const flush = () => {
    const text = waiting
    waiting = ''
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
      .then(() => appendEvents(db, operationId, events, moved ? { stage: shown.stage, progress } : undefined))
      .catch(() => {})
  }
  const timer = setInterval(flush, BATCH_MS)
  return {
    text: (piece) => {
      received += piece.length
      if (!shown.silent) waiting += readable(piece)
    },
    close: async () => {
      clearInterval(timer)
      flush()
      await writing
    },
  }
}
