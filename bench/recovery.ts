import { setTimeout as delay } from 'node:timers/promises'
import { startHeldModel } from './held-model.ts'
import type { BenchOptions, BenchResult, Line } from './result.ts'
import { medians } from './numbers.ts'
import { openPool, startStack } from './stack.ts'
import { startOurSystem } from './system.ts'

const IN_FLIGHT = 50
/** What the model takes for an answer: after a kill it takes it once more, which is not ours to shorten. */
const MODEL_MS = 5_000
const BRIEF = 'Рекламный ролик о термосе, который держит тепло сутки. Показать поход и офис.'

/** Who takes up the work of the process that is killed. */
const HEIRS = ['the same process, started again', 'another process that lives'] as const
type Heir = (typeof HEIRS)[number]

/** `kill -9` of the workers with fifty calls out: how long the last of them takes beyond the model's own time. */
export async function run(options: BenchOptions): Promise<BenchResult> {
  const { rounds: count, undo, say } = options
  const stack = await startStack(options)
  const model = await startHeldModel(undo, MODEL_MS)
  const system = await startOurSystem(stack, {
    ...{ OPENAI_BASE_URL: model.url, OPENAI_MODEL: 'bench', AI_REPAIR_ROUNDS: '0', AI_TIMEOUT_MS: '120000' },
    AI_CONCURRENCY: String(IN_FLIGHT + 10),
  })
  const pool = openPool(undo, stack.databaseUrl('ai'))
  const allFinished = async (ids: readonly string[]) => {
    const open = 'select 1 from operations where id = any($1) and finished_at is null limit 1'
    while ((await pool.query(open, [ids])).rowCount !== 0) await delay(20)
  }
  const wrong = "select count(*)::int as n from operations where id = any($1) and status <> 'succeeded'"

  const measure = async (heir: Heir): Promise<Line> => {
    const killed = system.workers
    // The calls are spread over both then, and those of the one that is killed go over to the other.
    if (heir === 'another process that lives') await system.startWorkers()
    const before = model.count
    const ids = await Promise.all(Array.from({ length: IN_FLIGHT }, () => system.generate(BRIEF)))
    while (model.count - before < IN_FLIGHT) await model.next()
    const at = performance.now()
    killed.kill()
    await killed.exited
    if (heir === 'the same process, started again') await system.startWorkers()
    await allFinished(ids)
    const beyond = (performance.now() - at - MODEL_MS) / 1000
    const lost = (await pool.query<{ n: number }>(wrong, [ids])).rows[0]!.n
    const twice = model.count - before - IN_FLIGHT
    say(
      `${heir}: the last of ${IN_FLIGHT} ${beyond.toFixed(1)} s beyond the model; ${twice} calls made twice, ${lost} lost`,
    )
    return { name: heir, cells: { 'last s beyond model': beyond, 'calls made twice': twice, lost } }
  }

  const rounds: Line[] = []
  for (let round = 0; round < count; round++)
    for (const heir of round % 2 === 0 ? HEIRS : HEIRS.toReversed()) rounds.push(await measure(heir))
  const lines = medians(rounds)
  const cell = (heir: Heir, name: string) => lines.find((line) => line.name === heir)?.cells[name] ?? Number.NaN
  return {
    title: `kill -9 of the worker process with ${IN_FLIGHT} model calls out`,
    lines,
    goals: [
      {
        what: `${HEIRS[0]}: last done beyond the model, s`,
        measured: cell(HEIRS[0], 'last s beyond model'),
        limit: 3,
        direction: 'at most',
      },
      {
        what: `${HEIRS[1]}: last done beyond the model, s`,
        measured: cell(HEIRS[1], 'last s beyond model'),
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
      'The boot of a process that is started again is within its time.',
    ],
    rounds,
  }
}
