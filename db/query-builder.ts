import {
  DefaultConnectionProvider,
  DefaultQueryExecutor,
  Kysely,
  type ConnectionProvider,
  type DatabaseConnection,
  type DialectAdapter,
  type PostgresDialect,
  type QueryCompiler,
} from 'kysely'

/**
 * Hands the one connection of a transaction to all who ask, where the builder's own provider lets the next one wait for the answer of the
 * one before: the connection itself keeps the order, and sends at once what is asked for at once (`PipeliningClient`).
 */
class AtOnce implements ConnectionProvider {
  readonly #connection: Promise<DatabaseConnection>

  constructor(provider: ConnectionProvider) {
    this.#connection = provider.provideConnection((connection) => Promise.resolve(connection))
  }

  async provideConnection<T>(consumer: (connection: DatabaseConnection) => Promise<T>): Promise<T> {
    return consumer(await this.#connection)
  }
}

class Executor extends DefaultQueryExecutor {
  readonly #parts: readonly [QueryCompiler, DialectAdapter]

  constructor(compiler: QueryCompiler, adapter: DialectAdapter, provider: ConnectionProvider) {
    super(compiler, adapter, provider)
    this.#parts = [compiler, adapter]
  }

  override withConnectionProvider(provider: ConnectionProvider): Executor {
    return new Executor(...this.#parts, new AtOnce(provider))
  }
}

/** A query builder; statements of a transaction that do not wait for each other (`Promise.all`) go out in one write, in their order. */
export function queryBuilder<DB>(dialect: PostgresDialect): Kysely<DB> {
  const driver = dialect.createDriver()
  // Hands the pool over; nothing connects.
  void driver.init()
  const provider = new DefaultConnectionProvider(driver)
  const executor = new Executor(dialect.createQueryCompiler(), dialect.createAdapter(), provider)
  return new Kysely<DB>({ config: { dialect }, dialect, driver, executor })
}
