import { randomUUID } from 'node:crypto'
import type { Client } from '@temporalio/client'
import { freePort } from '../local/processes/ports.ts'
import { BARE_TABLE } from './bare/steps.ts'
import type { BenchOptions } from './result.ts'
import { startRivals } from './rivals.ts'
import { openPool, type Stack } from './stack.ts'
import { startOurSystem } from './system.ts'
import { startWatcher } from './watcher.ts'

/** The model's own time for one script. Far below a real one's, so that what we add shows. */
export const LATENCY_MS = 200

export interface Done {
  readonly id: string
  /** Milliseconds since 1970. */
  readonly acceptedAt: number
  readonly readableAt: number
}

export interface Subject {
  readonly name: string
  /** It has a history on the Temporal server. */
  readonly isWorkflow: boolean
  /** What another engine does not promise. */
  readonly lacks?: string
  /** Its own processes. */
  readonly pids: () => number[]
  /** The server that it needs beside Postgres. */
  readonly engine: () => number[]
  readonly once: (i: number) => Promise<Done>
}

const brief = (i: number) => `Рекламный ролик о термосе, который держит тепло сутки. Показать поход и офис. Номер ${i}.`

/**
 * Ours, the bare workflow, other engines where they are asked for, and fetch + insert: all on the same servers and the same model.
 * @param atOnce jobs that are at work at a time
 */
export async function startSubjects(
  options: BenchOptions,
  stack: Stack,
  client: Client,
  atOnce: number,
): Promise<Subject[]> {
  const { undo, say } = options
  const [modelPort, plainPort] = [await freePort(), await freePort()]
  const modelUrl = `http://127.0.0.1:${modelPort}/v1`
  await stack.program('model', 'bare/model.ts', { BENCH_PORT: String(modelPort), BENCH_LATENCY_MS: String(LATENCY_MS) })

  const maintenance = openPool(undo, stack.postgres.url)
  await maintenance.query('create database bench')
  const results = openPool(undo, stack.databaseUrl('bench'))
  await results.query(BARE_TABLE)
  const env = {
    BENCH_DATABASE_URL: stack.databaseUrl('bench'),
    BENCH_MODEL_URL: modelUrl,
    BENCH_TEMPORAL_ADDRESS: stack.temporal.address,
    BENCH_PORT: String(plainPort),
  }
  const worker = await stack.program('worker', 'bare/worker.ts', { ...env, BENCH_QUEUE: 'bare', BENCH_BEAT_MS: '0' })
  const plain = await stack.program('plain', 'bare/plain.ts', env)
  const system = await startOurSystem(stack, {
    OPENAI_BASE_URL: modelUrl,
    // One call each, as the bare ones make: what this model writes would be sent back by the checks.
    AI_REPAIR_ROUNDS: '0',
    OPENAI_MODEL: 'bench',
  })

  const operations = startWatcher(
    undo,
    openPool(undo, stack.databaseUrl('ai')),
    `select id, finished_at as at, status = 'succeeded' as ok from operations where id = any($1) and finished_at is not null`,
  )
  const rows = startWatcher(undo, results, 'select id, stored_at as at, true as ok from results where id = any($1)')
  const rivals = options.rivals ? await startRivals(undo, stack, { say, modelUrl, atOnce }) : []
  return [
    {
      ...{ name: 'ours', isWorkflow: true, engine: stack.temporal.pids },
      pids: () => [system.api.pid, system.workers.pid],
      once: async (i) => {
        const id = await system.generate(brief(i))
        const acceptedAt = Date.now()
        return { id, acceptedAt, readableAt: await operations.finished(id) }
      },
    },
    {
      ...{ name: 'bare workflow', isWorkflow: true, engine: stack.temporal.pids },
      pids: () => [worker.pid],
      once: async (i) => {
        const id = randomUUID()
        await client.workflow.start('bare', { workflowId: id, taskQueue: 'bare', args: [brief(i)] })
        const acceptedAt = Date.now()
        return { id, acceptedAt, readableAt: await rows.finished(id) }
      },
    },
    ...rivals.map(({ name, lacks, pids, engine, accept }) => ({
      ...{ name, lacks, pids, engine, isWorkflow: false },
      once: async (i: number) => {
        const id = randomUUID()
        await accept(id, brief(i))
        const acceptedAt = Date.now()
        return { id, acceptedAt, readableAt: await rows.finished(id) }
      },
    })),
    {
      ...{ name: 'fetch + insert', isWorkflow: false, engine: () => [] },
      pids: () => [plain.pid],
      once: async (i) => {
        const acceptedAt = Date.now()
        const response = await fetch(`http://127.0.0.1:${plainPort}/`, { method: 'POST', body: brief(i) })
        if (response.status !== 201) throw new Error(`fetch + insert answered ${response.status}`)
        return { id: '', acceptedAt, readableAt: Date.now() }
      },
    },
  ]
}
