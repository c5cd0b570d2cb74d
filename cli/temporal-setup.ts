/**
 * `npm run temporal:setup`: makes a Temporal server ready for Scenor: the namespace with its retention, the search attributes. Changes
 * only what is not as it should be, so it may run before every deployment. (The dev server of `npm start` gets both at its start;
 * Temporal Cloud takes neither by this way: set them in its console.)
 */
import './closed-pipe.ts'
import { setTimeout as delay } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { Connection, isGrpcServiceError } from '@temporalio/client'
import proto from '@temporalio/proto'
import { loadConfig } from '../config.ts'
import { connectionSettings } from '../temporal/client.ts'
import { inDays, RETENTION } from '../retention.ts'
import { SEARCH_ATTRIBUTES } from '../contracts/search-attributes.ts'

const { IndexedValueType } = proto.temporal.api.enums.v1
const TYPES = {
  Keyword: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
  Int: IndexedValueType.INDEXED_VALUE_TYPE_INT,
  Double: IndexedValueType.INDEXED_VALUE_TYPE_DOUBLE,
  Bool: IndexedValueType.INDEXED_VALUE_TYPE_BOOL,
  Datetime: IndexedValueType.INDEXED_VALUE_TYPE_DATETIME,
  KeywordList: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD_LIST,
} as const

/** gRPC's codes (grpc.github.io/grpc/core/md_doc_statuscodes.html). */
const NOT_FOUND = 5
const ALREADY_EXISTS = 6
const UNAVAILABLE = 14
const DAYS = inDays(RETENTION.executions)

export interface SetupOptions {
  readonly namespace: string
  readonly say: (line: string) => void
  /** How long a server that is still starting, or has not heard of its new namespace yet, is waited for. Default: a minute. */
  readonly patienceMs?: number
}

/**
 * Brings namespace and search attributes to what the code expects.
 * @throws Error when a search attribute exists with another type, which only a person can put right
 */
export async function setUpTemporal(connection: Connection, options: SetupOptions): Promise<void> {
  const patience = patient(options.patienceMs ?? 60_000)
  await patience(() => namespace(connection, options))
  await patience(() => searchAttributes(connection, options))
}

async function namespace({ workflowService }: Connection, { namespace, say }: SetupOptions): Promise<void> {
  const retention = proto.google.protobuf.Duration.fromObject({ seconds: RETENTION.executions })
  try {
    await workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod: retention })
    return say(`namespace ${namespace}: registered, keeps finished executions for ${DAYS} days`)
  } catch (error) {
    if (codeOf(error) !== ALREADY_EXISTS) throw error
  }
  const { config } = await workflowService.describeNamespace({ namespace })
  if (Number(config?.workflowExecutionRetentionTtl?.seconds) === RETENTION.executions)
    return say(`namespace ${namespace}: as it should be`)
  await workflowService.updateNamespace({ namespace, config: { workflowExecutionRetentionTtl: retention } })
  say(`namespace ${namespace}: keeps finished executions for ${DAYS} days now`)
}

async function searchAttributes({ operatorService }: Connection, { namespace, say }: SetupOptions): Promise<void> {
  const { customAttributes } = await operatorService.listSearchAttributes({ namespace })
  const wanted = Object.entries(SEARCH_ATTRIBUTES).map(([name, type]) => [name, TYPES[type]] as const)
  for (const [name, type] of wanted)
    if (customAttributes[name] !== undefined && customAttributes[name] !== type)
      throw new Error(
        `the search attribute ${name} has the type ${IndexedValueType[customAttributes[name]]}, not ${IndexedValueType[type]}`,
      )
  const missing = wanted.filter(([name]) => customAttributes[name] === undefined)
  if (missing.length === 0) return say('search attributes: as they should be')
  await operatorService.addSearchAttributes({ namespace, searchAttributes: Object.fromEntries(missing) })
  say(`search attributes: added ${missing.map(([name]) => name).join(', ')}`)
}

/** Every step may run again: a server takes some seconds until all of it knows a new namespace. */
function patient(withinMs: number) {
  const giveUp = Date.now() + withinMs
  return async (step: () => Promise<void>): Promise<void> => {
    for (;;) {
      try {
        return await step()
      } catch (error) {
        if (![NOT_FOUND, UNAVAILABLE].includes(codeOf(error) ?? -1) || Date.now() > giveUp) throw error
        await delay(500)
      }
    }
  }
}

const codeOf = (error: unknown): number | undefined => (isGrpcServiceError(error) ? error.code : undefined)

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const config = loadConfig(undefined, undefined, 'temporal-setup')
  const connection = Connection.lazy(await connectionSettings(config))
  try {
    await setUpTemporal(connection, {
      namespace: config.TEMPORAL_NAMESPACE,
      say: (line) => void process.stdout.write(`${line}\n`),
    })
  } finally {
    await connection.close()
  }
}
