import { fileURLToPath } from 'node:url'
import { Client } from '@temporalio/client'
import { NativeConnection, Worker } from '@temporalio/worker'
import { createLogger } from '../../telemetry/logger.ts'
import { installRuntime } from '../../workers/runtime.ts'
import { serve } from './serve.ts'
import { setting } from './settings.ts'
import { createSteps } from './steps.ts'

/** Starts jobs of one step and does them, in one process and over one connection, so that a start may be eager: `POST /WAY/ID`. */
installRuntime(createLogger({ LOG_LEVEL: 'error' }, 'starter'))
const connection = await NativeConnection.connect({ address: setting('BENCH_TEMPORAL_ADDRESS') })
const taskQueue = 'starts'
const worker = await Worker.create({
  ...{ connection, taskQueue, activities: createSteps() },
  workflowsPath: fileURLToPath(new URL('workflow.ts', import.meta.url)),
  maxConcurrentActivityTaskExecutions: 1_000,
})
const client = new Client({ connection })
const workflow = (requestEagerStart: boolean) => (workflowId: string) =>
  client.workflow.start('keep', { workflowId, taskQueue, requestEagerStart })
const ways: Readonly<Record<string, (id: string) => Promise<unknown>>> = {
  workflow: workflow(false),
  eager: workflow(true),
  standalone: (id) =>
    client.activity.start('insertRow', {
      ...{ id, taskQueue, startToCloseTimeout: '1 minute' },
      args: [{ id, script: '{}' }],
    }),
}
serve((request, response) => {
  const [, way = '', id = ''] = (request.url ?? '').split('/')
  const start = ways[way] ?? (() => Promise.reject(new Error(`no way ${way}`)))
  start(id).then(
    () => response.writeHead(202).end(),
    (error) => response.writeHead(500).end(String(error)),
  )
})
await worker.run()
