import http from 'node:http'
import type { AddressInfo } from 'node:net'

type Value = {
  stringValue?: string
  intValue?: string
  doubleValue?: number
  boolValue?: boolean
  arrayValue?: { values: Value[] }
}
interface Raw {
  readonly name: string
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly kind: number
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
  readonly attributes: { key: string; value: Value }[]
  readonly events?: { name: string; timeUnixNano: string; attributes: { key: string; value: Value }[] }[]
  readonly status?: { code: number; message: string }
}

export type Plain = Record<string, unknown>
/** A span as a sink reads it. */
export interface ReceivedSpan extends Omit<Raw, 'attributes' | 'events'> {
  readonly attributes: Plain
  readonly events: { name: string; attributes: Plain }[]
}

export interface OtlpSink extends AsyncDisposable {
  /** For OTEL_EXPORTER_OTLP_ENDPOINT. */
  readonly url: string
  readonly spans: ReceivedSpan[]
  readonly requests: { headers: http.IncomingHttpHeaders; path: string; text: string }[]
  /** The status of its next answers, before 200. */
  readonly plan: number[]
  /** Those of one trace. */
  of(traceId: string): ReceivedSpan[]
}

const plain = (value: Value): unknown =>
  value.stringValue ??
  (value.intValue === undefined ? undefined : Number(value.intValue)) ??
  value.doubleValue ??
  value.boolValue ??
  value.arrayValue?.values.map(plain)
const plainOf = (all: Raw['attributes']): Plain => Object.fromEntries(all.map(({ key, value }) => [key, plain(value)]))

/** A sink that takes OTLP over HTTP, as JSON. */
export async function startOtlpSink(): Promise<OtlpSink> {
  const spans: ReceivedSpan[] = []
  const requests: { headers: http.IncomingHttpHeaders; path: string; text: string }[] = []
  const plan: number[] = []
  const server = http.createServer((request, response) => {
    const pieces: Buffer[] = []
    request.on('data', (piece: Buffer) => pieces.push(piece))
    request.on('end', () => {
      const text = Buffer.concat(pieces).toString()
      requests.push({ headers: request.headers, path: request.url ?? '', text })
      const status = plan.shift() ?? 200
      if (status === 200)
        for (const { scopeSpans } of (JSON.parse(text) as { resourceSpans: { scopeSpans: { spans: Raw[] }[] }[] })
          .resourceSpans)
          for (const { attributes, events = [], ...span } of scopeSpans.flatMap((scope) => scope.spans))
            spans.push({
              ...span,
              attributes: plainOf(attributes),
              events: events.map((event) => ({ name: event.name, attributes: plainOf(event.attributes) })),
            })
      response.writeHead(status, { 'content-type': 'application/json' }).end('{}')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    ...{ spans, requests, plan },
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    of: (traceId) => spans.filter((span) => span.traceId === traceId),
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** The names of these spans as a tree: siblings in alphabetical order, the same name once. */
export function treeOf(spans: readonly ReceivedSpan[], root: string): string[] {
  const below = (parent: string, depth: number): string[] => {
    const children = spans.filter((span) => span.parentSpanId === parent)
    const lines = Map.groupBy(children, ({ name }) => name)
    return [...lines.keys()]
      .toSorted()
      .flatMap((name) => [
        `${'  '.repeat(depth)}${name}`,
        ...new Set((lines.get(name) ?? []).flatMap(({ spanId }) => below(spanId, depth + 1))),
      ])
  }
  return below(root, 0)
}
