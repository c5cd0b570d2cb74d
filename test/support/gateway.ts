import { once } from 'node:events'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { type Agent, request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text as readText } from 'node:stream/consumers'
import { startNginx, type Nginx } from '../../cli/gateway/nginx-process.ts'
import { IN_CONTAINERS, type Copies, type Copy, type GatewaySettings } from '../../cli/gateway/settings.ts'
import { gatewayTable, type GatewayPath } from '../../cli/gateway/table.ts'
import { freePort } from '../../local/processes/ports.ts'
import { selfSigned } from './certificate.ts'
import { startProgram } from './program.ts'
import type { System } from './system.ts'
import { until } from './until.ts'

export interface Answer {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly text: string
  // A test looks into answers of many shapes.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly body: any
}

export interface Asked {
  readonly token?: string
  readonly body?: unknown
  readonly raw?: string | Buffer
  readonly headers?: Record<string, string>
  readonly agent?: Agent
}

/** Who asks a gateway as people's clients do. */
export interface Asker {
  ask(method: string, path: string, asked?: Asked): Promise<Answer>
  /** An answer as it comes. */
  open(path: string, asked?: Asked): Promise<IncomingMessage>
}

export interface Gateway extends Asker {
  readonly nginx: Nginx
  readonly settings: GatewaySettings
  readonly port: number
  /** PEM that clients trust. */
  readonly ca: () => string
  /** A new certificate in the old one's files. */
  renewFiles(): void
  /** The lines of access, parsed. */
  lines(): Record<string, unknown>[]
  stop(): Promise<void>
}

/** @param ca PEM of whom it trusts to be `localhost`, read at each request: it may be renewed */
export function createAsker(port: number, ca: () => string): Asker {
  const open = async (method: string, path: string, { token, body, raw, headers = {}, agent }: Asked = {}) => {
    const payload = raw ?? (body === undefined ? undefined : JSON.stringify(body))
    const sent = request({
      ...{ host: '127.0.0.1', port, servername: 'localhost', ca: ca(), method, path, agent: agent ?? false },
      headers: {
        host: `localhost:${port}`,
        ...(payload !== undefined && {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(payload),
        }),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...headers,
      },
    })
    sent.end(payload)
    const [response] = (await once(sent, 'response')) as [IncomingMessage]
    return response
  }
  return {
    open: (path, asked) => open('GET', path, asked),
    ask: async (method, path, asked) => {
      const response = await open(method, path, asked)
      const text = await readText(response)
      const isJson = /json/.test(response.headers['content-type'] ?? '')
      return {
        status: response.statusCode ?? 0,
        headers: response.headers,
        text,
        body: isJson && text !== '' ? JSON.parse(text) : undefined,
      }
    },
  }
}

/** A real NGINX with the configuration of the gateway, on free ports, before these copies. */
export async function startGateway(
  copies: Copies,
  given: Partial<GatewaySettings> = {},
  paths: readonly GatewayPath[] = gatewayTable(),
): Promise<Gateway> {
  const folder = mkdtempSync(join(tmpdir(), 'scenor-gateway-'))
  // NGINX's workers are another user.
  chmodSync(folder, 0o755)
  const at = async () => `127.0.0.1:${await freePort()}`
  const settings: GatewaySettings = {
    ...IN_CONTAINERS,
    ...{ https: await at(), http: await at(), status: await at(), folder, scratch: join(folder, 'scratch') },
    ...{ certificate: join(folder, 'gateway.pem'), key: join(folder, 'gateway.key') },
    ...{ accessLog: join(folder, 'access.log'), errorLog: join(folder, 'error.log') },
    scale: 1000,
    ...given,
  }
  const renewFiles = () => {
    const { cert, key } = selfSigned('localhost')
    writeFileSync(settings.certificate, cert)
    writeFileSync(settings.key, key, { mode: 0o600 })
  }
  renewFiles()
  const nginx = await startNginx(settings, copies, 'nginx', paths)
  const port = Number(settings.https.split(':')[1])
  const ca = () => readFileSync(settings.certificate, 'utf8')
  return {
    ...createAsker(port, ca),
    ...{ nginx, settings, port, ca, renewFiles },
    lines: () =>
      readFileSync(settings.accessLog, 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Record<string, unknown>),
    stop: async () => {
      await nginx.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

export interface ApiProcess extends Copy {
  readonly pid: number
  readonly gone: Promise<unknown>
  signal(signal: 'SIGKILL' | 'SIGTERM'): void
}

/** An API process beside a system of a test. Resolves when it is ready. */
export async function startApiProcess(
  system: Pick<System, 'config' | 'databases' | 'logs'>,
  env: Record<string, string> = {},
): Promise<ApiProcess> {
  const port = Number(env['PORT'] ?? (await freePort()))
  const [internal, metrics] = [await freePort(), await freePort()]
  const own = {
    PUBLIC_URL: system.config.publicUrl,
    RATE_LIMIT_SCALE: '1000',
    TRUSTED_PROXIES: '1',
    DRAIN_S: '1',
    ...{ PORT: String(port), INTERNAL_PORT: String(internal), METRICS_PORT: String(metrics) },
  }
  const { child, gone } = await startProgram(system, 'api', { ...own, ...env }, () =>
    until(() =>
      fetch(`http://127.0.0.1:${port}/health/ready`).then(
        (answer) => answer.ok,
        () => false,
      ),
    ),
  )
  return {
    ...{ public: `127.0.0.1:${port}`, internal: `127.0.0.1:${internal}` },
    ...{ pid: child.pid, gone },
    signal: (signal) => void child.kill(signal),
  }
}
