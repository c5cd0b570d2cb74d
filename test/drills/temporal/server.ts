import { execFile, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream, mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Stoppable } from '../../../lifecycle.ts'

const run = promisify(execFile)
const VERSION = '1.32.2'
const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'scenor')
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

export interface ProductionServer extends Stoppable {
  readonly address: string
}

/** Files that a server shows and trusts. */
export interface ServerFiles {
  readonly ca: string
  readonly cert: string
  readonly key: string
  /** Public keys of those who sign tokens. */
  readonly jwks: string
}

/**
 * Temporal's production server on Postgres, which asks everybody for a certificate of its authority and a token: as `docs/operations.md`
 * says to configure one. @param postgres address of a server whose role may create databases
 */
export async function startProductionServer(
  folder: string,
  postgres: string,
  files: ServerFiles,
): Promise<ProductionServer> {
  // Builds what is not there.
  execFileSync(fileURLToPath(new URL('../../../.ci/go-tools.sh', import.meta.url)), [
    ...['temporal-server', 'temporal-sql-tool'],
  ])
  const { username: user, password, port: sqlPort } = new URL(postgres)
  for (const [name, of] of [
    ['temporal', 'temporal'],
    ['temporal_visibility', 'visibility'],
  ] as const) {
    const where = ['--plugin', 'postgres12', '--ep', '127.0.0.1', '-p', sqlPort, '-u', user, '--db', name]
    const tool = (...words: string[]) =>
      run(program('temporal-sql-tool'), [...where, ...words], { env: { SQL_PASSWORD: password } })
    await tool('create')
    await tool('setup-schema', '-v', '0.0')
    await tool('update-schema', '-d', join(cache, `temporal-schema-${VERSION}`, of, 'versioned'))
  }
  const services = ['frontend', 'internal-frontend', 'history', 'matching', 'worker']
  const rpc = async () => ({
    rpc: { grpcPort: await lowPort(), membershipPort: await lowPort(), bindOnLocalHost: true },
  })
  const ports = Object.fromEntries(await Promise.all(services.map(async (name) => [name, await rpc()] as const)))
  const frontend = ports['frontend']?.rpc.grpcPort
  const store = (databaseName: string) => ({
    sql: {
      ...{ pluginName: 'postgres12', databaseName, connectAddr: `127.0.0.1:${sqlPort}`, connectProtocol: 'tcp' },
      ...{ user, password, maxConns: 10, maxIdleConns: 10, maxConnLifetime: '1h' },
    },
  })
  const shown = {
    server: { certFile: files.cert, keyFile: files.key, requireClientAuth: true, clientCaFiles: [files.ca] },
    client: { serverName: 'temporal', rootCaFiles: [files.ca] },
  }
  // JSON is YAML.
  const config = {
    log: { stdout: true, level: 'warn' },
    persistence: {
      ...{ defaultStore: 'default', visibilityStore: 'visibility', numHistoryShards: 4 },
      datastores: { default: store('temporal'), visibility: store('temporal_visibility') },
    },
    global: {
      membership: { maxJoinDuration: '30s', broadcastAddress: '127.0.0.1' },
      authorization: {
        ...{ authorizer: 'default', claimMapper: 'default', permissionsClaimName: 'permissions' },
        jwtKeyProvider: { keySourceURIs: [`file://${files.jwks}`], refreshInterval: '5s' },
      },
      tls: { internode: shown, frontend: shown, refreshInterval: '5s' },
    },
    services: ports,
    clusterMetadata: {
      ...{ enableGlobalNamespace: false, failoverVersionIncrement: 10 },
      ...{ masterClusterName: 'active', currentClusterName: 'active' },
      clusterInformation: {
        active: {
          ...{ enabled: true, initialFailoverVersion: 1, rpcName: 'frontend', rpcAddress: `127.0.0.1:${frontend}` },
        },
      },
    },
    dcRedirectionPolicy: { policy: 'noop' },
    dynamicConfigClient: { filepath: join(folder, 'dynamic.yaml'), pollInterval: '10s' },
  }
  mkdirSync(join(folder, 'conf'), { recursive: true })
  writeFileSync(join(folder, 'conf', 'drill.yaml'), JSON.stringify(config))
  writeFileSync(join(folder, 'dynamic.yaml'), '{}\n')
  const child = spawn(
    program('temporal-server'),
    [
      ...['--root', folder, '--config', 'conf', '--env', 'drill', 'start'],
      ...services.flatMap((name) => ['--service', name]),
    ],
    { stdio: ['ignore', 'pipe', 'pipe'], cwd: folder },
  )
  const log = createWriteStream(join(folder, 'server.log'))
  child.stdout.pipe(log)
  child.stderr.pipe(log)
  const gone = once(child, 'exit')
  return {
    address: `127.0.0.1:${frontend}`,
    stop: async () => {
      child.kill('SIGTERM')
      const timer = setTimeout(() => child.kill('SIGKILL'), 10_000)
      await gone
      clearTimeout(timer)
    },
  }
}
