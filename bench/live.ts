import { startHeldModel } from './held-model.ts'
import { percentile, spread } from './numbers.ts'
import type { BenchOptions, BenchResult, Goal } from './result.ts'
import { openPool, startStack } from './stack.ts'
import { startOurSystem, type OurSystem } from './system.ts'

const BRIEF = 'Рекламный ролик о термосе, который держит тепло сутки. Показать поход и офис.'

/**
 * What a person and an operator notice of a generation beside its speed: its first sign of life, its end when cancelled, a killed worker.
 */
export async function run(options: BenchOptions): Promise<BenchResult> {
  const { quick, undo, say } = options
  const stack = await startStack(options)
  const model = await startHeldModel(undo)
  const system = await startOurSystem(stack, {
    OPENAI_BASE_URL: model.url,
    OPENAI_MODEL: 'bench',
    AI_REPAIR_ROUNDS: '0',
    AI_TIMEOUT_MS: '120000',
  })
  const pool = openPool(undo, stack.databaseUrl('ai'))
  const finished = async (id: string) => {
    const done = 'select 1 from operations where id = $1 and finished_at is not null'
    while ((await pool.query(done, [id])).rowCount === 0) await new Promise((resolve) => setTimeout(resolve, 20))
  }
  let generations = 0
  const generate = () => {
    generations++
    return system.generate(BRIEF)
  }

  const firstEvents: number[] = []
  const cancels: number[] = []
  for (let i = 0; i < (quick ? 5 : 30); i++) {
    const id = await generate()
    firstEvents.push(await firstEvent(system, id))
    const call = await model.next()
    const asked = Date.now()
    await system.scenor.call('POST /operations/{id}/cancel', { params: { id } })
    cancels.push((await call.closed) - asked)
    await finished(id)
  }
  say(
    `first event p95 ${percentile(firstEvents, 0.95)} ms; cancel to closed socket p95 ${percentile(cancels, 0.95)} ms`,
  )

  const recoveries: number[] = []
  for (let i = 0; i < (quick ? 1 : 5); i++) {
    const id = await generate()
    await model.next()
    system.workers.kill()
    await system.workers.exited
    const started = Date.now()
    await system.startWorkers()
    const again = await model.next()
    recoveries.push((again.arrivedAt - started) / 1000)
    again.answer()
    await finished(id)
    say(`killed worker ${i + 1}: taken up again ${recoveries.at(-1)!.toFixed(1)} s after its process was started`)
  }
  const goals: Goal[] = [
    {
      what: 'first event of the stream after acceptance, p95 ms',
      measured: percentile(firstEvents, 0.95),
      limit: 300,
      direction: 'at most',
    },
    {
      what: 'cancel to closed socket at the model, p95 ms',
      measured: percentile(cancels, 0.95),
      limit: 300,
      direction: 'at most',
    },
    {
      what: 'work of a killed worker taken up again after a process is started, its boot included, worst s',
      measured: Math.max(...recoveries),
      limit: 15,
      direction: 'at most',
    },
    {
      what: `model calls made twice, but those in flight at a kill (${generations} generations, ${recoveries.length} kills)`,
      measured: model.count - generations - recoveries.length,
      limit: 0,
      direction: 'at most',
    },
  ]
  return {
    title: `first sign of life, cancellation and a killed worker; ${cancels.length} generations, ${recoveries.length} kills`,
    lines: [
      { name: 'first event of the stream', cells: spread(firstEvents) },
      { name: 'cancel to closed socket', cells: spread(cancels) },
      { name: 'taken up again after a kill', cells: spread(recoveries.map((seconds) => seconds * 1000)) },
    ],
    goals,
    notes: ['the boot of a process that is started again is within its time'],
    rounds: [],
  }
}

/** Milliseconds from here, where the acceptance has just been read, to the first event of the operation's stream. */
async function firstEvent({ scenor }: OurSystem, id: string): Promise<number> {
  const accepted = Date.now()
  for await (const _ of scenor.operations.events(id)) return Date.now() - accepted
  throw new Error(`the stream of ${id} ended without an event`)
}
