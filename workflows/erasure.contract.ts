/** Removes a person from every service. */
export const ERASURE = 'erasure'

export const erasureId = (id: string): string => `erasure-${id}`

/** In this order; `auth`, which knows the address that others may have to ask for, comes last by itself. */
export const PERSON_SERVICES = ['ai', 'notifications', 'scenarios', 'users'] as const

export interface ErasureInput {
  readonly operation_id: string
  readonly account_id: string
  readonly request_id: string
  /** How long it can be called off, seconds. */
  readonly delay_s: number
}

/** Rows removed or written over, by service and table. */
export type ErasureCounts = Record<string, Record<string, number>>
