import type { ServerKind } from './temporal-servers.ts'

/** What every bench is told. */
export interface BenchOptions {
  /** Interleaved rounds; each subject runs once in each. */
  readonly rounds: number
  /** Fewer and shorter: shows that it runs, proves little. */
  readonly quick: boolean
  /** Folder for V8 profiles of our own processes, or null for none. */
  readonly profiles: string | null
  readonly server: ServerKind
  /** Other engines take part, where the bench has a place for them. */
  readonly rivals: boolean
  /** How many at a time, where the bench asks; empty: its own. */
  readonly inFlight: readonly number[]
  readonly say: (line: string) => void
  /** Gets everything that has to end, whatever becomes of the bench; Ctrl-C included. */
  readonly undo: AsyncDisposableStack
}

/** A figure to reach, and what was measured. */
export interface Goal {
  readonly what: string
  readonly measured: number
  readonly limit: number
  readonly direction: 'at least' | 'at most'
}

/** One line of the table; cells by column, null where the column means nothing. */
export interface Line {
  readonly name: string
  readonly cells: Readonly<Record<string, number | null>>
}

export interface BenchResult {
  readonly title: string
  /** Medians over the rounds. */
  readonly lines: readonly Line[]
  readonly goals: readonly Goal[]
  /** How it was measured and what the figures leave out. */
  readonly notes: readonly string[]
  /** Every round, for the JSON file. */
  readonly rounds: readonly Line[]
}

/** What `bench/<name>.ts` exports. */
export interface Bench {
  run(options: BenchOptions): Promise<BenchResult>
}

export const isMet = ({ measured, limit, direction }: Goal): boolean =>
  direction === 'at least' ? measured >= limit : measured <= limit
