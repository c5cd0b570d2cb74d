import type { Client } from '@temporalio/client'
import type { Logger } from '../../telemetry/logger.ts'
import { createPace } from './pace.ts'
import { createOutage } from './temporal-outage.ts'

/** When a relay may start workflows, and how many side by side. */
export interface Turns {
  /** How many may be taken now; 0 while Temporal is away: what is not taken is not put off either, and keeps its place. */
  next(): Promise<number>
  /** Notes what some of those that were taken failed with; none: all were started. */
  went(failures: readonly unknown[]): void
}

/**
 * @param max side by side
 * @param hurry makes due what was put off: after an outage, and at first, for a process before this one may have seen one
 */
export function createTurns(client: Client, logger: Logger, max: number, hurry: () => Promise<void>): Turns {
  const outage = createOutage(client, logger)
  const pace = createPace(max)
  let isFirst = true
  return {
    next: async () => {
      const temporal = await outage.look()
      if (temporal === 'away') return 0
      if (temporal === 'back' || isFirst) await hurry()
      isFirst = false
      return pace.size()
    },
    went: (failures) => {
      for (const failure of failures) outage.saw(failure)
      pace.went(failures.length === 0)
    },
  }
}
