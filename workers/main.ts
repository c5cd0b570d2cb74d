import { loadConfig } from '../config.ts'
import { createProcessLifecycle } from '../lifecycle.ts'
import { createLogger } from '../telemetry/logger.ts'
import { startTracing } from '../telemetry/trace-exporter.ts'
import { createWorkers } from './root.ts'
import { installRuntime, sdkMetrics } from './runtime.ts'

/** A worker process: `WORKERS` chooses the services. */
const config = loadConfig(undefined, undefined, 'workers')
const logger = createLogger(config, 'workers')
const lifecycle = createProcessLifecycle(logger, config.workersDrainMs)
const tracing = startTracing(config, 'workers', logger)
lifecycle.onStop('traces', () => tracing?.stop())
const metrics = await sdkMetrics()
installRuntime(logger, metrics)
await createWorkers(config, { logger, lifecycle, attends: true, sdkMetrics: metrics.read })
lifecycle.ready()
