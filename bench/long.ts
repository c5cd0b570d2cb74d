import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { Client, Connection } from '@temporalio/client'
import { freePort } from '../local/processes/ports.ts'
import { countActions } from './actions.ts'
import { BARE_TABLE } from './bare/steps.ts'
import { closedLoop } from './load.ts'
import { medians, percentile, ratio } from './numbers.ts'
import type { BenchOptions, BenchResult, Goal, Line } from './result.ts'
import { startRivals } from './rivals.ts'
import { serverFigures } from './server-figures.ts'
import { openPool, startStack } from './stack.ts'
import { startOurSystem } from './system.ts'
import { residentMib, startMeter } from './usage.ts'
import { startWatcher } from './watcher.ts'

const BRIEF = 'Рекламный ролик о термосе, который держит тепло сутки. Показать поход и офис.'
/** Enough for clients of 200 that look each second, and far from what the API can bear. */
const LOOK_EVERY_MS = 10
const HISTORIES = 20
const WARM_UP = 5
const REST_S = 5
/** Of an engine that counts none. */
const NO_ACTIONS = {
  'actions each, by the server': null,
  'actions each, by histories': null,
  'server’s writes each': null,
}
/** How often an activity beats that takes each second to be soon enough for a cancellation. */
const BEAT_MS = 750
const BEATING = `bare, a beat each ${BEAT_MS} ms`
const UNSEEN = 'ours, nobody looks'
const at = (name: string, size: number) => `${name} ×${size}`

interface Subject {
  readonly name: string
  readonly pids: () => number[]
  /** The server that it needs beside Postgres. */
  readonly engine: () => number[]
  /** It has a history on the Temporal server. */
  readonly isWorkflow: boolean
  /** Has one script written; resolves with its workflow's id. */
  readonly once: () => Promise<string>
  /** Milliseconds that a client's look took, where there is an API. */
  readonly look?: (id: string) => Promise<number>
}

/**
 * Generations as they are: a model streams for 5 to 40 s (20 in the mean). What hundreds of them in flight cost the Temporal server, and
 * what people wait for a look at theirs meanwhile.
 */
