import { NativeConnection } from '@temporalio/worker'
import type { Config } from '../config.ts'
import { inWords } from '../doctor/words.ts'
import { doubling, retry } from '../lifecycle.ts'
import type { Logger } from '../telemetry/logger.ts'
import { isRefusal, whyAway } from '../temporal/admission.ts'
import { connectionSettings } from '../temporal/client.ts'
import { temporalFault } from '../temporal/faults.ts'
import { renewToken } from '../temporal/token-file.ts'

/** Waits for a Temporal server that is away, or does not let this process in: accepted work waits in the rows meanwhile. */
export async function connectWorkers(config: Config, logger: Logger): Promise<NativeConnection> {
  const namespace = config.TEMPORAL_NAMESPACE
  const connect = async () => {
    // Anew for each try: certificates and tokens are put right in their files.
    const connection = await NativeConnection.connect(await connectionSettings(config))
    try {
      // A connection says nothing of a token: the first question does.
      await connection.workflowService.describeNamespace({ namespace })
    } catch (error) {
      if (temporalFault(error) === 'not_allowed') {
        await connection.close()
        throw error
      }
    }
    return connection
  }
  const tell = async (error: unknown) => {
    const address = config.TEMPORAL_ADDRESS ?? '127.0.0.1:7233'
    const fault = await whyAway(error, config).catch(() => temporalFault(error))
    if (!isRefusal(fault)) return logger.warn({ err: error, address }, 'the Temporal server is away')
    const code = `temporal.${fault}` as const
    const words = inWords({ code, facts: { at: address, namespace } }, 'en')
    logger.error({ address, code, words }, 'the Temporal server does not let this process in')
  }
  const connection = await retry(connect, {
    backoffMs: doubling(250, 5_000),
    failed: (error) => void tell(error),
  })
  const end = renewToken(config, (token) => {
    connection
      .setApiKey(token)
      .catch((error: unknown) =>
        logger.warn({ err: error }, 'a renewed token for the Temporal server could not be taken up'),
      )
  })
  const close = connection.close.bind(connection)
  connection.close = () => {
    end()
    return close()
  }
  return connection
}
