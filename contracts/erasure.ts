import type { Attempt } from './attempt.ts'

/** Removes a person from every service. */
export const ERASURE = 'erasure'

/** In this order; `auth`, which knows the address that others may have to ask for, comes last by itself. */
export const PERSON_SERVICES = ['ai', 'notifications', 'scenarios', 'users'] as const

export interface ErasureInput extends Attempt {
  readonly account_id: string
  readonly request_id: string
  /** How long it can be called off, seconds. */
  readonly delay_s: number
}

/** Numbers of rows by table. */
export type RowCounts = Record<string, number>

/** What an earlier try removed and this one, together. */
export const sumCounts = (one: RowCounts, other: RowCounts): RowCounts =>
  Object.fromEntries(
    [...new Set([...Object.keys(one), ...Object.keys(other)])].map((key) => [key, (one[key] ?? 0) + (other[key] ?? 0)]),
  )

/** Rows removed or written over, by service and table. */
export type ErasureCounts = Record<string, RowCounts>

/** While it waits it can be called off; from `erasing` on it cannot. */
export const ERASURE_STAGES = { waiting: 0, erasing: 0.2 } as const
