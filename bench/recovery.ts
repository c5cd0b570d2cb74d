import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import type { Running } from '../local/processes/running.ts'
import { startHeldModel } from './held-model.ts'
import type { BenchOptions, BenchResult, Line } from './result.ts'
import { medians } from './numbers.ts'
import { startStack } from './stack.ts'
import { startOurSystem } from './system.ts'

const IN_FLIGHT = 50
/** What the model takes for an answer: after a kill it takes it once more, which is not ours to shorten. */
const MODEL_MS = 5_000
const BRIEF = 'Рекламный ролик о термосе, который держит тепло сутки. Показать поход и офис.'

/** Who is killed, and who takes up the work. */
const KILLS = [
  'workers: the same process, started again',
  'workers: another process that lives',
  'API',
  'Temporal',
  'Postgres',
] as const
type Kill = (typeof KILLS)[number]

/** `kill -9` of a process with fifty calls out: how long the last of them takes beyond the model's own time. */
export async function run(options: BenchOptions): Promise<BenchResult> {
  const { rounds: count, undo, say } = options
  const stack = await startStack(options)
  const model = await startHeldModel(undo, MODEL_MS)
  const system = await startOurSystem(stack, {
    ...{ OPENAI_BASE_URL: model.url, OPENAI_MODEL: 'bench', AI_REPAIR_ROUNDS: '0', AI_TIMEOUT_MS: '120000' },
    AI_CONCURRENCY: String(IN_FLIGHT + 10),
  })
  /** A connection for each question: Postgres is one of those that are killed. */
  const one = async (sql: string, ids: readonly string[]): Promise<number | undefined> => {
    const client = new pg.Client({ connectionString: stack.databaseUrl('ai') })
    client.on('error', () => {})
    try {
      await client.connect()
      return (await client.query<{ n: number }>(sql, [ids])).rows[0]?.n
    } finally {
      await client.end().catch(() => {})
    }
  }
  const open = 'select count(*)::int as n from operations where id = any($1) and finished_at is null'
  const wrong = "select count(*)::int as n from operations where id = any($1) and status <> 'succeeded'"
  const allFinished = async (ids: readonly string[]) => {
    while ((await one(open, ids).catch(() => undefined)) !== 0) await delay(20)
  }

  /** Resolves when what was killed is back. */
  const kill: Readonly<Record<Kill, () => Promise<unknown>>> = {
    [KILLS[0]]: async () => {
      await end(system.workers)
      await system.startWorkers()
    },
    [KILLS[1]]: () => end(other!),
    API: async () => {
      await end(system.api)
      await system.startApi()
    },
    Temporal: () => stack.temporal.restart(),
    Postgres: () => stack.restartPostgres(),
  }
  let other: Running | undefined

  const measure = async (what: Kill): Promise<Line> => {
    other = system.workers
    // The calls are spread over both then, and those of the one that is killed go over to the other.
    if (what === KILLS[1]) await system.startWorkers()
    const before = model.count
    const ids = await Promise.all(Array.from({ length: IN_FLIGHT }, () => system.generate(BRIEF)))
    while (model.count - before < IN_FLIGHT) await model.next()
    const at = performance.now()
    await kill[what]()
    const back = (performance.now() - at) / 1000
    await allFinished(ids)
    const beyond = (performance.now() - at - MODEL_MS) / 1000
    const lost = (await one(wrong, ids)) ?? IN_FLIGHT
    const twice = model.count - before - IN_FLIGHT
    say(
      `${what}: the last of ${IN_FLIGHT} ${beyond.toFixed(1)} s beyond the model; ${twice} calls made twice, ${lost} lost`,
    )
    return {
      name: what,
      cells: { 'back s': back, 'last s beyond model': beyond, 'calls made twice': twice, lost },
    }
  }

  const rounds: Line[] = []
  for (let round = 0; round < count; round++)
    for (const what of round % 2 === 0 ? KILLS : KILLS.toReversed()) rounds.push(await measure(what))
  const lines = medians(rounds)
  const cell = (what: Kill, name: string) => lines.find((line) => line.name === what)?.cells[name] ?? Number.NaN
  return {
    title: `kill -9 with ${IN_FLIGHT} model calls out`,
    lines,
    goals: [
      {
        what: `${KILLS[0]}: last done beyond the model, s`,
        measured: cell(KILLS[0], 'last s beyond model'),
        limit: 3,
        direction: 'at most',
      },
      {
        what: `${KILLS[1]}: last done beyond the model, s`,
        measured: cell(KILLS[1], 'last s beyond model'),
        limit: 5,
        direction: 'at most',
      },
      {
        what: 'lost',
        measured: Math.max(...rounds.map(({ cells }) => cells['lost'] ?? 0)),
        limit: 0,
        direction: 'at most',
      },
    ],
    notes: [
      `The model takes ${MODEL_MS / 1000} s; a call that was out at the kill is made again, since this provider keeps no responses.`,
      'The boot of a process that is started again is within its time; that of a server is not ours.',
      'An answer that comes while Postgres is away waits for it.',
    ],
    rounds,
  }
}

async function end(running: Running): Promise<void> {
  running.kill()
  await running.exited
}
