import { setTimeout as delay } from 'node:timers/promises'
import { APIError } from 'openai/error'
import { classify } from './failures.ts'
import { ErrorWithin } from './provider-errors.ts'
import type { FailureReason } from './provider.ts'

/** How often an answer that its server keeps is asked for again within one call, and the pause before the first time, which doubles. */
const BREAKS = 4
const PAUSE_MS = 250

const OUTAGES: readonly FailureReason[] = ['connection', 'server_error', 'rate_limited']
const GONE: readonly (number | undefined)[] = [400, 404, 410]

/** Whether an error says nothing of the answer itself, which the server may be writing on. */
export const isOutage = (error: unknown): boolean =>
  !(error instanceof ErrorWithin) && OUTAGES.includes(classify(error).reason)

/** The server does not know the answer (any more). */
export const isGone = (error: unknown): boolean =>
  error instanceof APIError && !(error instanceof ErrorWithin) && GONE.includes(error.status as number | undefined)

interface Reading {
  /** Gets the answer, from its beginning or the request's. */
  readonly first: () => Promise<Response>
  /** Gets what follows the last event that came. */
  readonly again: () => Promise<Response>
  /** Reads to the end, or to where the connection breaks. */
  readonly read: (response: Response) => Promise<void>
  /** Whether the server keeps it, as far as is known. */
  readonly isKept: () => boolean
  readonly signal: AbortSignal
}

/** Reads an answer to its end, over broken connections too if its server keeps it. @throws what `first`, `again` or `read` did */
export async function readToEnd({ first, again, read, isKept, signal }: Reading): Promise<void> {
  let next = first
  for (let breaks = 0; ; breaks++) {
    try {
      return await read(await next())
    } catch (error) {
      if (breaks === BREAKS || signal.aborted || !isKept() || !isOutage(error)) throw error
    }
    await delay(PAUSE_MS * 2 ** breaks, undefined, { signal })
    next = again
  }
}
