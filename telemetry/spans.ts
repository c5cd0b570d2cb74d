import { childSpan, currentTrace, isRecorded, spanOf, traceIdOf, withTrace } from './trace.ts'

export type AttributeValue = string | number | boolean | readonly string[]
/** Ids, names and numbers. Never a text, an address or a name of a person. What is undefined or null is left out. */
export type Attributes = Readonly<Record<string, AttributeValue | null | undefined>>

/** As OTLP numbers them. */
export const KIND = { internal: 1, server: 2, client: 3, producer: 4, consumer: 5 } as const

export interface SpanEvent {
  readonly name: string
  /** Milliseconds since 1970. */
  readonly at: number
  readonly attributes: Attributes
}

/** A span that has ended. */
export interface EndedSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId: string | null
  readonly name: string
  readonly kind: (typeof KIND)[keyof typeof KIND]
  /** Milliseconds since 1970, with their fractions. */
  readonly start: number
  readonly end: number
  readonly attributes: Attributes
  readonly events: readonly SpanEvent[]
  /** What went wrong: a type or code, never a message, which may quote what people wrote. */
  readonly error: string | null
}

export type TakeSpan = (span: EndedSpan) => void

let take: TakeSpan | null = null

/** Who gets the spans of this process; null: nobody. */
export const recordSpans = (taker: TakeSpan | null): void => void (take = taker)

/** Whether anybody gets spans: what is asked before anything is made for one. */
export const recording = (): boolean => take !== null

/** Milliseconds since 1970, finer than `Date.now()`. */
export const now = (): number => performance.timeOrigin + performance.now()

/** A span at work. What it is told after its end, or while nobody records, is lost. */
export interface Span {
  set(attributes: Attributes): void
  event(name: string, attributes: Attributes): void
}

export interface SpanOptions {
  readonly name: string
  readonly kind?: EndedSpan['kind']
  /** The trace context that it belongs to; default: the current one. */
  readonly parent?: string | null | undefined
  /** Made only when the span is recorded. */
  readonly attributes?: () => Attributes
  /** What the log lines within have. */
  readonly fields?: Parameters<typeof withTrace>[2]
}

const IGNORED: Span = { set: () => {}, event: () => {} }

/** What a span says of an error. */
function errorType(error: unknown): string {
  const { code, type, name } = (error ?? {}) as Record<string, unknown>
  const [known = typeof error] = [code, type, name].filter((word) => typeof word === 'string' && word !== '')
  return String(known)
}

/**
 * Does a step of a trace, in a trace context of its own, which what it writes and calls carries on, recorded or not; a trace begins where
 * there is none.
 */
export function inStep<T>(options: SpanOptions, work: (span: Span) => Promise<T>): Promise<T> {
  const parent = options.parent === undefined ? currentTrace() : options.parent
  const self = childSpan(parent)
  if (take === null || !isRecorded(self)) return withTrace(self, () => work(IGNORED), options.fields)
  return record(take, self, parent, options, work)
}

/** The same for what is of interest to those alone who look at traces: while nobody records it is the work and nothing else. */
export const inSpan = <T>(options: SpanOptions, work: (span: Span) => Promise<T>): Promise<T> =>
  take === null ? work(IGNORED) : inStep(options, work)

async function record<T>(
  taker: TakeSpan,
  self: string,
  parent: string | null,
  { name, kind = KIND.internal, attributes, fields }: SpanOptions,
  work: (span: Span) => Promise<T>,
): Promise<T> {
  let known: Attributes = attributes?.() ?? {}
  const events: SpanEvent[] = []
  const start = now()
  let error: string | null = null
  const span: Span = {
    set: (more) => void (known = { ...known, ...more }),
    event: (name, of) => void events.push({ name, at: now(), attributes: of }),
  }
  try {
    return await withTrace(self, () => work(span), fields)
  } catch (thrown) {
    error = errorType(thrown)
    throw thrown
  } finally {
    const { name: named = name, ...rest } = known
    taker({
      ...{ traceId: traceIdOf(self), spanId: self.slice(36, 52), parentSpanId: spanOf(parent) },
      ...{ name: String(named), kind, start, end: now(), events, error: (known['error.type'] as string) ?? error },
      attributes: rest,
    })
  }
}

/** A span that was measured elsewhere, whose context was handed on already. */
export function recordSpan(
  self: string,
  parent: string | null,
  { name, kind = KIND.internal, attributes }: Pick<SpanOptions, 'name' | 'kind' | 'attributes'>,
  {
    start,
    end = now(),
    error = null,
    events = [],
  }: { start: number; end?: number; error?: string | null; events?: SpanEvent[] },
): void {
  if (take === null || !isRecorded(self)) return
  take({
    ...{ traceId: traceIdOf(self), spanId: self.slice(36, 52), parentSpanId: spanOf(parent) },
    ...{ name, kind, start, end, events, error },
    attributes: attributes?.() ?? {},
  })
}
