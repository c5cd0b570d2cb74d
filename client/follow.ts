import { eventsOf, type StreamEvent } from './event-parser.ts'
import { backoff, pause } from './pause.ts'
import { Refused, Unreachable, Unreadable } from './refused.ts'
import type { Send } from './transport.ts'

export interface FollowOptions {
  /** The id of the last event that is known: what follows it is told. */
  readonly after?: string | undefined
  readonly signal?: AbortSignal | undefined
  /** Milliseconds without any answer after which it gives up; default 120,000. */
  readonly patienceMs?: number | undefined
  /** Milliseconds of silence in an open stream that count as a broken one; default 40,000 (the API says something every 15 s). */
  readonly silenceMs?: number | undefined
}

/** What was told before belongs to a past that is not kept any more: forget it, what comes now is told from the beginning. */
export interface ResetEvent {
  readonly id: string
  readonly event: 'reset'
  readonly data: Record<string, never>
}

/** `over`: nothing can follow. `ended`: an end, but the work may have been begun anew since; the server is asked. */
export type EndOf = (event: StreamEvent) => 'over' | 'ended' | undefined

interface EventPage {
  readonly events: readonly StreamEvent[]
  readonly last_id: string
  readonly closed: boolean
}

const PATIENCE_MS = 120_000
const SILENCE_MS = 40_000
const WAIT_S = 20
/** Tries of one way before the other: some proxies hold streams back, some cut long answers. */
const SAME_WAY = 3
/** A stream that lived so long (milliseconds) has not failed. */
const LIVED_MS = 5_000

/**
 * Every event once and in order, over as many connections as it takes: an end of the stream is an interruption unless the server has said
 * that nothing follows. Each connection asks for its token anew.
 * @throws Refused, Unreadable, Unreachable, or the signal's reason
 */
export async function* follow(
  send: Send,
  path: string,
  endOf: EndOf,
  { after, signal, patienceMs = PATIENCE_MS, silenceMs = SILENCE_MS }: FollowOptions,
): AsyncGenerator<StreamEvent | ResetEvent> {
  let good = Date.now()
  let polling = false
  let ended = false

  /** One connection. True: nothing follows. */
  async function* once(): AsyncGenerator<StreamEvent, boolean> {
    const common = { method: 'GET', path, signal, repeatable: true, tries: 1 }
    const told = function* (event: StreamEvent) {
      // Told before: no server of ours does that, a cache between might.
      if (after !== undefined && Number(event.id) <= Number(after)) return
      after = event.id
      good = Date.now()
      ended = endOf(event) !== undefined
      yield event
    }
    if (polling) {
      const query = { wait: WAIT_S, last_event_id: after }
      const page = (await (await send({ ...common, query })).json()) as EventPage
      good = Date.now()
      for (const event of page.events) yield* told(event)
      return page.closed
    }
    const headers = after === undefined ? undefined : { 'Last-Event-ID': after }
    const answer = await send({ ...common, headers: { Accept: 'text/event-stream', ...headers } })
    if (answer.status === 204 || !answer.body) return answer.status === 204
    for await (const event of eventsOf(answer.body, silenceMs, () => (good = Date.now()))) {
      yield* told(event)
      if (endOf(event) === 'over') return true
    }
    return false
  }

  for (let fails = 0, reset = false; ;) {
    const began = Date.now()
    let waitMs = 0
    let events = 0
    const connection = once()
    try {
      for (;;) {
        const step = await connection.next()
        if (step.done && step.value) return
        if (step.done) break
        events += 1
        reset = false
        yield step.value
      }
    } catch (error) {
      if (signal?.aborted || error instanceof Unreadable) throw error
      if (error instanceof Refused) {
        if (error.is('stream.id_gone') && !reset && after !== undefined) {
          reset = true
          after = undefined
          yield { id: '0', event: 'reset', data: {} }
          continue
        }
        if (!error.retry) throw error
        waitMs = error.retryAfter * 1000
      }
      if (Date.now() - good > patienceMs) throw new Unreachable('the server could not be reached', { cause: error })
    } finally {
      // Whoever breaks off his loop ends the connection.
      await connection.return(false)
    }
    // An answer to a long poll without news is none that failed.
    fails = events > 0 || Date.now() - began > LIVED_MS ? 0 : fails + 1
    if (fails >= SAME_WAY && !ended) {
      polling = !polling
      fails = 0
    }
    if (fails > 0 || waitMs > 0) await pause(Math.max(waitMs, backoff(fails || 1)), signal)
  }
}
