import type { Language } from '../../language.ts'
import type { Kind, Platform, Beat } from '../script.ts'

/** A plan that comes with the product: which beats, how long each, in which voice. Read-only for everybody. */
export interface BuiltInTemplate {
  /** UUIDv7, fixed for good: scenarios remember what they were made from. */
  readonly id: string
  readonly name: string
  readonly kind: Kind
  readonly platform: Platform
  readonly tone: readonly string[]
  readonly target_duration_s: number
  /** Shares of the whole length; they add up to 1. */
  readonly beats: readonly { readonly beat: Beat; readonly share: number }[]
  readonly cta: string
  readonly language: Language
  readonly must_avoid: readonly string[]
  readonly instructions: string
  /** Raised when the plan changes. */
  readonly version: number
}
