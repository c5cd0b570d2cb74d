import { fileURLToPath } from 'node:url'
import { NativeConnection, Worker } from '@temporalio/worker'
import { createLogger } from '../../telemetry/logger.ts'
import { installRuntime } from '../../workers/runtime.ts'
import { readyUntilStopped } from './serve.ts'
import { setting } from './settings.ts'
import { createSteps } from './steps.ts'

/** The SDK's defaults, in a process of its own. With `BENCH_BEAT_MS` a call of the model beats so often, and each beat is sent. */
installRuntime(createLogger({ LOG_LEVEL: 'error' }, 'bare'))
const worker = await Worker.create({
  connection: await NativeConnection.connect({ address: setting('BENCH_TEMPORAL_ADDRESS') }),
  taskQueue: setting('BENCH_QUEUE'),
  workflowsPath: fileURLToPath(new URL('workflow.ts', import.meta.url)),
  activities: createSteps(Number(setting('BENCH_BEAT_MS'))),
  maxConcurrentActivityTaskExecutions: 1_000,
  maxHeartbeatThrottleInterval: '500ms',
})
readyUntilStopped()
await worker.run()
