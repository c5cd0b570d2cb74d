import { hostname } from 'node:os'
import type { Config } from '../config.ts'
import { VERSION, type Logger } from './logger.ts'
import { traceExport } from './otlp.ts'
import { recordSpans, type Attributes, type EndedSpan } from './spans.ts'
import { recordShare } from './trace.ts'

/** Spans that wait for a sink which takes none; what comes beyond is dropped. About 4 MB. */
const MAX_WAITING = 8_192
const BATCH = 512
const EVERY_MS = 1_000
const TIMEOUT_MS = 10_000
/** A stop waits no longer for a sink. */
const LAST_TIMEOUT_MS = 3_000
/** How often the log says that a sink takes nothing. */
const SAID_EVERY_MS = 60_000

export interface Tracing {
  /** Sends what waits, at most for 3 s, and records no more. */
  stop(): Promise<void>
}

/** `name=value,…`, values percent-encoded, as OTEL_EXPORTER_OTLP_HEADERS has them. */
const headersOf = (text: string): Record<string, string> =>
  Object.fromEntries(
    text.split(',').flatMap((pair) => {
      const [name = '', ...value] = pair.split('=')
      return name.trim() === '' ? [] : [[name.trim().toLowerCase(), decodeURIComponent(value.join('=').trim())]]
    }),
  )

const resourceOf = (service: string): Attributes => ({
  'service.name': `scenor-${service}`,
  'service.version': VERSION,
  'service.instance.id': `${hostname()}:${process.pid}`,
  'telemetry.sdk.language': 'nodejs',
  'telemetry.sdk.name': 'scenor',
})

/**
 * Records the spans of this process and sends them, in batches, to the OTLP endpoint of the configuration; without one nothing is
 * recorded. A sink that is away or slow costs spans and nothing else.
 * @returns undefined: traces are off
 */
export function startTracing(
  config: Pick<Config, 'OTEL_EXPORTER_OTLP_ENDPOINT' | 'OTEL_EXPORTER_OTLP_HEADERS' | 'TRACE_SHARE'>,
  service: string,
  logger: Logger,
): Tracing | undefined {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_EXPORTER_OTLP_HEADERS: headers } = config
  if (endpoint === undefined) return undefined
  const url = `${endpoint.replace(/\/$/, '')}/v1/traces`
  const resource = resourceOf(service)
  let waiting: EndedSpan[] = []
  let dropped = 0
  let saidAt = -Infinity
  let sending: Promise<void> | undefined

  const take = (span: EndedSpan): void => {
    if (waiting.length >= MAX_WAITING) return void dropped++
    waiting.push(span)
    if (waiting.length === BATCH) void flush()
  }
  /** @returns whether the sink is done with them */
  const post = async (spans: readonly EndedSpan[], timeoutMs: number): Promise<boolean> => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headersOf(headers ?? '') },
      body: traceExport(resource, spans),
      signal: AbortSignal.timeout(timeoutMs),
    })
    await response.body?.cancel()
    if (response.ok) return true
    // OTLP/HTTP: 429, 502, 503 and 504 alone are worth another try.
    if ([429, 502, 503, 504].includes(response.status)) throw new Error(`the sink answered ${response.status}`)
    dropped += spans.length
    say(new Error(`the sink answered ${response.status}`))
    return true
  }
  const say = (error: unknown) => {
    if (performance.now() - saidAt < SAID_EVERY_MS) return
    saidAt = performance.now()
    logger.warn({ err: error, failed: dropped }, 'spans could not be sent; those beyond some thousand are dropped')
  }
  const send = async (timeoutMs: number) => {
    while (waiting.length > 0) {
      const batch = waiting.slice(0, BATCH)
      try {
        await post(batch, timeoutMs)
        waiting = waiting.slice(batch.length)
      } catch (error) {
        return say(error)
      }
    }
  }
  const flush = (timeoutMs = TIMEOUT_MS) => (sending ??= send(timeoutMs).finally(() => (sending = undefined)))
  const timer = setInterval(() => void flush(), EVERY_MS)
  timer.unref()
  recordShare(config.TRACE_SHARE)
  recordSpans(take)
  return {
    stop: async () => {
      clearInterval(timer)
      recordSpans(null)
      recordShare(0)
      await sending
      await flush(LAST_TIMEOUT_MS)
    },
  }
}
