import { follow, type EndOf, type FollowOptions, type ResetEvent } from './follow.ts'
import { backoff, pause } from './pause.ts'
import { DeadlinePassed, Refused, secondsOf, Unreachable, Unreadable } from './refused.ts'
import type { Operation } from './routes.ts'
import type { Send } from './transport.ts'

interface Told<Name extends string, Data> {
  readonly id: string
  readonly event: Name
  readonly data: Data
}

/** What happens to an operation. Ids grow, over all attempts. */
export type OperationEvent =
  | Told<'stage', { readonly stage: string; readonly progress: number; readonly attempt: number }>
  | Told<'progress', { readonly progress: number }>
  /** The next piece of what is being written, to be put after the pieces before. */
  | Told<'delta', { readonly text: string }>
  /** The pieces so far belong to an answer that will not come: begin anew. */
  | Told<'attempt_reset', { readonly attempt: number }>
  | Told<'succeeded' | 'failed' | 'cancelled', Operation>
  | ResetEvent

export interface WaitOptions {
  /** The moment after which nobody waits any more; the work goes on. */
  readonly deadline?: Date | undefined
  readonly signal?: AbortSignal | undefined
  /** Hears everything on the way. */
  readonly onEvent?: ((event: OperationEvent) => void) | undefined
}

export interface Operations {
  /** What was told of it, then what is told now, until nothing can follow. */
  events(id: string, options?: FollowOptions): AsyncGenerator<OperationEvent>
  /**
   * The operation when it has ended, however it did.
   * @throws DeadlinePassed, Refused, Unreachable, Unreadable for a status that this client does not know, or the signal's reason
   */
  wait(id: string, options?: WaitOptions): Promise<Operation>
}

/** Milliseconds that a wait tries streams for before it only asks now and then; and that it does so without any answer. */
const STREAM_PATIENCE_MS = 15_000
const POLL_PATIENCE_MS = 120_000
const POLL_S = 2
/** More than this and a timer is over at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

const OPEN: readonly string[] = ['queued', 'running'] satisfies Operation['status'][]
const ENDS: readonly string[] = ['succeeded', 'failed', 'cancelled'] satisfies Operation['status'][]

/** What has failed or was cancelled can be tried again, under the same id. */
const endOf: EndOf = ({ event }) => (event === 'succeeded' ? 'over' : ENDS.includes(event) ? 'ended' : undefined)

export function createOperations(send: Send): Operations {
  const events: Operations['events'] = (id, options = {}) =>
    follow(send, `/operations/${encodeURIComponent(id)}/events`, endOf, options) as AsyncGenerator<OperationEvent>

  /** @throws Unreadable */
  const ended = (operation: Operation): boolean => {
    if (ENDS.includes(operation.status)) return true
    if (OPEN.includes(operation.status)) return false
    throw new Unreadable(`an operation cannot be ${String(operation.status)}`)
  }

  async function streamed(id: string, signal: AbortSignal, onEvent: WaitOptions['onEvent']) {
    let last: Operation | undefined
    for await (const told of events(id, { signal, patienceMs: STREAM_PATIENCE_MS })) {
      onEvent?.(told)
      last = isEnd(told) ? told.data : undefined
    }
    return last && ended(last) ? last : undefined
  }

  async function polled(id: string, signal: AbortSignal): Promise<Operation> {
    for (let good = Date.now(), fails = 0; ;) {
      let waitMs: number
      try {
        const path = `/operations/${encodeURIComponent(id)}`
        const answer = await send({ method: 'GET', path, repeatable: true, signal, tries: 1 })
        const operation = (await answer.json()) as Operation
        if (ended(operation)) return operation
        good = Date.now()
        fails = 0
        waitMs = (secondsOf(answer.headers.get('retry-after')) || POLL_S) * 1000
      } catch (error) {
        if (signal.aborted || error instanceof Unreadable || (error instanceof Refused && !error.retry)) throw error
        if (Date.now() - good > POLL_PATIENCE_MS)
          throw new Unreachable('the server could not be reached', { cause: error })
        waitMs = Math.max(error instanceof Refused ? error.retryAfter * 1000 : 0, backoff(++fails))
      }
      await pause(waitMs, signal)
    }
  }

  return {
    events,
    wait: async (id, { deadline, signal, onEvent } = {}) => {
      const over = new AbortController()
      const stop = () => over.abort(signal?.reason)
      signal?.addEventListener('abort', stop)
      if (signal?.aborted) stop()
      const leftMs = Math.min(Math.max(Number(deadline) - Date.now(), 0), LONGEST_TIMER_MS)
      const late = deadline && setTimeout(() => over.abort(new DeadlinePassed(id)), leftMs)
      try {
        const first = await streamed(id, over.signal, onEvent).catch((error: unknown) => {
          if (!(error instanceof Unreachable)) throw error
        })
        return first ?? (await polled(id, over.signal))
      } catch (error) {
        // What was aborted says so in many ways; the reason is one.
        throw over.signal.aborted ? over.signal.reason : error
      } finally {
        clearTimeout(late)
        signal?.removeEventListener('abort', stop)
      }
    },
  }
}

const isEnd = (told: OperationEvent): told is Told<'succeeded' | 'failed' | 'cancelled', Operation> =>
  ENDS.includes(told.event)
