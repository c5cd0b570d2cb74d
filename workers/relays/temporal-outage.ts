import { isGrpcServiceError, type Client } from '@temporalio/client'
import type { Logger } from '../../telemetry/logger.ts'

const PROBE_MS = 1_000
/** UNAVAILABLE and DEADLINE_EXCEEDED, as gRPC numbers them. */
const AWAY = [14, 4]

/** The client wraps what gRPC says. */
const saysAway = (error: unknown): boolean =>
  error instanceof Error && ((isGrpcServiceError(error) && AWAY.includes(error.code)) || saysAway(error.cause))

export interface Outage {
  /** Notes what a call to Temporal failed with. */
  saw(error: unknown): void
  /** Asks whether an outage that was seen goes on. `back` is said once, when it is over. */
  look(): Promise<'away' | 'back' | 'there'>
}

/** Notices when a Temporal server that was away is back, so that what waited for it need not wait on. */
export function createOutage(client: Client, logger: Logger): Outage {
  let away: 'no' | 'perhaps' | 'yes' = 'no'
  const answers = () =>
    client
      .withDeadline(Date.now() + PROBE_MS, () => client.workflowService.getSystemInfo({}))
      .then(
        () => true,
        () => false,
      )
  return {
    saw: (error) => {
      if (away === 'no' && saysAway(error)) away = 'perhaps'
    },
    look: async () => {
      if (away === 'no') return 'there'
      if (!(await answers())) {
        if (away === 'perhaps') logger.warn('Temporal is away; what is promised waits')
        away = 'yes'
        return 'away'
      }
      // A server that answers all along is slow, and is left its pauses.
      const was = away
      away = 'no'
      if (was === 'perhaps') return 'there'
      logger.info('Temporal is back; what waited is due')
      return 'back'
    },
  }
}
