import type { Client } from '@temporalio/client'
import { NativeConnection } from '@temporalio/worker'
import type { Config } from '../config.ts'
import { inWords } from '../doctor/words.ts'
import { doubling, retry } from '../lifecycle.ts'
import type { Logger } from '../telemetry/logger.ts'
import { isRefusal, mustWrite, whyAway } from '../temporal/admission.ts'
import { connectionSettings } from '../temporal/client.ts'
import { temporalFault } from '../temporal/faults.ts'
import { renewCertificates } from '../temporal/renewed.ts'
import { renewToken } from '../temporal/token-file.ts'

const ASK_MS = 5_000

/** The connection of a process's workers: another one after its certificates were renewed. */
export interface WorkersConnection {
  readonly current: NativeConnection
  close(): Promise<void>
}

/**
 * Waits for a Temporal server that is away, or does not let this process in: accepted work waits in the rows meanwhile.
 * @param open a client of this process, which asks first: its errors have codes, those of the native connection are texts
 * @param moved workers that have the connection of before go over to this one
 */
export async function connectWorkers(
  config: Config,
  logger: Logger,
  open: () => Promise<Client>,
  moved: (connection: NativeConnection) => void,
): Promise<WorkersConnection> {
  const namespace = config.TEMPORAL_NAMESPACE
  const connect = async () => {
    // Anew for each try: certificates are put right in their files.
    const client = await open()
    try {
      await client.withDeadline(Date.now() + ASK_MS, () => client.workflowService.describeNamespace({ namespace }))
    } catch (error) {
      // The workers say so, and `temporal:setup` may be at it.
      if (temporalFault(error) !== 'namespace_missing') throw error
    } finally {
      await client.connection.close()
    }
    mustWrite(config)
    return NativeConnection.connect(await connectionSettings(config))
  }
  const tell = async (error: unknown) => {
    const address = config.TEMPORAL_ADDRESS ?? '127.0.0.1:7233'
    const fault = await whyAway(error, config).catch(() => temporalFault(error))
    if (!isRefusal(fault)) return logger.warn({ err: error, address }, 'the Temporal server is away')
    const code = `temporal.${fault}` as const
    const words = inWords({ code, facts: { at: address, namespace } }, 'en')
    logger.error({ address, code, words }, 'the Temporal server does not let this process in')
  }
  let current = await retry(connect, {
    backoffMs: doubling(250, 5_000),
    failed: (error) => void tell(error),
  })
  const ends = [
    renewToken(config, (token) => {
      current
        .setApiKey(token)
        .catch((error: unknown) =>
          logger.warn({ err: error }, 'a renewed token for the Temporal server could not be taken up'),
        )
    }),
    renewCertificates(
      config,
      async () => {
        const before = current
        current = await connect()
        moved(current)
        // One that a worker on its way out still holds goes with it.
        await before.close().catch(() => {})
      },
      (error) => logger.warn({ err: error }, 'renewed certificates for the Temporal server could not be taken up'),
    ),
  ]
  return {
    get current() {
      return current
    },
    close: () => {
      for (const end of ends) end()
      return current.close()
    },
  }
}
