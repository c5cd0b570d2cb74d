import type { FilterValues } from './filter.ts'
import type { Installation } from './installation.ts'

/** What a command found: the same as data and as lines for people. */
export interface Told {
  readonly json: object
  readonly lines: readonly string[]
  /** Whether the process ends with 1: something diverges, or did not work again. */
  readonly failed?: boolean
}

/** What a command is given. */
export interface Given {
  readonly installation: Installation
  readonly words: readonly string[]
  readonly values: FilterValues & Readonly<Record<string, string | boolean | undefined>>
  /** A line at once, while it works; not with --json. */
  readonly say: (line: string) => void
}

export type Command = (given: Given) => Promise<Told>

/** The value of an option that takes one. */
export const text = (values: Given['values'], name: string): string | undefined => {
  const value = values[name]
  return typeof value === 'string' ? value : undefined
}
