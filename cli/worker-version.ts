/** `npm run workers:version`: which version of the workers gets the work, with `WORKER_VERSIONING=on`. */
import './closed-pipe.ts'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { Client, Connection, isGrpcServiceError } from '@temporalio/client'
import { loadConfig, type Config } from '../config.ts'
import { taskQueue } from '../contracts/queues.ts'
import { SERVICES } from '../services.ts'
import { connectionSettings } from '../temporal/client.ts'
import { describeDeployment, hasNoDeployments, setCurrentVersion } from '../temporal/deployments.ts'
import { bundlePath } from '../workers/bundle.ts'
import { DEFINITIONS } from '../workers/services/index.ts'
import { buildIdOf } from '../workers/versioning.ts'

const USAGE = `usage: npm run workers:version -- <command>
  status              versions that the server knows, for each task queue with workflows (default)
  own                 the version of this working tree
  current [version]   that version (default: of this working tree) gets all new work; its workers must be running
  none                workers without a version get the work: before WORKER_VERSIONING is switched off

Reads TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_API_KEY, TEMPORAL_TLS_*, TASK_QUEUE_SUFFIX.`

/** For a server that is not there. */
const CONNECT_MS = 5_000
const TIMEOUT_MS = 60_000
type Say = (line: string) => void

const queuesOf = ({ TASK_QUEUE_SUFFIX }: Config) =>
  SERVICES.filter((service) => DEFINITIONS[service].workflows).map((service) => taskQueue(service, TASK_QUEUE_SUFFIX))

async function status(client: Client, queue: string, say: Say): Promise<void> {
  const known = await describeDeployment(client, queue)
  say(`${queue}: ${known?.current ?? 'workers without a version'}`)
  for (const [buildId, state] of known?.versions ?? []) say(`  ${buildId}  ${state}`)
}

/** All or, where one queue has no worker of that version, none. */
async function current(client: Client, queues: readonly string[], buildId: string, say: Say): Promise<void> {
  for (const queue of queues)
    if (!(await describeDeployment(client, queue))?.versions.has(buildId))
      throw new Error(`no worker of version ${buildId} has asked for work on ${queue}: start its workers first`)
  for (const queue of queues) {
    await setCurrentVersion(client, queue, buildId)
    say(`${queue}: ${buildId}`)
  }
}

async function none(client: Client, queue: string, say: Say): Promise<void> {
  if (await describeDeployment(client, queue)) await setCurrentVersion(client, queue, null)
  say(`${queue}: workers without a version`)
}

export type VersionCommand = (typeof COMMANDS)[number]
const COMMANDS = ['status', 'own', 'current', 'none'] as const

/**
 * @param version default: of this working tree
 * @throws Error in words for an operator
 */
export async function runVersionCommand(
  config: Config,
  command: VersionCommand,
  say: Say,
  version?: string,
): Promise<void> {
  const own = version ?? buildIdOf(await bundlePath())
  if (command === 'own') return say(own)
  const settings = await connectionSettings(config)
  const connection = await Connection.connect({ ...settings, connectTimeout: CONNECT_MS })
  const client = new Client({ connection, namespace: config.TEMPORAL_NAMESPACE })
  const queues = queuesOf(config)
  try {
    await client.withDeadline(Date.now() + TIMEOUT_MS, async () => {
      if (command === 'current') return current(client, queues, own, say)
      for (const queue of queues) await (command === 'none' ? none : status)(client, queue, say)
    })
  } catch (error) {
    throw explained(error)
  } finally {
    await connection.close()
  }
}

function explained(error: unknown): unknown {
  if (!isGrpcServiceError(error)) return error
  const words = hasNoDeployments(error)
    ? 'this Temporal server has no worker deployments: it needs 1.29 or newer'
    : `the Temporal server: ${error.details}`
  return new Error(words, { cause: error })
}

const isCommand = (word: string): word is VersionCommand => (COMMANDS as readonly string[]).includes(word)

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { help: { type: 'boolean', short: 'h', default: false } },
  })
  const [command = 'status', version, ...more] = positionals
  const print: Say = (line) => void process.stdout.write(`${line}\n`)
  if (values.help) return print(USAGE)
  if (!isCommand(command) || more.length > 0 || (version !== undefined && command !== 'current')) throw new Error(USAGE)
  await runVersionCommand(loadConfig(), command, print, version)
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href)
  await main().catch((error: unknown) => {
    process.stderr.write(`${(error as Error).message}\n`)
    process.exitCode = 1
  })
