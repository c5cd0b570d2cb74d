/** One line of an answer of Prometheus. */
export interface Sample {
  readonly metric: Readonly<Record<string, string>>
  readonly value: number
}

/** One line of a graph: seconds of Unix time and value. */
export interface Line {
  readonly metric: Readonly<Record<string, string>>
  readonly values: readonly (readonly [number, number])[]
}

interface Answer {
  readonly status: string
  readonly error?: string
  readonly data?: {
    readonly result: readonly {
      metric: Record<string, string>
      value?: [number, string]
      values?: [number, string][]
    }[]
  }
}

/** Milliseconds: a month of raw data takes a while. */
const TIME_LIMIT_MS = 60_000

/** Asks a Prometheus. @throws Error with its own words where it refuses, or cannot be reached */
export class Prometheus {
  readonly #origin: string
  constructor(origin: string) {
    this.#origin = origin.replace(/\/$/, '')
  }

  /** @param at default: now */
  async query(query: string, at?: Date): Promise<Sample[]> {
    const result = await this.#ask('query', { query, ...(at && { time: String(at.getTime() / 1000) }) })
    return result.map(({ metric, value }) => ({ metric, value: Number(value?.[1]) }))
  }

  /** @param stepS seconds between two points */
  async range(query: string, from: Date, to: Date, stepS: number): Promise<Line[]> {
    const times = { start: String(from.getTime() / 1000), end: String(to.getTime() / 1000), step: String(stepS) }
    const result = await this.#ask('query_range', { query, ...times })
    return result.map(({ metric, values = [] }) => ({
      metric,
      values: values.map(([t, v]) => [t, Number(v)] as const),
    }))
  }

  async #ask(path: string, parameters: Record<string, string>): Promise<NonNullable<Answer['data']>['result']> {
    const response = await fetch(`${this.#origin}/api/v1/${path}`, {
      method: 'POST',
      body: new URLSearchParams(parameters),
      signal: AbortSignal.timeout(TIME_LIMIT_MS),
    })
    const answer = (await response.json()) as Answer
    if (answer.status !== 'success') throw new Error(answer.error ?? `Prometheus answered ${response.status}`)
    return answer.data?.result ?? []
  }
}
