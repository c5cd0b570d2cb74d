import type { Config } from '../config.ts'

/** A person's budget for a month, millionths. */
export const budgetOf = ({ AI_BUDGET_MICROS, RATE_LIMIT_SCALE }: Config): number =>
  Math.min(Math.floor(AI_BUDGET_MICROS * RATE_LIMIT_SCALE), Number.MAX_SAFE_INTEGER)
