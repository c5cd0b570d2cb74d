import type { Task } from '../llm/task.ts'

/** The steps of a generation that are paid for, each once. */
export interface PaidSteps {
  /**
   * The answer to a step: the kept one, or that of one paid call, kept before anybody hears of it.
   * @throws ProviderFailure
   */
  paid<T>(step: string, task: Task<T>, shown: Shown): Promise<T>
  has(step: string): boolean
  /** Paid calls of this execution so far. */
  readonly calls: number
}

export interface Shown {
  readonly stage: string
  /** Progress at the beginning and at the end of this piece of work. */
  readonly from: number
  readonly to: number
  /** About how long the answer will be, characters. */
  readonly characters: number
  /** Its text would not follow what was shown before: only progress is told. */
  readonly silent?: boolean
  /** Worth one answer of no use, and no more: the script stands without it. */
  readonly once?: boolean
}
