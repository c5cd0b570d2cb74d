import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import {
  Client,
  Connection,
  WorkflowExecutionAlreadyStartedError,
  type TLSConfig,
  type WorkflowClientInterceptor,
  type WorkflowStartOptions,
} from '@temporalio/client'
import type { DataConverter } from '@temporalio/common'
import { createPayloadCodec } from './codec.ts'
import type { Config } from './config.ts'
import type { OperationRow } from './db/operations/schema.ts'
import type { Keys } from './keys.ts'
import type { Service } from './services.ts'
import { currentTrace, withTrace } from './trace.ts'
import { taskQueue } from './workflows/queues.ts'
import { searchAttribute } from './workflows/search-attributes.ts'
import { withTraceIn } from './workflows/trace.ts'

/** Loaded by the client, the workers and the workflow bundle: failures are encrypted like payloads. */
export const failureConverterPath = fileURLToPath(new URL('./workflows/failure-converter.ts', import.meta.url))

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
  return {
    address: config.TEMPORAL_ADDRESS ?? '127.0.0.1:7233',
    ...(config.TEMPORAL_API_KEY !== undefined && { apiKey: config.TEMPORAL_API_KEY }),
    ...(Object.keys(tls).length > 0 ? { tls } : config.TEMPORAL_API_KEY !== undefined && { tls: true as const }),
  }
}

/** An execution belongs to the trace in which it is started. */
const traceStarts: WorkflowClientInterceptor = {
  startWithDetails: (input, next) => next({ ...input, headers: withTraceIn(input.headers, currentTrace()) }),
}

/** A client that connects when it is first used, so that a process starts (and accepts work) while Temporal is away. */
export async function createTemporalClient(config: Config, keys: Keys): Promise<Client> {
  const connection = Connection.lazy(await connectionSettings(config))
  return new Client({
    connection,
    namespace: config.TEMPORAL_NAMESPACE,
    dataConverter: dataConverter(keys),
    interceptors: { workflow: [traceStarts] },
  })
}

/** What of an operation's row starts its workflow. */
export type OperationStart = Pick<
  OperationRow,
  'id' | 'kind' | 'owner_id' | 'request_id' | 'traceparent' | 'attempt' | 'workflow' | 'input' | 'summary'
>

/** The search attributes of every execution that is somebody's: by the owner's they are found when he is erased. */
export const ownedBy = (kind: string, ownerId: string) => [
  searchAttribute('ScenorKind', kind),
  searchAttribute('ScenorOwner', ownerId),
]

/** Given at the start, where they cost no action; what is known later is upserted by workflows that fail, and by no others. */
const attributesOf = ({ kind, owner_id, input }: OperationStart) => {
  const provider = (input as { provider?: unknown } | null)?.provider
  const own = ownedBy(kind, owner_id)
  return typeof provider === 'string' ? [...own, searchAttribute('ScenorProvider', provider)] : own
}

/**
 * Starts the workflow of an accepted operation; its id is the operation's. Both policies are explicit: the defaults would run a
 * finished workflow again on a late retry. Started before counts as done, if it was for this attempt.
 * @param deadlineMs how long the Temporal server may take
 * @throws Error when Temporal is away, or the attempt before has not closed yet: the relay comes back to it
 */
export async function startOperation(
  client: Client,
  service: Service,
  suffix: string,
  start: OperationStart,
  deadlineMs: number,
): Promise<void> {
  await client.withDeadline(Date.now() + deadlineMs, async () => {
    try {
      await withTrace(start.traceparent, () =>
        client.workflow.start(start.workflow, {
          workflowId: start.id,
          taskQueue: taskQueue(service, suffix),
          args: [start.input],
          workflowIdReusePolicy: start.attempt === 1 ? 'REJECT_DUPLICATE' : 'ALLOW_DUPLICATE_FAILED_ONLY',
          workflowIdConflictPolicy: 'FAIL',
          memo: { request_id: start.request_id, attempt: start.attempt },
          staticSummary: start.summary,
          typedSearchAttributes: attributesOf(start),
        }),
      )
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error
      if (start.attempt > 1 && (await startedAttempt(client, start.id)) < start.attempt) throw error
    }
  })
}

/** Starts a workflow whose id says what it is for. One that was started before, finished or not, is not started again. */
export async function startOnce(
  client: Client,
  workflow: string,
  options: Omit<WorkflowStartOptions, 'workflowIdReusePolicy' | 'workflowIdConflictPolicy'>,
): Promise<void> {
  try {
    await client.workflow.start(workflow, {
      ...options,
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      workflowIdConflictPolicy: 'FAIL',
    })
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error
  }
}

async function startedAttempt(client: Client, workflowId: string): Promise<number> {
  const { memo } = await client.workflow.getHandle(workflowId).describe()
  return Number(memo?.['attempt'] ?? 1)
}
