import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Connection } from '@temporalio/client'
import { setUpTemporal } from '../cli/temporal-setup.ts'
import { loadConfig } from '../config.ts'
import { isServing } from '../local/temporal/grpc.ts'
import { DYNAMIC_CONFIG, type DynamicConfig, findTemporal, startTemporal } from '../local/temporal/temporal.ts'
import { freePort } from '../local/processes/ports.ts'
import { startPostgres, type Postgres } from '../local/postgres/postgres.ts'
import { startProductionServer } from '../test/drills/temporal/server.ts'
import { family } from './usage.ts'

/** The dev server that `npm start` has, on SQLite; or the production server, on a Postgres of its own. */
export const SERVERS = ['dev', 'postgres'] as const
export type ServerKind = (typeof SERVERS)[number]

export interface TemporalServer {
  /** host:port of the frontend; stays over a restart. */
  readonly address: string
  /** Its own figures are at this port. */
  readonly metricsPort: number
  /** Its process, with those of its own Postgres. */
  pids(): number[]
  /** `kill -9`, and started again at the same place; resolves when it serves. */
  restart(): Promise<void>
  stop(): Promise<void>
}

const NAMESPACE = 'default'
const WORKFLOW_SERVICE = 'temporal.api.workflowservice.v1.WorkflowService'

interface Options {
  readonly folder: string
  readonly say: (line: string) => void
  /** Beyond what `npm start` sets. */
  readonly dynamicConfig?: DynamicConfig
}

export const startServer = (kind: ServerKind, options: Options): Promise<TemporalServer> =>
  kind === 'dev' ? startDevServer(options) : startServerOnPostgres(options)

async function startDevServer({ folder, say }: Options): Promise<TemporalServer> {
  const [port, metricsPort] = [await freePort(), await freePort()]
  const binary = await findTemporal({ config: loadConfig({}), onProgress: say })
  const start = () =>
    startTemporal({
      ...{ binary, port, metricsPort, uiPort: null, namespace: NAMESPACE },
      ...{ dataDir: join(folder, 'temporal'), log: join(folder, 'temporal.log') },
    })
  let running = await start()
  return {
    ...{ address: running.address, metricsPort, pids: () => [running.pid] },
    restart: async () => {
      running.kill()
      await running.exited
      running = await start()
    },
    stop: () => running.stop(),
  }
}

/** Durable, with namespace and search attributes, as `docs/operations.md` says to set one up. */
export async function startServerOnPostgres({
  folder,
  say,
  dynamicConfig,
}: Options): Promise<TemporalServer & { readonly postgres: Postgres }> {
  const postgres = await startPostgres({ dataDir: join(folder, 'temporal-postgres'), durable: true })
  const metricsPort = await freePort()
  let running = await startProductionServer({
    ...{ folder: join(folder, 'temporal'), postgres: postgres.url, metricsPort },
    dynamicConfig: { ...DYNAMIC_CONFIG, ...dynamicConfig },
  })
  const { address } = running
  const serving = async () => {
    while (!(await isServing(address, WORKFLOW_SERVICE))) await sleep(50)
  }
  await serving()
  const connection = await Connection.connect({ address })
  await setUpTemporal(connection, { namespace: NAMESPACE, say })
  await connection.close()
  return {
    ...{ address, metricsPort, postgres },
    pids: () => [running.pid, ...family(postgres.pid)],
    restart: async () => {
      running.kill()
      await running.exited
      running = await running.again()
      await serving()
    },
    stop: async () => {
      await running.stop()
      await postgres.stop()
    },
  }
}
