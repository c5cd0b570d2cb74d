import type { Attempt } from './attempt.ts'

/** Does the same to many operations of `ai`, one after the other. */
export const BULK = 'bulk'

/** What a client sees as `stage`, and the progress at its beginning. */
export const BULK_STAGES = { working: 0 } as const

export const BULK_ACTIONS = ['retry', 'cancel'] as const
export type BulkAction = (typeof BULK_ACTIONS)[number]

/** An operation as it stood when all of them were chosen: the attempt says whether it is still the same. */
export interface BulkItem {
  readonly id: string
  readonly attempt: number
}

/** The window is frozen: what comes to fit the choice later is another bulk's. */
export interface BulkInput extends Attempt {
  readonly owner_id: string
  readonly request_id: string
  readonly action: BulkAction
  /** Why, in the words of who ordered it. */
  readonly reason: string
  readonly items: readonly BulkItem[]
}

export interface BulkCounts {
  readonly total: number
  /** Opened for their next attempts, or told to stop. */
  readonly done: number
  /** Not what they were when they were chosen, or nothing that this can be done to any more. */
  readonly failed: number
}

/** In one step: each is a transaction of its own. */
export const BULK_STEP = 20
/** At once: its input holds them all. */
export const MAX_BULK = 1_000
