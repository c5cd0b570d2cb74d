import { NativeConnection } from '@temporalio/worker'
import type { Config } from '../config.ts'
import { doubling, retry } from '../lifecycle.ts'
import type { Logger } from '../telemetry/logger.ts'
import { connectionSettings } from '../temporal/client.ts'

/** Waits for a Temporal server that is away: accepted work waits in the rows meanwhile. */
export async function connectWorkers(config: Config, logger: Logger): Promise<NativeConnection> {
  const settings = await connectionSettings(config)
  return retry(() => NativeConnection.connect(settings), {
    backoffMs: doubling(250, 5_000),
    failed: (error) => logger.warn({ err: error, address: settings.address }, 'the Temporal server is away'),
  })
}
