import type { Attributes, AttributeValue, EndedSpan, SpanEvent } from './spans.ts'

/**
 * Spans in the JSON of OTLP (opentelemetry-proto 1.x, `ExportTraceServiceRequest`): ids as hexadecimal digits, 64-bit numbers as text.
 */
export interface TraceExport {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly KeyValue[] }
    readonly scopeSpans: readonly { readonly scope: { readonly name: string }; readonly spans: readonly object[] }[]
  }[]
}

type KeyValue = { readonly key: string; readonly value: object }

const valueOf = (value: AttributeValue): object => {
  if (typeof value === 'string') return { stringValue: value }
  if (typeof value === 'boolean') return { boolValue: value }
  if (typeof value !== 'number') return { arrayValue: { values: value.map((one) => ({ stringValue: one })) } }
  return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value }
}

const keyValues = (attributes: Attributes): KeyValue[] =>
  Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined || value === null ? [] : [{ key, value: valueOf(value) }],
  )

/** Microseconds are as fine as a double holds them today. @param ms since 1970 */
const nanos = (ms: number): string => `${Math.round(ms * 1_000)}000`

const eventOf = ({ name, at, attributes }: SpanEvent) => ({
  timeUnixNano: nanos(at),
  name,
  attributes: keyValues(attributes),
})

const ERROR = 2

const jsonSpan = ({ parentSpanId, start, end, attributes, events, error, ...span }: EndedSpan): object => ({
  ...span,
  ...(parentSpanId !== null && { parentSpanId }),
  startTimeUnixNano: nanos(start),
  endTimeUnixNano: nanos(end),
  attributes: keyValues(error === null ? attributes : { ...attributes, 'error.type': error }),
  ...(events.length > 0 && { events: events.map(eventOf) }),
  ...(error !== null && { status: { code: ERROR, message: error } }),
})

/** @param resource the process that they are of */
export const traceExport = (resource: Attributes, spans: readonly EndedSpan[]): TraceExport => ({
  resourceSpans: [
    {
      resource: { attributes: keyValues(resource) },
      scopeSpans: [{ scope: { name: 'scenor' }, spans: spans.map(jsonSpan) }],
    },
  ],
})