export async function run(options: BenchOptions): Promise<BenchResult> {
  const { undo, say, quick } = options
  const shorter = quick ? 4 : 1
  const sizes = options.inFlight.length > 0 ? options.inFlight : quick ? [40] : [200]
  const largest = Math.max(...sizes)
  const stack = await startStack(options)
  const connection = await Connection.connect({ address: stack.temporal.address })
  undo.defer(() => connection.close())
  const client = new Client({ connection })
  const modelPort = String(await freePort())
  await stack.program('model', 'bare/streaming-model.ts', {
    BENCH_PORT: modelPort,
    BENCH_SHORTEST_MS: String(5_000 / shorter),
    BENCH_LONGEST_MS: String(40_000 / shorter),
  })
  const modelUrl = `http://127.0.0.1:${modelPort}/v1`
  await openPool(undo, stack.postgres.url).query('create database bench')
  const results = openPool(undo, stack.databaseUrl('bench'))
  await results.query(BARE_TABLE)
  const rows = startWatcher(undo, results, 'select id, stored_at as at, true as ok from results where id = any($1)')

  const bare = async (name: string, beatMs: number): Promise<Subject> => {
    const queue = `bare-${beatMs}`
    const worker = await stack.program(queue, 'bare/worker.ts', {
      ...{ BENCH_DATABASE_URL: stack.databaseUrl('bench'), BENCH_MODEL_URL: modelUrl },
      ...{ BENCH_TEMPORAL_ADDRESS: stack.temporal.address, BENCH_QUEUE: queue, BENCH_BEAT_MS: String(beatMs) },
    })
    const once = async () => {
      const workflowId = randomUUID()
      await client.workflow.start('bare', { workflowId, taskQueue: queue, args: [BRIEF] })
      await rows.finished(workflowId)
      return workflowId
    }
    return { name, pids: () => [worker.pid], engine: stack.temporal.pids, isWorkflow: true, once }
  }
  const system = await startOurSystem(stack, {
    ...{ OPENAI_BASE_URL: modelUrl, OPENAI_MODEL: 'bench', AI_REPAIR_ROUNDS: '0' },
    AI_CONCURRENCY: String(largest + 10),
  })
  const operations = startWatcher(
    undo,
    openPool(undo, stack.databaseUrl('ai')),
    `select id, finished_at as at, status = 'succeeded' as ok from operations where id = any($1) and finished_at is not null`,
  )
  const open = new Set<string>()
  const ours: Subject = {
    name: 'ours',
    pids: () => [system.api.pid, system.workers.pid],
    engine: stack.temporal.pids,
    isWorkflow: true,
    once: async () => {
      const id = await system.generate(BRIEF)
      open.add(id)
      await operations.finished(id)
      open.delete(id)
      return id
    },
    look: async (id) => {
      const since = performance.now()
      const answer = await fetch(`${system.origin}/api/v1/operations/${id}`, { headers: system.headers })
      await answer.arrayBuffer()
      if (answer.status !== 200) throw new Error(`GET of an operation answered ${answer.status}`)
      return performance.now() - since
    },
  }
  const rivals = options.rivals ? await startRivals(undo, stack, { say, modelUrl, atOnce: largest }) : []
  // Looks are people's, not the generation's: what a generation costs is measured without them.
  const { look: _, ...unseen } = ours
  const subjects: Subject[] = [
    ours,
    { ...unseen, name: UNSEEN },
    await bare('bare workflow', 0),
    // What it is to be compared with costs a round as long as the others.
    ...(options.rivals ? [] : [await bare(BEATING, BEAT_MS)]),
    ...rivals.map(({ name, pids, engine, accept }) => ({
      ...{ name, pids, engine, isWorkflow: false },
      once: async () => {
        const id = randomUUID()
        await accept(id, BRIEF)
        await rows.finished(id)
        return id
      },
    })),
  ]

  const isRunning = async (workflowId: string): Promise<boolean> => {
    const asked = { namespace: 'default', execution: { workflowId } }
    const { workflowExecutionInfo } = await client.workflowService.describeWorkflowExecution(asked)
    return !workflowExecutionInfo?.closeTime
  }

  /** Looks at what is in flight, one after the other, until it is told to end. */
  const lookAt = async (look: NonNullable<Subject['look']>, ended: AbortSignal): Promise<number[]> => {
    const times: number[] = []
    while (!ended.aborted) {
      const ids = [...open]
      const id = ids[times.length % ids.length]
      if (id !== undefined) times.push(await look(id))
      await delay(LOOK_EVERY_MS)
    }
    return times
  }

  /** Transactions that our Postgres has committed so far, all databases together, without the bench's own looks. */
  const transactions = async () => {
    const watchers = [rows, operations]
    const { rows: sums } = await results.query<{ n: string }>('select sum(xact_commit) as n from pg_stat_database')
    return Number(sums[0]!.n) - watchers.reduce((sum, { looks }) => sum + looks, 0)
  }

  const atRest = { cpu: 0, committed: 0 }
  /** What all of them ask of Postgres while nothing is to be done, each second. */
  const rest = async (): Promise<void> => {
    const used = startMeter({ postgres: stack.postgresPids })
    const before = await transactions()
    await delay(REST_S * 1000)
    atRest.committed = ((await transactions()) - before) / REST_S
    atRest.cpu = (used()['postgres'] ?? 0) / REST_S
  }

  const measure = async ({ name, pids, engine, isWorkflow, once, look }: Subject, count: number): Promise<Line> => {
    const before = await serverFigures(stack.temporal.metricsPort)
    const committed = await transactions()
    const hasApi = pids().length > 1
    const parts = { api: () => pids().slice(0, -1), own: pids, engine, postgres: stack.postgresPids }
    const used = startMeter(parts)
    const ended = new AbortController()
    const looks = look ? lookAt(look, ended.signal) : Promise.resolve([])
    const { seconds, results: ids } = await closedLoop(count, count, once)
    ended.abort()
    const times = await looks
    const { api = 0, own = 0, engine: ofEngine = 0, postgres = 0 } = used()
    const perThousand = (total: number) => (total / count) * 1000
    const cells = {
      'all done s': seconds,
      'own CPU s/1,000': perThousand(own),
      'of it the API': hasApi ? perThousand(api) : null,
      'engine’s CPU s/1,000': perThousand(ofEngine),
      'Postgres’ CPU s/1,000': perThousand(postgres),
      'Postgres’ transactions each': ((await transactions()) - committed - atRest.committed * seconds) / count,
      'RSS MiB': residentMib(pids()),
      'engine’s RSS MiB': residentMib(engine()),
      'GET p50 ms': look ? percentile(times, 0.5) : null,
      'GET p99 ms': look ? percentile(times, 0.99) : null,
    }
    if (!isWorkflow) return { name: at(name, count), cells: { ...NO_ACTIONS, ...cells } }
    // A workflow ends a moment after its result is to be read. Asked for in the raw: memos are encrypted.
    for (const workflowId of ids) while (await isRunning(workflowId)) await delay(LOOK_EVERY_MS)
    const after = await serverFigures(stack.temporal.metricsPort)
    const histories = await Promise.all(
      ids.slice(-HISTORIES).map(async (id) => countActions(await client.workflow.getHandle(id).fetchHistory()).actions),
    )
    return {
      name: at(name, count),
      cells: {
        'actions each, by the server': (after.actions - before.actions) / count,
        'actions each, by histories': histories.reduce((sum, n) => sum + n, 0) / histories.length,
        'server’s writes each': (after.writes - before.writes) / count,
        ...cells,
      },
    }
  }

  // Warms up: a few of each, all at once, since each takes as long as the model.
  await Promise.all(subjects.map((subject) => measure(subject, WARM_UP)))
  await rest()
  const rounds: Line[] = []
  for (let round = 1; round <= options.rounds; round++)
    for (const size of sizes) {
      const turn = (round + sizes.indexOf(size)) % subjects.length
      for (const subject of [...subjects.slice(turn), ...subjects.slice(0, turn)]) {
        const line = await measure(subject, size)
        rounds.push(line)
        say(
          `long ${round}/${options.rounds} ${line.name}: ${line.cells['own CPU s/1,000']!.toFixed(0)} own CPU s/1,000`,
        )
      }
    }
  const lines = medians(rounds)
  const cell = (name: string, column: string) => lines.find((line) => line.name === name)?.cells[column] ?? NaN
  return {
    title: `a model that streams for ${5 / shorter} to ${40 / shorter} s (${20 / shorter} in the mean), ${sizes.join(', ')} in flight`,
    lines,
    goals: sizes.flatMap((size): Goal[] => [
      {
        what: `Temporal actions a generation ×${size}, counted by the server`,
        measured: cell(at('ours', size), 'actions each, by the server'),
        limit: 6,
        direction: 'at most',
      },
      ...(options.rivals
        ? []
        : [
            {
              what: `writes of the Temporal server ×${size}, ours : the same with a beat`,
              measured: ratio(rounds, 'server’s writes each', at('ours', size), at(BEATING, size)),
              limit: 0.5,
              direction: 'at most',
            } as const,
          ]),
      {
        what: `own CPU ×${size}, ours (nobody looks) : bare workflow`,
        measured: ratio(rounds, 'own CPU s/1,000', at(UNSEEN, size), at('bare workflow', size)),
        limit: 2,
        direction: 'at most',
      },
      {
        what: `CPU of the Temporal server ×${size}, ours (nobody looks) : bare workflow`,
        measured: ratio(rounds, 'engine’s CPU s/1,000', at(UNSEEN, size), at('bare workflow', size)),
        limit: 1.3,
        direction: 'at most',
      },
      {
        what: `p99 of GET /operations/{id} ×${size}, ms`,
        measured: cell(at('ours', size), 'GET p99 ms'),
        limit: 50,
        direction: 'at most',
      },
    ]),
    notes: [
      `the Temporal server: ${options.server === 'dev' ? 'dev server on SQLite' : 'production server, its own Postgres in its figures'}`,
      ...rivals.map(({ name, lacks }) => `${name}: ${lacks}`),
      'actions and writes by the Temporal server’s own metrics `action` and `persistence_requests` of the namespace; histories do not hold heartbeats',
      'ours beats once in 25 s of a call, for the case that nobody renews the lease of its process; the beating workflow as ours did before (ADR 14)',
      'CPU: ours api + workers; the others their workers alone, which take no people’s requests; “ours” is looked at a hundred times a second',
      `Postgres: all of them together ask it for ${atRest.committed.toFixed(0)} transactions a second at rest, which are not in the figures, and ${(atRest.cpu * 1000).toFixed(0)} ms of processor time a second, which are`,
    ],
    rounds,
  }
}
