import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Client, Connection } from '@temporalio/client'
import { BARE_TABLE } from './bare/steps.ts'
import { closedLoop } from './load.ts'
import { medians, ratio } from './numbers.ts'
import { makePartial } from './partial-indexes.ts'
import type { BenchOptions, BenchResult, Line } from './result.ts'
import { openPool, startPrograms } from './stack.ts'
import { startServerOnPostgres } from './temporal-servers.ts'
import { family, startMeter } from './usage.ts'
import { startWatcher } from './watcher.ts'

const DEFAULT = 'as it comes'
/** What an operator can do about the list of executions, each on a server and a Postgres of its own. */
const VARIANTS: readonly { readonly name: string; readonly isPartial?: true; readonly isSlow?: true }[] = [
  { name: DEFAULT },
  { name: 'partial indexes', isPartial: true },
  { name: 'its queue read twice a second', isSlow: true },
  { name: 'both', isPartial: true, isSlow: true },
]
const AT_ONCE = 50

/** What the list of executions (`executions_visibility`) costs a production server, and what two settings take off it. */
export async function run(options: BenchOptions): Promise<BenchResult> {
  const { undo, quick, say } = options
  const count = quick ? 100 : 400
  const folder = mkdtempSync(join(tmpdir(), 'scenor-bench-'))
  undo.defer(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
  const program = startPrograms({ undo, folder, profiles: options.profiles })
  const subjects: { name: string; measure: (count: number) => Promise<Line> }[] = []
  for (const { name, isPartial, isSlow } of VARIANTS) {
    const server = await startServerOnPostgres({
      ...{ folder: join(folder, name.replaceAll(' ', '-')), say },
      dynamicConfig: isSlow ? { 'history.visibilityProcessorMaxPollRPS': 2 } : {},
    })
    undo.defer(() => server.stop())
    const { postgres } = server
    const pool = openPool(undo, new URL('/temporal_visibility', postgres.url).href)
    if (isPartial) say(`${name}: ${await makePartial(pool)} indexes made partial`)
    await openPool(undo, postgres.url).query('create database bench')
    const bench = new URL('/bench', postgres.url).href
    const results = openPool(undo, bench)
    await results.query(BARE_TABLE)
    const rows = startWatcher(undo, results, 'select id, stored_at as at, true as ok from results where id = any($1)')
    const queue = name.replaceAll(' ', '-')
    const worker = await program(queue, 'bare/worker.ts', {
      ...{ BENCH_DATABASE_URL: bench, BENCH_MODEL_URL: '', BENCH_QUEUE: queue, BENCH_BEAT_MS: '0' },
      BENCH_TEMPORAL_ADDRESS: server.address,
    })
    const connection = await Connection.connect({ address: server.address })
    undo.defer(() => connection.close())
    const client = new Client({ connection })
    const one = async (sql: string) => (await pool.query<{ n: string }>(sql)).rows[0]!.n
    const measure = async (many: number): Promise<Line> => {
      const written = await one('select pg_current_wal_insert_lsn() as n')
      const used = startMeter({
        own: () => [worker.pid],
        server: () => server.pids().slice(0, 1),
        postgres: () => family(postgres.pid),
      })
      const { seconds, results: ids } = await closedLoop(many, AT_ONCE, async () => {
        const workflowId = randomUUID()
        await client.workflow.start('keep', { workflowId, taskQueue: queue })
        await rows.finished(workflowId)
        return workflowId
      })
      const began = performance.now()
      const listed = 'select count(*) as n from executions_visibility where workflow_id = any($1) and status <> 1'
      while (Number((await pool.query<{ n: string }>(listed, [ids])).rows[0]!.n) < many) await delay(50)
      const lag = performance.now() - began
      const { own = 0, server: ofServer = 0, postgres: ofPostgres = 0 } = used()
      const wal = await one(`select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '${written}') as n`)
      return {
        name,
        cells: {
          'done/s': many / seconds,
          'own CPU s/1,000': (own / many) * 1000,
          'server’s CPU s/1,000': (ofServer / many) * 1000,
          'its Postgres’ CPU s/1,000': (ofPostgres / many) * 1000,
          'its WAL KiB each': Number(wal) / 1024 / many,
          'all listed after ms': lag,
          'indexes MiB': Number(await one(`select pg_indexes_size('executions_visibility') as n`)) / 2 ** 20,
        },
      }
    }
    subjects.push({ name, measure })
  }
  const rounds: Line[] = []
  for (let round = 0; round <= options.rounds; round++) {
    const turn = round % subjects.length
    for (const { name, measure } of [...subjects.slice(turn), ...subjects.slice(0, turn)]) {
      // Round 0 warms up.
      const line = await measure(round === 0 ? AT_ONCE : count)
      if (round > 0) rounds.push(line)
      say(
        `visibility ${round}/${options.rounds} ${name}: ${line.cells['its WAL KiB each']!.toFixed(0)} KiB of WAL each`,
      )
    }
  }
  const columns = ['its WAL KiB each', 'its Postgres’ CPU s/1,000']
  const lines = medians(rounds)
  return {
    title: `a workflow of one step, ${count} a round ${AT_ONCE} at a time, on production servers`,
    lines: VARIANTS.flatMap(({ name }) => lines.filter((line) => line.name === name)),
    goals: [],
    notes: VARIANTS.slice(1).flatMap(({ name }) =>
      columns.map((column) => `${column}, ${name} : ${DEFAULT}: ${ratio(rounds, column, name, DEFAULT).toFixed(2)}`),
    ),
    rounds,
  }
}
