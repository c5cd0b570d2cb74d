/**
 * One attempt of an operation. Every write of an execution names its own, so that a late one of an attempt before changes nothing of the
 * next. The start adds `attempt` to the input; executions that were started before it did have none, and write to whichever is open.
 */
export interface Attempt {
  readonly operation_id: string
  /** From 1. */
  readonly attempt?: number
}

/** The attempt that an input is of, and nothing else of it. */
export const attemptIn = ({ operation_id, attempt }: Attempt): Attempt =>
  attempt === undefined ? { operation_id } : { operation_id, attempt }
