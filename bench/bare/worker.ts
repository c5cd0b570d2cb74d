import { fileURLToPath } from 'node:url'
import { NativeConnection, Worker } from '@temporalio/worker'
import { createLogger } from '../../telemetry/logger.ts'
import { installRuntime } from '../../workers/runtime.ts'
import { readyUntilStopped } from './serve.ts'
import { setting } from './settings.ts'
import { createSteps } from './steps.ts'

/** The SDK's defaults, in a process of its own. */
installRuntime(createLogger({ LOG_LEVEL: 'error' }, 'bare'))
const worker = await Worker.create({
  connection: await NativeConnection.connect({ address: setting('BENCH_TEMPORAL_ADDRESS') }),
  taskQueue: 'bare',
  workflowsPath: fileURLToPath(new URL('workflow.ts', import.meta.url)),
  activities: createSteps(),
})
readyUntilStopped()
await worker.run()
