import { proxyActivities } from '@temporalio/workflow'
import type { RepeatActivities } from '../activities/ai/repeat.ts'
import type { Repeated, RepeatInput } from '../contracts/repeat.ts'

/** One call, once: an operator waits for it, and would pay for a second one. */
export function repeat(input: RepeatInput): Promise<Repeated> {
  const { repeatCall } = proxyActivities<RepeatActivities>({
    startToCloseTimeout: input.limit_ms + 5_000,
    retry: { maximumAttempts: 1 },
    summary: 'ask again',
  })
  return repeatCall(input)
}
