import type { Envelope } from '../envelope.ts'
import type { Topic } from '../catalogue.ts'

/** A message that no try could handle, as it is kept for people. */
export interface DeadLetter {
  readonly topic: Topic
  readonly group: string
  readonly key: string | null
  /** As it came, perhaps no JSON at all. */
  readonly body: string
  readonly reason: string
  readonly tries: number
}

/** What a consumer wants of a topic. Processes of one group share the work; each group gets every event. */
export interface BusSubscription {
  readonly topic: Topic
  readonly group: string
  /** Resolves when the event's effect is committed. It may come again, after a crash, and must then change nothing. */
  readonly handle: (event: Envelope) => Promise<void>
  /** Keeps a message that is given up. It counts as handled only when this has resolved. */
  readonly deadLetter: (letter: DeadLetter) => Promise<void>
  /** Which faults are the message's own, and count. Any other is tried again for as long as it takes. Default: all count. */
  readonly isFaultOfMessage?: (error: unknown) => boolean
  readonly failed?: (error: unknown, event: Envelope | undefined) => void
  /** Tries before a message becomes a dead letter; default 5. */
  readonly tries?: number
  /** Milliseconds before the next try, by the number of those that failed. */
  readonly backoffMs?: (failed: number) => number
}

export interface Consumer {
  /** Waits for what is under way; what is not handled then comes again to another process. */
  stop(): Promise<void>
}

/**
 * The bus between the services. At least once; events of one key arrive in the order they were published, one at a time in a
 * group, while other keys go on beside a key that is stuck.
 */
export interface EventBus {
  /** Resolves when the bus has the whole batch safely. After a failure any part of it may have arrived. */
  publish(topic: Topic, batch: readonly Envelope[]): Promise<void>
  /** Begins where the group stopped; a new group with the oldest event that the bus still has for it. */
  subscribe(subscription: BusSubscription): Promise<Consumer>
  /** Events that the group has not handled yet. */
  lag(topic: Topic, group: string): Promise<number>
  close(): Promise<void>
}
