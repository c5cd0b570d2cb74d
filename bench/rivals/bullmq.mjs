import { Queue, Worker } from 'bullmq'
import { Redis } from 'ioredis'
import { askModel, insertRow, serve, setting } from './job.mjs'

/** BullMQ: a job for each step; the first one adds the second. What is done is removed, as its guide advises. */
const connect = () => new Redis(setting('BENCH_REDIS_URL'), { maxRetriesPerRequest: null })
const options = { removeOnComplete: true, attempts: 10 }
const [ask, keep] = ['ask', 'keep'].map((name) => new Queue(name, { connection: connect() }))
const work = (name, concurrency, handle) => new Worker(name, handle, { connection: connect(), concurrency })
work('ask', Number(setting('BENCH_AT_ONCE')), async ({ id, data }) => {
  // A job that runs twice asks for the same second one.
  await keep.add('keep', { script: await askModel(data.prompt) }, { ...options, jobId: id })
})
work('keep', 10, ({ id, data }) => insertRow(id, data.script))
serve((id, prompt) => ask.add('ask', { prompt }, { ...options, jobId: id }))
