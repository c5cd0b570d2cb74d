import { PgBoss } from 'pg-boss'
import { askModel, insertRow, serve, setting } from './job.mjs'

/** pg-boss: a job for each step; the first one sends the second. Woken by NOTIFY, and as often as without it for what a NOTIFY missed. */
const boss = new PgBoss({ connectionString: setting('BENCH_ENGINE_URL'), useListenNotify: true })
boss.on('error', (error) => void process.stderr.write(`${error}\n`))
await boss.start()
const often = { notifyPollingIntervalSeconds: 2 }
for (const queue of ['ask', 'keep']) await boss.createQueue(queue, { notify: true })
await boss.work('ask', { ...often, localConcurrency: Number(setting('BENCH_AT_ONCE')) }, async ([job]) => {
  const { id, prompt } = job.data
  // A job that runs twice asks for the same second one.
  await boss.send('keep', { id, script: await askModel(prompt) }, { id: job.id })
})
await boss.work('keep', { ...often, localConcurrency: 10 }, async ([job]) => insertRow(job.data.id, job.data.script))
serve((id, prompt) => boss.send('ask', { id, prompt }, { id }))
