import { existsSync, readFileSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import { join, resolve } from 'node:path'
import type { Client } from '@temporalio/client'
import { ConfigError, loadConfig, type Config } from '../../config.ts'
import { openDatabases, type Databases } from '../../db/databases.ts'
import { databaseFault, type DatabaseFault } from '../../db/faults.ts'
import { payloadRing, type Keys } from '../../keys/keys.ts'
import { readRecords } from '../../local/processes/process-record.ts'
import { createTemporalClient } from '../../temporal/client.ts'
import { temporalFault, type TemporalFault } from '../../temporal/faults.ts'
import { ReplayError } from './replay-error.ts'

/** Where the work was done: its databases, its Temporal server, its keys. */
export interface Installation {
  readonly config: Config
  readonly keys: Pick<Keys, 'payload'>
  /** Why there are none, so that nothing of the installation can be read that is encrypted; undefined: there are. */
  readonly keysMissing: string | undefined
  /** @throws ReplayError when none are named */
  readonly databases: Databases
  readonly temporal: Client
  close(): Promise<void>
}

/**
 * The installation that the environment names, else the one that `npm start` runs here. Nothing is asked of it yet. A command that reads
 * makes no key: without the installation's a throwaway one stands in, which reads nothing.
 */
export async function openInstallation(): Promise<Installation> {
  const config = loadConfig(undefined, embedded())
  const databases = config.databases && openDatabases(config, 'replay')
  let keysMissing: string | undefined
  const payload = await payloadRing(config, 'refuse').catch((error: unknown): Keys['payload'] => {
    if (!(error instanceof ConfigError)) throw error
    keysMissing = error.message
    return [{ id: 'none', secret: randomBytes(32) }]
  })
  const keys = { payload }
  const temporal = await createTemporalClient(config, keys, 'replay')
  return {
    config,
    keys,
    keysMissing,
    get databases() {
      if (databases) return databases
      throw new ReplayError('No Scenor runs here: start it (npm start), or set DATABASE_URL and TEMPORAL_ADDRESS.')
    },
    temporal,
    close: async () => {
      await databases?.close()
      await temporal.connection.close()
    },
  }
}

/** Addresses of the embedded servers, from what the supervisor wrote down; what the environment names goes first. */
function embedded(): Record<string, string> {
  const { databases, TEMPORAL_ADDRESS, DATA_DIR } = loadConfig()
  const root = resolve(DATA_DIR)
  const run = join(root, 'run')
  const records = existsSync(run) ? readRecords(run) : []
  const port = (name: string) => records.find((r) => r.name === name)?.port
  const password = join(root, 'postgres', 'password')
  const added: Record<string, string> = {}
  if (!databases && port('postgres') && existsSync(password))
    added['DATABASE_URL'] =
      `postgresql://postgres:${readFileSync(password, 'utf8').trim()}@127.0.0.1:${port('postgres')}/postgres`
  if (!TEMPORAL_ADDRESS && port('temporal')) added['TEMPORAL_ADDRESS'] = `127.0.0.1:${port('temporal')}`
  return added
}

const OF_DATABASE: Partial<Record<DatabaseFault, string>> = {
  unreachable: 'The database cannot be reached. Is DATABASE_URL right, and the server up?',
  name_unknown: 'The database cannot be reached: the name of its host is not known. Is DATABASE_URL right?',
  no_answer: 'The database cannot be reached in time, or takes too long: narrow the question (--since, --limit).',
  too_many_connections: 'Postgres has no connection left: max_connections is reached.',
  starting: 'Postgres starts or stops. Try again.',
  database_missing: 'The database is not there. Is DATABASE_URL right, and has `npm run migrate` run?',
  not_migrated: 'A table or column is missing: run `npm run migrate` of this release.',
  wrong_password: 'Postgres does not let this role in: user or password in DATABASE_URL are wrong.',
  not_allowed: 'The role in DATABASE_URL may not read this.',
  pool_mode: 'The pooler refuses it: pool_mode must be transaction or session.',
  not_trusted: "Postgres' certificate is not trusted, or TLS is not spoken.",
}
const OF_TEMPORAL: Partial<Record<TemporalFault, string>> = {
  unreachable: 'The Temporal server cannot be reached. Is TEMPORAL_ADDRESS right?',
  no_answer: 'The Temporal server cannot be reached in time. Is TEMPORAL_ADDRESS right?',
  not_trusted: "The Temporal server's certificate is not trusted, or TLS is not spoken: see TEMPORAL_TLS_*.",
  namespace_missing:
    'The Temporal server has no such namespace: see TEMPORAL_NAMESPACE, and run `npm run temporal:setup`.',
  execution_missing: 'Temporal has no such execution: the id is wrong, or its retention has passed.',
  not_allowed: 'The Temporal server does not let this one in: see TEMPORAL_API_KEY and TEMPORAL_TLS_*.',
  overloaded: 'The Temporal server limits requests. Try again.',
}

/** What a person can do about an error, or undefined when it is ours. */
export function explain(error: unknown): string | undefined {
  if (error instanceof ReplayError || error instanceof ConfigError) return error.message
  return OF_TEMPORAL[temporalFault(error)] ?? OF_DATABASE[databaseFault(error)]
}
