import { execFile, execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { launch, type Running } from '../../../local/processes/running.ts'
import { cacheFolder } from '../../../local/temporal/cache-folder.mjs'
import type { DynamicConfig } from '../../../local/temporal/temporal.ts'

const run = promisify(execFile)
const VERSION = '1.32.2'
const cache = cacheFolder(process.env)
const program = (name: string) => join(cache, `${name}-${VERSION}`)

/** A free one that its table of members takes: the column is a `smallint`. */
async function lowPort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000)
    const probe = createServer()
    const free = await new Promise<boolean>((resolve) => {
      probe.once('error', () => resolve(false))
      probe.listen(port, '127.0.0.1', () => resolve(true))
    })
    if (free) {
      await new Promise((resolve) => void probe.close(resolve))
      return port
    }
  }
}

/** Files that a server shows and trusts. */
interface ServerFiles {
  readonly ca: string
  readonly cert: string
  readonly key: string
  /** Public keys of those who sign tokens. */
  readonly jwks: string
}

export interface ProductionServerOptions {
  /** For its configuration and its log. */
  readonly folder: string
  /** Address of a server whose role may create databases. */
  readonly postgres: string
  /** It asks everybody for a certificate of its authority and a token, as `docs/operations.md` says to configure one; default: nobody. */
  readonly files?: ServerFiles
  readonly dynamicConfig?: DynamicConfig
  /** Where it tells its own figures; default nowhere. */
  readonly metricsPort?: number
}

export interface ProductionServer extends Running {
  readonly address: string
  /** Starts it once more with the same configuration, where it has ended. */
  again(): Promise<ProductionServer>
}

const SERVICES = ['frontend', 'internal-frontend', 'history', 'matching', 'worker']

/** Temporal's production server on Postgres. Namespace and search attributes are for `cli/temporal-setup.ts` to make. */
export async function startProductionServer(options: ProductionServerOptions): Promise<ProductionServer> {
  const { folder, postgres, dynamicConfig = {} } = options
  // Builds what is not there.
  execFileSync(fileURLToPath(new URL('../../../.ci/go-tools.sh', import.meta.url)), [
    ...['temporal-server', 'temporal-sql-tool'],
  ])
  await makeDatabases(new URL(postgres))
  const rpc = async () => ({
    rpc: { grpcPort: await lowPort(), membershipPort: await lowPort(), bindOnLocalHost: true },
  })
  const ports = Object.fromEntries(await Promise.all(SERVICES.map(async (name) => [name, await rpc()] as const)))
  const address = `127.0.0.1:${ports['frontend']?.rpc.grpcPort}`
  mkdirSync(join(folder, 'conf'), { recursive: true })
  // JSON is YAML.
  writeFileSync(join(folder, 'conf', 'drill.yaml'), JSON.stringify(configuration(options, ports, address)))
  const dynamic = Object.entries(dynamicConfig).map(([name, value]) => [name, [{ value }]])
  writeFileSync(join(folder, 'dynamic.yaml'), JSON.stringify(Object.fromEntries(dynamic)))
  const again = async (): Promise<ProductionServer> => {
    const running = await launch({
      command: program('temporal-server'),
      args: [
        ...['--root', folder, '--config', 'conf', '--env', 'drill', 'start'],
        ...SERVICES.flatMap((name) => ['--service', name]),
      ],
      env: process.env,
      log: join(folder, 'server.log'),
      cwd: folder,
      stopSignal: 'SIGTERM',
      stopWithinMs: 10_000,
    })
    return { ...running, address, again }
  }
  return again()
}

async function makeDatabases({ port, username, password }: URL): Promise<void> {
  for (const [name, of] of [
    ['temporal', 'temporal'],
    ['temporal_visibility', 'visibility'],
  ] as const) {
    const where = ['--plugin', 'postgres12', '--ep', '127.0.0.1', '-p', port, '-u', username, '--db', name]
    const tool = (...words: string[]) =>
      run(program('temporal-sql-tool'), [...where, ...words], { env: { SQL_PASSWORD: password } })
    await tool('create')
    await tool('setup-schema', '-v', '0.0')
    await tool('update-schema', '-d', join(cache, `temporal-schema-${VERSION}`, of, 'versioned'))
  }
}

function configuration(
  { folder, postgres, files, metricsPort }: ProductionServerOptions,
  services: object,
  rpcAddress: string,
) {
  const { port, username: user, password } = new URL(postgres)
  const store = (databaseName: string) => ({
    sql: {
      ...{ pluginName: 'postgres12', databaseName, connectAddr: `127.0.0.1:${port}`, connectProtocol: 'tcp' },
      ...{ user, password, maxConns: 10, maxIdleConns: 10, maxConnLifetime: '1h' },
    },
  })
  const active = { enabled: true, initialFailoverVersion: 1, rpcName: 'frontend', rpcAddress }
  const metrics = metricsPort && { prometheus: { listenAddress: `127.0.0.1:${metricsPort}` } }
  return {
    log: { stdout: true, level: 'warn' },
    persistence: {
      ...{ defaultStore: 'default', visibilityStore: 'visibility', numHistoryShards: 4 },
      datastores: { default: store('temporal'), visibility: store('temporal_visibility') },
    },
    global: {
      membership: { maxJoinDuration: '30s', broadcastAddress: '127.0.0.1' },
      ...(metrics && { metrics }),
      ...(files && guarded(files)),
    },
    services,
    clusterMetadata: {
      ...{ enableGlobalNamespace: false, failoverVersionIncrement: 10 },
      ...{ masterClusterName: 'active', currentClusterName: 'active', clusterInformation: { active } },
    },
    dcRedirectionPolicy: { policy: 'noop' },
    dynamicConfigClient: { filepath: join(folder, 'dynamic.yaml'), pollInterval: '10s' },
  }
}

function guarded({ ca, cert, key, jwks }: ServerFiles) {
  const shown = {
    server: { certFile: cert, keyFile: key, requireClientAuth: true, clientCaFiles: [ca] },
    client: { serverName: 'temporal', rootCaFiles: [ca] },
  }
  return {
    authorization: {
      ...{ authorizer: 'default', claimMapper: 'default', permissionsClaimName: 'permissions' },
      jwtKeyProvider: { keySourceURIs: [`file://${jwks}`], refreshInterval: '5s' },
    },
    tls: { internode: shown, frontend: shown, refreshInterval: '5s' },
  }
}
