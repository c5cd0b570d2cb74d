import type { Attributes, AttributeValue, EndedSpan, SpanEvent } from './spans.ts'

/**
 * Spans in the JSON of OTLP (opentelemetry-proto 1.x, `ExportTraceServiceRequest`): ids as hexadecimal digits, 64-bit numbers as text.
 * Written as text at once: of a span that was made into objects first, these and their `JSON.stringify` were two thirds of its price.
 */
const text = (value: string): string => JSON.stringify(value)

function valueOf(value: AttributeValue): string {
  if (typeof value === 'string') return `{"stringValue":${text(value)}}`
  if (typeof value === 'boolean') return `{"boolValue":${value}}`
  if (typeof value !== 'number')
    return `{"arrayValue":{"values":[${value.map((one) => `{"stringValue":${text(one)}}`).join()}]}}`
  return Number.isSafeInteger(value) ? `{"intValue":"${value}"}` : `{"doubleValue":${JSON.stringify(value)}}`
}

function keyValues(attributes: Attributes): string {
  let all = ''
  for (const key in attributes) {
    const value = attributes[key]
    if (value !== undefined && value !== null)
      all += `${all === '' ? '' : ','}{"key":${text(key)},"value":${valueOf(value)}}`
  }
  return `[${all}]`
}

/** Microseconds are as fine as a double holds them today. @param ms since 1970 */
const nanos = (ms: number): string => `"${Math.round(ms * 1_000)}000"`

const eventOf = ({ name, at, attributes }: SpanEvent): string =>
  `{"timeUnixNano":${nanos(at)},"name":${text(name)},"attributes":${keyValues(attributes)}}`

const ERROR = 2

/** Ids are ours or were read as hexadecimal digits: they need no escape. */
function jsonSpan({
  traceId,
  spanId,
  parentSpanId,
  name,
  kind,
  start,
  end,
  attributes,
  events,
  error,
}: EndedSpan): string {
  const parent = parentSpanId === null ? '' : `"parentSpanId":"${parentSpanId}",`
  const told = events.length === 0 ? '' : `,"events":[${events.map(eventOf).join()}]`
  const status = error === null ? '' : `,"status":{"code":${ERROR},"message":${text(error)}}`
  const all = error === null ? attributes : { ...attributes, 'error.type': error }
  return (
    `{"traceId":"${traceId}","spanId":"${spanId}",${parent}"name":${text(name)},"kind":${kind},` +
    `"startTimeUnixNano":${nanos(start)},"endTimeUnixNano":${nanos(end)},"attributes":${keyValues(all)}${told}${status}}`
  )
}

/** @param resource the process that they are of */
export const traceExport = (resource: Attributes, spans: readonly EndedSpan[]): string =>
  `{"resourceSpans":[{"resource":{"attributes":${keyValues(resource)}},` +
  `"scopeSpans":[{"scope":{"name":"scenor"},"spans":[${spans.map(jsonSpan).join()}]}]}]}`
