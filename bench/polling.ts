import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../local/processes/ports.ts'
import { httpLoad } from './load.ts'
import { medians, ratio, spread } from './numbers.ts'
import type { BenchOptions, BenchResult, Line } from './result.ts'
import { openPool, startStack } from './stack.ts'
import { startOurSystem } from './system.ts'
import { residentMib, startMeter } from './usage.ts'

const CONNECTIONS = 20
const OURS = 'GET /operations/{id}'
const BARE = 'bare Koa + pg'

/** Polling an operation's status against a handler that does nothing but the query. */
export async function run(options: BenchOptions): Promise<BenchResult> {
  const { undo } = options
  const stack = await startStack(options)
  const system = await startOurSystem(stack)
  const id = await system.generate('Реклама термоса, 30 секунд')
  const database = openPool(undo, stack.databaseUrl('ai'))
  while (
    (await database.query('select 1 from operations where id = $1 and finished_at is not null', [id])).rowCount === 0
  )
    await sleep(50)
  await system.workers.stop()
  const port = await freePort()
  const bare = await stack.program('handler', 'bare/handler.ts', {
    BENCH_PORT: String(port),
    BENCH_DATABASE_URL: stack.databaseUrl('ai'),
  })
  const subjects = [
    { name: OURS, pid: system.api.pid, url: `${system.origin}/api/v1/operations/${id}`, headers: system.headers },
    { name: BARE, pid: bare.pid, url: `http://127.0.0.1:${port}/${id}`, headers: {} },
  ]
  const seconds = options.quick ? 2 : 5
  const rounds: Line[] = []
  for (let round = 0; round <= options.rounds; round++) {
    // Round 0 warms the compilers up and is not counted. Every other round begins with the other one.
    for (const { name, pid, url, headers } of round % 2 ? subjects.toReversed() : subjects) {
      const used = startMeter({ own: () => [pid] })
      const { perSecond, count, times } = await httpLoad({
        url,
        headers,
        connections: CONNECTIONS,
        seconds: round === 0 ? 2 * seconds : seconds,
      })
      if (round === 0) continue
      const cpu = (used()['own']! / count) * 1000
      rounds.push({
        name,
        cells: { 'requests/s': perSecond, ...spread(times), 'CPU s/1,000': cpu, 'RSS MiB': residentMib([pid]) },
      })
      options.say(`polling ${round}/${options.rounds} ${name}: ${perSecond.toFixed(0)}/s`)
    }
  }
  return {
    title: `status polling on ${CONNECTIONS} connections, ${seconds} s a round`,
    lines: medians(rounds),
    goals: [
      {
        what: `requests/s, ${OURS} : ${BARE}`,
        measured: ratio(rounds, 'requests/s', OURS, BARE),
        limit: 0.6,
        direction: 'at least',
      },
    ],
    notes: [
      'ours: token and session checked, path checked, schema checked on the way out, ETag, a log line to a file; with Accept-Language, as browsers send',
      'the load generator shares the processors',
    ],
    rounds,
  }
}
