import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { isGrpcServiceError, type Client } from '@temporalio/client'
import { loadConfig, type Config } from '../../config.ts'
import { isUnavailable, openDatabases } from '../../db/connection.ts'
import { loadKeys, type Keys } from '../../keys.ts'
import { readRecords } from '../../local/process-record.ts'
import { createTemporalClient } from '../../temporal.ts'

/** Something a person can put right; shown without a stack. */
export class ReplayError extends Error {
  override readonly name = 'ReplayError'
}

/** Where the work was done: its databases, its Temporal server, its keys. */
export interface Installation {
  readonly config: Config
  readonly keys: Keys
  readonly databases: ReturnType<typeof openDatabases>
  readonly temporal: Client
  close(): Promise<void>
}

/** The installation that the environment names, else the one that `npm start` runs here. @throws ReplayError */
export async function openInstallation(): Promise<Installation> {
  const config = loadConfig({ ...process.env, ...embedded() })
  if (!config.databases)
    throw new ReplayError('No Scenor runs here: start it (npm start), or set DATABASE_URL and TEMPORAL_ADDRESS.')
  const keys = await loadKeys(config)
  const databases = openDatabases(config, 'replay')
  const temporal = await createTemporalClient(config, keys)
  return {
    config,
    keys,
    databases,
    temporal,
    close: async () => {
      await databases.close()
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

/** What a person can do about an error, or undefined when it is ours. */
export function explain(error: unknown): string | undefined {
  if (error instanceof ReplayError) return error.message
  if (isUnavailable(error)) return 'The database cannot be reached. Is DATABASE_URL right, and the server up?'
  if (error instanceof Error && isGrpcServiceError(error)) {
    if (error.code === 5) return 'Temporal has no such execution: the id is wrong, or its retention has passed.'
    if (error.code === 14 || error.code === 4)
      return 'The Temporal server cannot be reached. Is TEMPORAL_ADDRESS right?'
  }
  return error instanceof Error && error.name === 'WorkflowNotFoundError'
    ? 'Temporal has no such execution: the id is wrong, or its retention has passed.'
    : undefined
}
