import { Client, Connection } from '@temporalio/client'
import { closedLoop } from './load.ts'
import { countActions } from './actions.ts'
import { startSubjects, LATENCY_MS, type Subject } from './subjects.ts'
import { medians, ratio, spread } from './numbers.ts'
import type { BenchOptions, BenchResult, Line } from './result.ts'
import { startStack } from './stack.ts'
import { residentMib, startMeter } from './usage.ts'

const CROWD = 50
/** One after another: what a lone person waits, without a queue. */
const ALONE = 1
const at = (name: string, concurrency: number) => `${name} ×${concurrency}`
const BEYOND = 'p50 beyond model'
const HISTORIES = 10

/** A brief to a stored script, against the least durable workflow, other engines where asked for, and against no durability. */
export async function run(options: BenchOptions): Promise<BenchResult> {
  const { undo } = options
  const stack = await startStack(options)
  const connection = await Connection.connect({ address: stack.temporal.address })
  undo.defer(() => connection.close())
  const client = new Client({ connection })
  const subjects = await startSubjects(options, stack, client, CROWD)

  const measure = async (
    subject: Subject,
    count: number,
    concurrency: number,
  ): Promise<{ line: Line; ids: string[] }> => {
    const used = startMeter({ own: subject.pids, servers: () => [...subject.engine(), ...stack.postgresPids()] })
    const { seconds, results } = await closedLoop(count, concurrency, subject.once)
    const { own, servers } = used() as { own: number; servers: number }
    const waits = results.map(({ acceptedAt, readableAt }) => readableAt - acceptedAt)
    const times = spread(waits)
    const cells = {
      'done/s': count / seconds,
      ...times,
      [BEYOND]: times['p50 ms'] - LATENCY_MS,
      'CPU s/1,000': (own / count) * 1000,
      'servers’ CPU s/1,000': (servers / count) * 1000,
      'RSS MiB': residentMib(subject.pids()),
    }
    return { line: { name: at(subject.name, concurrency), cells }, ids: results.map(({ id }) => id) }
  }

  const crowd = options.quick ? 60 : 200
  const alone = options.quick ? 3 : 8
  const rounds: Line[] = []
  const counts = new Map<string, { actions: number; events: number }>()
  for (let round = 0; round <= options.rounds; round++) {
    // Round 0 warms the compilers and caches up and is not counted. The order turns with each round.
    const turn = round % subjects.length
    for (const subject of [...subjects.slice(turn), ...subjects.slice(0, turn)]) {
      if (round === 0) {
        await measure(subject, CROWD, CROWD)
        continue
      }
      for (const [count, concurrency] of [
        [crowd, CROWD],
        [alone, ALONE],
      ] as const) {
        const { line, ids } = await measure(subject, count, concurrency)
        rounds.push(line)
        options.say(`generation ${round}/${options.rounds} ${line.name}: ${line.cells['done/s']!.toFixed(1)}/s`)
        if (!subject.isWorkflow) continue
        for (const id of ids.slice(-HISTORIES)) {
          const one = countActions(await client.workflow.getHandle(id).fetchHistory())
          const most = counts.get(subject.name)
          counts.set(subject.name, {
            actions: Math.max(one.actions, most?.actions ?? 0),
            events: Math.max(one.events, most?.events ?? 0),
          })
        }
      }
    }
  }
  const [ours, bare, plain] = ['ours', 'bare workflow', 'fetch + insert'] as const
  const counted = (name: string) => counts.get(name) ?? { actions: NaN, events: NaN }
  const lines = medians(rounds).map(({ name, cells }) => {
    const found = [...counts].find(([subject]) => name.startsWith(subject))?.[1]
    return { name, cells: { ...cells, actions: found?.actions ?? null, events: found?.events ?? null } }
  })
  return {
    title: `brief → stored script; the model takes ${LATENCY_MS} ms; ${crowd} a round ${CROWD} at a time, ${alone} one after another`,
    lines: lines.toSorted((a, b) => Number(a.name.endsWith(`×${ALONE}`)) - Number(b.name.endsWith(`×${ALONE}`))),
    goals: [
      {
        what: `done/s ×${CROWD}, ours : bare workflow`,
        measured: ratio(rounds, 'done/s', at(ours, CROWD), at(bare, CROWD)),
        limit: 0.85,
        direction: 'at least',
      },
      {
        what: `time beyond the model (p50) ×${CROWD}, ours : bare workflow`,
        measured: ratio(rounds, BEYOND, at(ours, CROWD), at(bare, CROWD)),
        limit: 2,
        direction: 'at most',
      },
      {
        what: `time beyond the model (p50) ×${ALONE}, ours : bare workflow`,
        measured: ratio(rounds, BEYOND, at(ours, ALONE), at(bare, ALONE)),
        limit: 1.5,
        direction: 'at most',
      },
      {
        what: `own CPU ×${CROWD}, ours : bare workflow`,
        measured: ratio(rounds, 'CPU s/1,000', at(ours, CROWD), at(bare, CROWD)),
        limit: 2,
        direction: 'at most',
      },
      {
        what: `servers’ CPU ×${CROWD}, Postgres with it, ours : bare workflow`,
        measured: ratio(rounds, 'servers’ CPU s/1,000', at(ours, CROWD), at(bare, CROWD)),
        limit: 1.3,
        direction: 'at most',
      },
      {
        what: 'Temporal actions a generation (most seen)',
        measured: counted(ours).actions,
        limit: 4,
        direction: 'at most',
      },
      {
        what: 'history events a generation (most seen)',
        measured: counted(ours).events,
        limit: 20,
        direction: 'at most',
      },
    ],
    notes: [
      `the Temporal server: ${options.server === 'dev' ? 'dev server on SQLite' : 'production server on a Postgres of its own'}`,
      ...subjects.flatMap(({ name, lacks }) => (lacks ? [`${name}: ${lacks}`] : [])),
      `ours : ${plain} ×${CROWD} done/s: ${ratio(rounds, 'done/s', at(ours, CROWD), at(plain, CROWD)).toFixed(2)}`,
      'times run from accepted (202; the workflow started) to the row’s own time of being finished; for fetch + insert from the request to its answer',
      'CPU and RSS: ours api + workers; the bare workflow its worker alone, which the bench starts workflows for; servers: Postgres and the engine’s own',
      'actions by docs.temporal.io/evaluate/cloud/actions; not in a history: a heartbeat action each 25 s of a longer model call, and the surcharge on fairness keys',
    ],
    rounds,
  }
}
