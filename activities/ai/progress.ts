import type { Kysely } from 'kysely'
import type { Attempt } from '../../contracts/attempt.ts'
import { appendProgress, type Told } from '../../db/ai/operation-events.ts'
import type { AiDb, NewOperationEvent } from '../../db/ai/schema.ts'
import { readableText } from './readable.ts'
import type { Shown } from '../../writing/steps.ts'

/**
 * Milliseconds between two writes: often enough to look alive, a hundred tokens a row instead of one. Where many write at once no more
 * rows a second than 200: at two hundred each is told of once a second.
 */
const [LEAST_MS, MOST_MS, EACH_MS] = [300, 1_000, 5]
/** Steps of progress that are worth a write. */
const STEP = 0.02

interface Progress {
  /** The next piece of the answer, as it comes. */
  readonly text: (piece: string) => void
  /** What was shown belongs to an answer that will not come. */
  readonly reset: () => void
  /** Writes what is left. Never rejects. */
  close(): Promise<void>
}

/** Tells what the steps of this process write. */
export type ShowProgress = (at: Required<Attempt>, shown: Shown) => Progress

/** One step as it is told. */
interface Telling {
  /** Takes what is to be told now; undefined: nothing. */
  take(): Told | undefined
  /** It was not told, and is again what waits. */
  putBack(): void
}

/** A row of JSON takes neither: an answer cut between the two halves of a character waits for the other one. */
const storable = (text: string): string => text.replaceAll('\0', '').toWellFormed()
const HALF = /[\ud800-\udbff]$/

function telling(at: Required<Attempt>, shown: Shown): Telling & Pick<Progress, 'text' | 'reset'> {
  let readable = readableText()
  let received = 0
  let anyShown = false
  let waiting = { reset: false, text: '' }
  let told = shown.from
  let undo = () => {}

  return {
    text: (piece) => {
      received += piece.length
      if (!shown.silent) waiting.text += readable(piece)
    },
    reset: () => {
      readable = readableText()
      waiting = { reset: waiting.reset || anyShown, text: '' }
      received = 0
      anyShown = false
      // What is being told belongs to that answer too.
      undo = () => {}
    },
    take: () => {
      const before = { waiting, told, anyShown }
      const half = HALF.exec(waiting.text)?.[0] ?? ''
      const text = storable(waiting.text.slice(0, waiting.text.length - half.length))
      const part = Math.min(received / shown.characters, 1)
      const progress = Math.round((shown.from + (shown.to - shown.from) * part) * 100) / 100
      const moved = progress >= told + STEP
      const events: NewOperationEvent[] = [
        ...(waiting.reset ? [{ type: 'attempt_reset', data: { attempt: at.attempt } } as const] : []),
        ...(text ? [{ type: 'delta', data: { text } } as const] : []),
        ...(moved ? [{ type: 'progress', data: { progress } } as const] : []),
      ]
      if (events.length === 0) return undefined
      waiting = { reset: false, text: half }
      anyShown ||= text !== ''
      if (moved) told = progress
      undo = () => {
        waiting = { reset: before.waiting.reset, text: before.waiting.text + waiting.text.slice(half.length) }
        told = before.told
        anyShown = before.anyShown
      }
      return { at, events, ...(moved && { moved: { stage: shown.stage, progress } }) }
    },
    putBack: () => undo(),
  }
}

/**
 * Tells, in batches, what is being written: all steps of the process together, a statement for all of them each time. A write
 * that fails is left out: progress is not the work, and the next one may come through.
 */
export function tellProgress(db: Kysely<AiDb>): ShowProgress {
  const open = new Set<Telling>()
  let timer: NodeJS.Timeout | undefined
  let writing: Promise<void> | undefined

  const write = async (some: Iterable<Telling>, busy: 'wait' | 'skip') => {
    const taken = [...some].flatMap((each) => {
      const told = each.take()
      return told ? [{ each, told }] : []
    })
    const told = taken.map((one) => one.told)
    const written = await appendProgress(db, told, busy).catch(() => told.map(({ at }) => at.operation_id))
    const done = new Set(written)
    for (const { each, told } of taken) if (!done.has(told.at.operation_id)) each.putBack()
  }
  const tellLater = () => {
    timer = setTimeout(flush, Math.min(MOST_MS, Math.max(LEAST_MS, open.size * EACH_MS)))
  }
  const flush = () => {
    writing ??= write(open, 'skip').finally(() => (writing = undefined))
    tellLater()
  }

  return (at, shown) => {
    const own = telling(at, shown)
    open.add(own)
    if (!timer) tellLater()
    return {
      text: own.text,
      reset: own.reset,
      close: async () => {
        open.delete(own)
        if (open.size === 0) {
          clearTimeout(timer)
          timer = undefined
        }
        await writing
        await write([own], 'wait')
      },
    }
  }
}
