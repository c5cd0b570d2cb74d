import { DBOS } from '@dbos-inc/dbos-sdk'
import { askModel, insertRow, serve, setting } from './job.mjs'

/** DBOS Transact: a workflow of two steps in this very process, each step a row of its system database. */
const run = DBOS.registerWorkflow(
  async (id, prompt) => {
    const script = await DBOS.runStep(() => askModel(prompt), { name: 'ask' })
    await DBOS.runStep(() => insertRow(id, script), { name: 'keep' })
  },
  { name: 'generation' },
)
DBOS.setConfig({
  name: 'bench',
  systemDatabaseUrl: setting('BENCH_ENGINE_URL'),
  logLevel: 'error',
})
await DBOS.launch()
serve((id, prompt) => DBOS.startWorkflow(run, { workflowID: id })(id, prompt))
