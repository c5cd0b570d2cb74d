import pg from 'pg'

/** One statement of a pipeline, and who waits for it. */
export interface Sent {
  readonly text: string
  readonly values: readonly unknown[]
  readonly resolve: (result: pg.QueryResult) => void
  readonly reject: (error: Error) => void
}

/** What the driver has and its types do not show: a statement with a result each, and how a value becomes a parameter. */
interface Protocol {
  parse(statement: { text: string; name: string }): void
  bind(parameters: { values: readonly unknown[]; valueMapper: (value: unknown) => unknown }): void
  describe(portal: { type: 'P'; name: string }): void
  execute(portal: { portal: string }): void
  sync(): void
}
const { prepareValue } = Reflect.get(pg, 'utils') as { prepareValue: (value: unknown) => unknown }
type Results = pg.QueryResult | pg.QueryResult[]
const asIs = (value: unknown) => value

/**
 * Statements that go out in one write and come back in one answer (https://www.postgresql.org/docs/current/protocol-flow.html,
 * "Pipelining"), in their order. They have one Sync at their end: when one fails, Postgres skips all that come after it, a `commit` too.
 * Those before the one that failed have their results; it and what was skipped reject with its error.
 */
export class Pipeline extends pg.Query {
  /** The driver's own. */
  declare private readonly _results: Results
  readonly #sent: readonly Sent[]
  /** Mapped before anything is written: a value that cannot be a parameter must not leave half of a transaction on the wire. */
  readonly #values: readonly (readonly unknown[])[]
  /** Resolves when all of them are, one way or the other. */
  readonly settled: Promise<void>

  /** @throws what a value's own conversion throws */
  constructor(sent: readonly Sent[]) {
    super(sent.map(({ text }) => text).join('; '), [])
    this.#sent = sent
    this.#values = sent.map(({ values }) => values.map(prepareValue))
    const { promise, resolve } = Promise.withResolvers<void>()
    this.settled = promise
    const callback = (error: Error | null, results: Results) => {
      this.#settle(error, results)
      resolve()
    }
    Object.assign(this, { callback })
  }

  requiresPreparation(): boolean {
    return true
  }

  prepare(connection: Protocol): void {
    for (const [i, { text }] of this.#sent.entries()) {
      connection.parse({ text, name: '' })
      connection.bind({ values: this.#values[i]!, valueMapper: asIs })
      connection.describe({ type: 'P', name: '' })
      connection.execute({ portal: '' })
    }
    connection.sync()
  }

  #settle(error: Error | null, results: Results): void {
    // On an error the driver gives no results; those that were complete are in its own fields. One that comes after all of them, as a
    // pooler's does that allows no transactions, is the last one's: somebody must hear of it.
    const complete = error ? this.#completed().slice(0, this.#sent.length - 1) : [results].flat()
    const failure = error ?? new Error(`${complete.length} results for ${this.#sent.length} statements`)
    for (const [i, { resolve, reject }] of this.#sent.entries()) {
      const result = complete[i]
      if (result) resolve(result)
      else reject(failure)
    }
  }

  #completed(): pg.QueryResult[] {
    // A result is complete with its command's tag.
    return [this._results].flat().filter(({ command }) => command)
  }
}
