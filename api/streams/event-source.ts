export interface ServerEvent {
  /** Comes back as `Last-Event-ID`: a client that reads on gets what follows it. A number, grows. */
  readonly id: string | number
  readonly event: string
  /** Sent as JSON, on one line. */
  readonly data: unknown
}

/** What there was to say at a time; none: nothing yet. */
export interface Batch {
  readonly events: readonly ServerEvent[]
  /** That was all; nothing will follow. */
  readonly closed: boolean
}

/** What a client listens to, whether as a stream or by asking again and again. */
export interface EventSource {
  /** The last event that the client has; '0': none. */
  readonly after: string
  /** What follows `after`, at once and as it comes. Throws when aborted while it waits. */
  batches(signal: AbortSignal): AsyncIterable<Batch>
}
