import { randomUUID } from 'node:crypto'
import { freePort } from '../local/processes/ports.ts'
import { BARE_TABLE } from './bare/steps.ts'
import { closedLoop } from './load.ts'
import { medians, ratio, spread } from './numbers.ts'
import type { BenchOptions, BenchResult, Line } from './result.ts'
import { serverFigures } from './server-figures.ts'
import { openPool, startStack } from './stack.ts'
import { startMeter } from './usage.ts'
import { startWatcher } from './watcher.ts'

/** How one durable step can be started: what mail, phone codes and purges are. */
const WAYS = { workflow: 'workflow', eager: 'workflow, started eagerly', standalone: 'standalone activity' } as const
const [CROWD, ALONE] = [50, 1]

/** What one step costs by each way of starting it, in one process over one connection. */
export async function run(options: BenchOptions): Promise<BenchResult> {
  const { undo, say, quick } = options
  const stack = await startStack(options)
  await openPool(undo, stack.postgres.url).query('create database bench')
  const results = openPool(undo, stack.databaseUrl('bench'))
  await results.query(BARE_TABLE)
  const rows = startWatcher(undo, results, 'select id, stored_at as at, true as ok from results where id = any($1)')
  const port = String(await freePort())
  const starter = await stack.program('starter', 'bare/starter.ts', {
    ...{ BENCH_DATABASE_URL: stack.databaseUrl('bench'), BENCH_MODEL_URL: '' },
    ...{ BENCH_TEMPORAL_ADDRESS: stack.temporal.address, BENCH_PORT: port },
  })

  const measure = async (way: string, count: number, concurrency: number): Promise<Line> => {
    const before = await serverFigures(stack.temporal.metricsPort)
    const used = startMeter({ own: () => [starter.pid], engine: stack.temporal.pids })
    const { seconds, results: waits } = await closedLoop(count, concurrency, async () => {
      const id = randomUUID()
      const asked = Date.now()
      const answer = await fetch(`http://127.0.0.1:${port}/${way}/${id}`, { method: 'POST' })
      if (answer.status !== 202) throw new Error(`${way}: ${answer.status} ${await answer.text()}`)
      return (await rows.finished(id)) - asked
    })
    // What follows the row, down to the list of executions, is its cost too: this waits for it.
    const after = await serverFigures(stack.temporal.metricsPort)
    const { own = 0, engine = 0 } = used()
    return {
      name: `${WAYS[way as keyof typeof WAYS]} ×${concurrency}`,
      cells: {
        'done/s': count / seconds,
        ...spread(waits),
        'own CPU s/1,000': (own / count) * 1000,
        'server’s CPU s/1,000': (engine / count) * 1000,
        'actions each': (after.actions - before.actions) / count,
        'server’s writes each': (after.writes - before.writes) / count,
      },
    }
  }

  const rounds: Line[] = []
  const ways = Object.keys(WAYS)
  for (let round = 0; round <= options.rounds; round++)
    for (const way of [...ways.slice(round % ways.length), ...ways.slice(0, round % ways.length)]) {
      // Round 0 warms up.
      if (round === 0) await measure(way, CROWD, CROWD)
      else rounds.push(await measure(way, quick ? 100 : 400, CROWD), await measure(way, quick ? 5 : 30, ALONE))
      say(`starts ${round}/${options.rounds} ${way}`)
    }
  const compared = (column: string, at: number) =>
    [WAYS.eager, WAYS.standalone].map(
      (way) =>
        `${column} ×${at}, ${way} : workflow: ${ratio(rounds, column, `${way} ×${at}`, `workflow ×${at}`).toFixed(2)}`,
    )
  return {
    title: 'one durable step, a row written, by each way of starting it',
    lines: medians(rounds).toSorted((a, b) => Number(a.name.endsWith('×1')) - Number(b.name.endsWith('×1'))),
    goals: [],
    notes: [
      ...[...compared('done/s', CROWD), ...compared('server’s CPU s/1,000', CROWD), ...compared('p50 ms', ALONE)],
      'times from the request for a start to the row',
    ],
    rounds,
  }
}
