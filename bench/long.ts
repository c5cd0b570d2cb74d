import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { Client, Connection } from '@temporalio/client'
import { freePort } from '../local/processes/ports.ts'
import { countActions } from './actions.ts'
import { BARE_TABLE } from './bare/steps.ts'
import { closedLoop } from './load.ts'
import { medians, percentile, ratio } from './numbers.ts'
import type { BenchOptions, BenchResult, Line } from './result.ts'
import { serverFigures } from './server-figures.ts'
import { openPool, startStack } from './stack.ts'
import { startOurSystem } from './system.ts'
import { residentMib, startMeter } from './usage.ts'
import { startWatcher } from './watcher.ts'

const BRIEF = 'Рекламный ролик о термосе, который держит тепло сутки. Показать поход и офис.'
/** Enough for clients of 200 that look each second, and far from what the API can bear. */
const LOOK_EVERY_MS = 10
const HISTORIES = 20
/** How often an activity beats that takes each second to be soon enough for a cancellation. */
const BEAT_MS = 750

interface Subject {
  readonly name: string
  readonly pids: () => number[]
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
  const [inFlight, shorter] = quick ? [40, 4] : [200, 1]
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
    return { name, pids: () => [worker.pid], once }
  }
  const system = await startOurSystem(stack, {
    ...{ OPENAI_BASE_URL: modelUrl, OPENAI_MODEL: 'bench', AI_REPAIR_ROUNDS: '0' },
    AI_CONCURRENCY: String(inFlight + 10),
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
  const subjects = [ours, await bare('bare workflow', 0), await bare(`bare, a beat each ${BEAT_MS} ms`, BEAT_MS)]

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

  const measure = async ({ name, pids, once, look }: Subject, count: number): Promise<Line> => {
    const before = await serverFigures(stack.temporalMetricsPort)
    const used = startMeter({ own: pids, temporal: () => [stack.temporal.pid], all: stack.serverPids })
    const ended = new AbortController()
    const looks = look ? lookAt(look, ended.signal) : Promise.resolve([])
    const { seconds, results: ids } = await closedLoop(count, count, once)
    ended.abort()
    const times = await looks
    const { own = 0, temporal = 0, all = 0 } = used()
    const memory = residentMib(pids())
    // A workflow ends a moment after its result is to be read. Asked for in the raw: memos are encrypted.
    for (const workflowId of ids) while (await isRunning(workflowId)) await delay(LOOK_EVERY_MS)
    const after = await serverFigures(stack.temporalMetricsPort)
    const histories = await Promise.all(
      ids.slice(-HISTORIES).map(async (id) => countActions(await client.workflow.getHandle(id).fetchHistory()).actions),
    )
    const each = (total: number) => total / count
    return {
      name,
      cells: {
        'all done s': seconds,
        'actions each, by the server': each(after.actions - before.actions),
        'actions each, by histories': each(histories.reduce((sum, n) => sum + n, 0) * (count / histories.length)),
        'server’s writes each': each(after.writes - before.writes),
        'own CPU s/1,000': each(own) * 1000,
        'Temporal’s CPU s/1,000': each(temporal) * 1000,
        'Postgres’ CPU s/1,000': each(all - temporal) * 1000,
        'RSS MiB': memory,
        'GET p50 ms': look ? percentile(times, 0.5) : null,
        'GET p99 ms': look ? percentile(times, 0.99) : null,
      },
    }
  }

  const rounds: Line[] = []
  for (let round = 0; round <= options.rounds; round++) {
    const turn = round % subjects.length
    for (const subject of [...subjects.slice(turn), ...subjects.slice(0, turn)]) {
      // Round 0 warms up and is not counted.
      const line = await measure(subject, round === 0 ? 10 : inFlight)
      if (round === 0) continue
      rounds.push(line)
      say(
        `long ${round}/${options.rounds} ${line.name}: ${line.cells['actions each, by the server']!.toFixed(1)} actions`,
      )
    }
  }
  const lines = medians(rounds)
  const cell = (name: string, column: string) => lines.find((line) => line.name === name)?.cells[column] ?? NaN
  return {
    title: `a model that streams for ${5 / shorter} to ${40 / shorter} s (${20 / shorter} in the mean), ${inFlight} in flight`,
    lines,
    goals: [
      {
        what: 'Temporal actions a generation, counted by the server',
        measured: cell('ours', 'actions each, by the server'),
        limit: 6,
        direction: 'at most',
      },
      {
        what: 'writes of the Temporal server, ours : the same with a beat',
        measured: ratio(rounds, 'server’s writes each', 'ours', subjects[2]!.name),
        limit: 0.5,
        direction: 'at most',
      },
      {
        what: `p99 of GET /operations/{id} with ${inFlight} in flight, ms`,
        measured: cell('ours', 'GET p99 ms'),
        limit: 50,
        direction: 'at most',
      },
    ],
    notes: [
      'actions and writes by the Temporal server’s own metrics `action` and `persistence_requests` of the namespace; histories do not hold heartbeats',
      'ours beats once in ten seconds of a call, for the case that nobody renews the lease of its process; the beating workflow as ours did before (ADR 14)',
      'CPU: ours api + workers; the bare workflows their workers alone',
    ],
    rounds,
  }
}
