import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  sql,
  type CompiledQuery,
  type DatabaseConnection,
} from 'kysely'

/** The statements that code sends, to a database that finds nothing. */
export async function recorded<DB>(run: (db: Kysely<DB>) => Promise<unknown>): Promise<CompiledQuery[]> {
  const queries: CompiledQuery[] = []
  class Recorder extends DummyDriver {
    override acquireConnection(): Promise<DatabaseConnection> {
      return Promise.resolve({
        executeQuery: <R>(query: CompiledQuery) => {
          queries.push(query)
          return Promise.resolve({ rows: [] as R[] })
        },
        streamQuery: async function* () {
          throw new Error('nothing streams here')
        },
      })
    }
  }
  const db = new Kysely<DB>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new Recorder(),
      createIntrospector: (of) => new PostgresIntrospector(of),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  })
  await run(db)
  return queries
}

interface Node {
  readonly 'Node Type': string
  readonly 'Relation Name'?: string
  readonly 'Index Name'?: string
  readonly 'Shared Hit Blocks'?: number
  readonly 'Shared Read Blocks'?: number
  readonly Plans?: readonly Node[]
}

/** How the server runs a statement: what it reads whole, and how many blocks of 8 KB it touches. */
export interface Plan {
  readonly scanned: readonly string[]
  readonly indexes: readonly string[]
  readonly nodes: readonly string[]
  readonly blocks: number
  readonly ms: number
}

const nodesOf = (node: Node): Node[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)]

/** Runs a statement and takes it back; the second time, when the server has its catalogues in memory. */
export async function planOf<DB>(db: Kysely<DB>, query: CompiledQuery): Promise<Plan> {
  await explained(db, query)
  return explained(db, query)
}

async function explained<DB>(db: Kysely<DB>, { sql: text, parameters }: CompiledQuery): Promise<Plan> {
  const undo = new Error('taken back')
  let plan: Plan | undefined
  await db
    .transaction()
    .execute(async (trx) => {
      await sql`select set_config('scenor.removing', 'yes', true)`.execute(trx)
      const explain = { ...sql`x`.compile(trx), sql: `explain (analyze, buffers, format json) ${text}`, parameters }
      const { rows } = await trx.executeQuery<{ 'QUERY PLAN': [{ Plan: Node; 'Execution Time': number }] }>(explain)
      const [top] = rows[0]!['QUERY PLAN']
      const nodes = nodesOf(top.Plan)
      plan = {
        scanned: nodes.filter((n) => n['Node Type'] === 'Seq Scan').flatMap((n) => n['Relation Name'] ?? []),
        indexes: nodes.flatMap((n) => n['Index Name'] ?? []),
        nodes: nodes.map((n) => n['Node Type']),
        blocks: (top.Plan['Shared Hit Blocks'] ?? 0) + (top.Plan['Shared Read Blocks'] ?? 0),
        ms: top['Execution Time'],
      }
      throw undo
    })
    .catch((error: unknown) => {
      if (error !== undo) throw error
    })
  return plan!
}
