import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { Client, Connection, type TLSConfig } from '@temporalio/client'
import type { DataConverter } from '@temporalio/common'
import { createPayloadCodec } from './codec.ts'
import type { Config } from './config.ts'
import type { Keys } from './keys.ts'

/** Loaded by the client, the workers and the workflow bundle: failures are encrypted like payloads. */
export const failureConverterPath = fileURLToPath(new URL('./workflows/failure-converter.ts', import.meta.url))

/** How values become payloads, the same for every client and worker. */
export const dataConverter = (keys: Keys): DataConverter => ({ payloadCodecs: [createPayloadCodec(keys.payload)], failureConverterPath })

export interface ConnectionSettings {
  readonly address: string
  readonly apiKey?: string
  readonly tls?: TLSConfig | true
}

/** Where the Temporal server is and how to be let in. */
export async function connectionSettings(config: Config): Promise<ConnectionSettings> {
  const pem = async (path: string | undefined) => (path === undefined ? undefined : await readFile(path))
  const [crt, key, ca] = await Promise.all([pem(config.TEMPORAL_TLS_CERT), pem(config.TEMPORAL_TLS_KEY), pem(config.TEMPORAL_TLS_CA)])
  const tls: TLSConfig = { ...(crt && key && { clientCertPair: { crt, key } }), ...(ca && { serverRootCACertificate: ca }) }
  return {
    address: config.TEMPORAL_ADDRESS ?? '127.0.0.1:7233',
    ...(config.TEMPORAL_API_KEY !== undefined && { apiKey: config.TEMPORAL_API_KEY }),
    ...(Object.keys(tls).length > 0 ? { tls } : config.TEMPORAL_API_KEY !== undefined && { tls: true as const }),
  }
}

/** A client that connects when it is first used, so that a process starts (and accepts work) while Temporal is away. */
export async function createTemporalClient(config: Config, keys: Keys): Promise<Client> {
  const connection = Connection.lazy(await connectionSettings(config))
  return new Client({ connection, namespace: config.TEMPORAL_NAMESPACE, dataConverter: dataConverter(keys) })
}
