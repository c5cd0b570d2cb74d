import { loadConfig } from '../config.ts'
import { createProcessLifecycle } from '../lifecycle.ts'
import { createLogger } from '../telemetry/logger.ts'
import { startTracing } from '../telemetry/trace-exporter.ts'
import { createApi } from './root.ts'

/** An API process. */
const config = loadConfig(undefined, undefined, 'api')
const logger = createLogger(config, 'api')
const lifecycle = createProcessLifecycle(logger, config.DRAIN_S * 1000)
const tracing = startTracing(config, 'api', logger)
lifecycle.onStop('traces', () => tracing?.stop())
await createApi(config, { logger, lifecycle, attends: true })
lifecycle.ready()
