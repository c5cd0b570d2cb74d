import { Kysely, PostgresDialect } from 'kysely'
import { loadConfig } from '../config.ts'
import { migrate } from '../db/migrate.ts'
import { fillTables, ONE_OF_MANY } from '../test/support/large-tables.ts'
import { httpLoad } from './load.ts'
import { medians, ratio, spread } from './numbers.ts'
import type { BenchOptions, BenchResult, Line } from './result.ts'
import { openPool, startStack } from './stack.ts'
import { startOurSystem } from './system.ts'

/** Tables that only grow, and what one of a thousand people has in each. */
const GROWING = ['operations', 'operation_events', 'generations', 'calls', 'ledger'] as const
const PEOPLE = 1_000
const [FEW, MANY] = ['few', 'many'] as const
const CONNECTIONS = 4

/** What people's clients ask most of the service that writes, by the name under which it is told. */
const ASKED: Readonly<Record<string, (id: string) => string>> = {
  'one operation': (id) => `/operations/${id}`,
  'the newest 20': () => '/operations?limit=20',
  'the newest 20 that failed, of which there is none': () => '/operations?limit=20&status=failed',
  'events of one': (id) => `/operations/${id}/events`,
  'what was spent': () => '/ai/usage',
}

/**
 * The same person with the same rows in two databases, one of which has those of a thousand people: what her questions take in both, by
 * two APIs side by side.
 */
export async function run(options: BenchOptions): Promise<BenchResult> {
  const { undo, quick, say } = options
  const rows = quick ? 100_000 : 2_000_000
  const stack = await startStack(options)
  const small = stack.databaseUrl('ai_small')
  const { databases } = loadConfig({ DATABASE_URL: stack.postgres.url, AI_DATABASE_URL: small })
  if (databases) await migrate(databases)
  const system = await startOurSystem(stack)
  await system.workers.stop()
  const { id: person } = await system.scenor.call('GET /auth/me')
  const origins = {
    [MANY]: system.origin,
    [FEW]: (await system.another('api-small', { AI_DATABASE_URL: small })).origin,
  }
  const asked: Record<string, Record<string, string>> = {}
  for (const [of, url, people] of [
    [FEW, small, 1],
    [MANY, stack.databaseUrl('ai'), PEOPLE],
  ] as const) {
    const pool = openPool(undo, url)
    const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) })
    for (const table of GROWING) {
      await fillTables(db, 'ai', (rows / PEOPLE) * people, table)
      if (table === 'operation_events') continue
      await pool.query(`update ${table} set owner_id = $1 where $2 or owner_id = $3`, [
        person,
        people === 1,
        ONE_OF_MANY,
      ])
      say(`${table}: ${(rows / PEOPLE) * people} rows`)
    }
    await pool.query('vacuum analyze')
    const found = await pool.query<{ id: string }>(
      'select id from operations where owner_id = $1 order by created_at offset 50 limit 1',
      [person],
    )
    for (const [what, path] of Object.entries(ASKED))
      (asked[what] ??= {})[of] = `${origins[of]}/api/v1${path(found.rows[0]!.id)}`
  }
  const measured: Line[] = []
  const turns = quick ? 2 : options.rounds * 4
  for (const [what, urls] of Object.entries(asked))
    // Turn 0 warms up. The two take turns each second, so that what the machine does meanwhile meets both.
    for (let turn = 0; turn <= turns; turn++)
      for (const of of turn % 2 ? [FEW, MANY] : [MANY, FEW]) {
        const load = { url: urls[of]!, headers: system.headers, connections: CONNECTIONS, seconds: 1 }
        const { perSecond, times } = await httpLoad(load)
        if (turn > 0) measured.push({ name: `${what}, ${of}`, cells: { 'requests/s': perSecond, ...spread(times) } })
      }
  return {
    title: `${rows.toLocaleString('en')} operations, events, calls and rows of the ledger of ${PEOPLE} people, against those of one alone (${rows / PEOPLE} of each)`,
    lines: medians(measured),
    goals: Object.keys(ASKED).map((what) => ({
      what: `p95 of ${what}, with ${MANY} : with ${FEW}`,
      measured: ratio(measured, 'p95 ms', `${what}, ${MANY}`, `${what}, ${FEW}`),
      limit: 1.5,
      direction: 'at most',
    })),
    notes: [
      `${CONNECTIONS} connections; both databases on one Postgres, both vacuumed and analysed`,
      'what relays, leases and purges ask of tables so large is held to indexes by test/db/periodic.test.ts',
    ],
    rounds: measured,
  }
}
