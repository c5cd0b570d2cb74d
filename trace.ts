import { AsyncLocalStorage } from 'node:async_hooks'
import { randomUUID } from 'node:crypto'

const current = new AsyncLocalStorage<string>()

/** The W3C trace context (`traceparent`) of what this code does now, or null where nobody began one. */
export const currentTrace = (): string | null => current.getStore() ?? null

/** Runs work in a trace context; null: in none. */
export function withTrace<T>(traceparent: string | null, work: () => T): T {
  return traceparent === null ? current.exit(work) : current.run(traceparent, work)
}

/** Version 00; later ones begin the same and may go on behind another dash (W3C Trace Context §3.2). */
const TRACEPARENT = /^(?!ff)[\da-f]{2}-(?!0{32})([\da-f]{32})-(?!0{16})[\da-f]{16}-([\da-f]{2})(-.*)?$/

/** 122 random bits as hexadecimal digits: Node keeps randomness for UUIDs ready, which is a tenth of the price of asking for bytes. */
const random = (digits: number): string => randomUUID().replaceAll('-', '').slice(-digits)

/** A step of ours in the trace of whoever asked; a trace of its own where he has none, or one that cannot be read. */
export function stepOf(traceparent: string | null | undefined): string {
  const [, trace = random(32), flags = '00'] = TRACEPARENT.exec(traceparent ?? '') ?? []
  return `00-${trace}-${random(16)}-${flags}`
}

/** The part that all steps of a trace share. */
export const traceIdOf = (traceparent: string): string => traceparent.slice(3, 35)
