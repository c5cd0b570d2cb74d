import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { Client, Connection, type TLSConfig, type WorkflowClientInterceptor } from '@temporalio/client'
import type { DataConverter } from '@temporalio/common'
import { createPayloadCodec } from './codec.ts'
import type { Config } from '../config.ts'
import type { Keys } from '../keys/keys.ts'
import { inSpan, KIND } from '../telemetry/spans.ts'
import { identityOf } from './identity.ts'
import { renewedConnection } from './renewed.ts'
import { endableRetries } from './retries.ts'
import { tokenOf } from './token-file.ts'
import { currentTrace } from '../telemetry/trace.ts'
import { withTraceIn } from '../contracts/trace-header.ts'

/** Loaded by the client, the workers and the workflow bundle: failures are encrypted like payloads. */
export const failureConverterPath = fileURLToPath(new URL('../workflows/failure-converter.ts', import.meta.url))

/** How values become payloads, the same for every client and worker. */
export const dataConverter = (keys: Pick<Keys, 'payload'>): DataConverter => ({
  payloadCodecs: [createPayloadCodec(keys.payload)],
  failureConverterPath,
})

export interface ConnectionSettings {
  readonly address: string
  readonly apiKey?: string
  readonly tls?: TLSConfig | true
}

/** Where the Temporal server is and how to be let in. */
export async function connectionSettings(config: Config): Promise<ConnectionSettings> {
  const pem = async (path: string | undefined) => (path === undefined ? undefined : await readFile(path))
  const [crt, key, ca] = await Promise.all([
    pem(config.TEMPORAL_TLS_CERT),
    pem(config.TEMPORAL_TLS_KEY),
    pem(config.TEMPORAL_TLS_CA),
  ])
  const tls: TLSConfig = {
    ...(crt && key && { clientCertPair: { crt, key } }),
    ...(ca && { serverRootCACertificate: ca }),
  }
  const apiKey = tokenOf(config)
  return {
    address: config.TEMPORAL_ADDRESS ?? '127.0.0.1:7233',
    ...(apiKey !== undefined && { apiKey }),
    ...(Object.keys(tls).length > 0 ? { tls } : apiKey !== undefined && { tls: true as const }),
  }
}

/** An execution belongs to the trace in which it is started. */
const traceStarts: WorkflowClientInterceptor = {
  startWithDetails: (input, next) =>
    inSpan(
      {
        name: `StartWorkflow:${input.workflowType}`,
        kind: KIND.client,
        attributes: () => ({ 'workflow.id': input.options.workflowId, 'workflow.task_queue': input.options.taskQueue }),
      },
      () => next({ ...input, headers: withTraceIn(input.headers, currentTrace()) }),
    ),
}

/**
 * A server that is gone without a word is noticed after 17 s. Temporal's frontend ends connections that ask more often than every 10 s; the
 * SDK's own pace (30 and 15 s) holds for workers, whose connection has no such setting. One that is away is connected to again each second:
 * left to itself gRPC waits for two minutes in the end.
 */
const CHANNEL = {
  'grpc.keepalive_time_ms': 12_000,
  'grpc.keepalive_timeout_ms': 5_000,
  'grpc.max_reconnect_backoff_ms': 1_000,
}

/** A client that connects when it is first used, so that a process starts (and accepts work) while Temporal is away. */
export async function createTemporalClient(
  config: Config,
  keys: Pick<Keys, 'payload'>,
  role = 'scenor',
): Promise<Client> {
  const open = async (): Promise<Connection> => {
    const retries = endableRetries()
    const { apiKey, ...settings } = await connectionSettings(config)
    const connection = Connection.lazy({
      ...settings,
      // Asked for each call: a new one is used as soon as it lies there.
      ...(apiKey !== undefined && { apiKey: () => tokenOf(config) ?? apiKey }),
      channelArgs: CHANNEL,
      interceptors: [retries.interceptor],
    })
    const close = connection.close.bind(connection)
    connection.close = () => retries.end().then(close)
    return connection
  }
  // Half renewed is seen whole at the next look; who stays out of it is told at the next call.
  const connection = await renewedConnection(config, open, () => {})
  return new Client({
    connection,
    namespace: config.TEMPORAL_NAMESPACE,
    identity: identityOf(role),
    dataConverter: dataConverter(keys),
    interceptors: { workflow: [traceStarts] },
  })
}
