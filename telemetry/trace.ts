import { AsyncLocalStorage } from 'node:async_hooks'
import { randomUUID } from 'node:crypto'

/** What log lines have of the work that their code is part of, in the words of `log-fields.ts`. */
type Fields = Readonly<Record<string, string | number | undefined>>

interface Context {
  readonly traceparent: string | null
  readonly fields: Fields
}

const NOTHING: Context = { traceparent: null, fields: {} }
const current = new AsyncLocalStorage<Context>()
const context = () => current.getStore() ?? NOTHING

/** The W3C trace context (`traceparent`) of what this code does now, or null where nobody began one. */
export const currentTrace = (): string | null => context().traceparent

/** Runs work in a trace context (null: in none); its log lines have the fields beside those that they would have. */
export function withTrace<T>(traceparent: string | null, work: () => T, fields?: Fields): T {
  const around = context().fields
  return current.run({ traceparent, fields: fields ? { ...around, ...fields } : around }, work)
}

/** What each log line has by itself. */
export function currentFields(): Record<string, unknown> {
  const { traceparent, fields } = context()
  if (traceparent === null) return { ...fields }
  return { trace_id: traceIdOf(traceparent), span_id: spanIdOf(traceparent), ...fields }
}

/** Version 00; later ones begin the same and may go on behind another dash (W3C Trace Context §3.2). */
const TRACEPARENT = /^(?!ff)[\da-f]{2}-(?!0{32})([\da-f]{32})-(?!0{16})([\da-f]{16})-([\da-f]{2})(-.*)?$/

/** 122 random bits as hexadecimal digits: Node keeps randomness for UUIDs ready, which is a tenth of the price of asking for bytes. */
const random = (digits: number): string => randomUUID().replaceAll('-', '').slice(-digits)

let share = 0

/** Which share of the traces that begin here is recorded, 0 to 1. */
export const recordShare = (of: number): void => void (share = of)

/** A span of ours in the caller's trace; a trace of its own where there is none, or one that cannot be read. */
export function childSpan(traceparent: string | null | undefined, spanId = random(16)): string {
  const [, trace, , flags] = TRACEPARENT.exec(traceparent ?? '') ?? []
  return `00-${trace ?? random(32)}-${spanId}-${flags ?? (share > Math.random() ? '01' : '00')}`
}

/** The span that a trace context names, of whatever was sent as one; null: it names none. */
export const spanOf = (traceparent: string | null | undefined): string | null =>
  TRACEPARENT.exec(traceparent ?? '')?.[2] ?? null

/** The part that all spans of a trace share. */
export const traceIdOf = (traceparent: string): string => traceparent.slice(3, 35)

const spanIdOf = (traceparent: string): string => traceparent.slice(36, 52)

/** Whether its spans are wanted (the sampled flag). */
export const isRecorded = (traceparent: string): boolean => (parseInt(traceparent.slice(53, 55), 16) & 1) === 1
