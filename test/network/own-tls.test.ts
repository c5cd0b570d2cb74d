import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { connectRedis } from '../../api/cache/redis.ts'
import { loadConfig } from '../../config.ts'
import { createInternalClient, ServiceAway } from '../../internal/client.ts'
import { freePort } from '../../local/processes/ports.ts'
import { ownTls } from '../../network/own-tls.ts'
import { tlsTransport } from '../../network/tls-transport.ts'
import { startGateway } from '../support/gateway.ts'
import { startSystem, type System } from '../support/system.ts'
import { until } from '../support/until.ts'

let folder: string
const at = (name: string) => join(folder, name)
const issue = (where: string, ...names: string[]) =>
  execFileSync('sh', [fileURLToPath(new URL('../../deploy/ca.sh', import.meta.url)), at(where), ...names])
const files = (name: string, where = 'ours') => ({
  SERVICE_TLS_CA: at('ours/ca.pem'),
  SERVICE_TLS_CERT: at(`${where}/${name}.pem`),
  SERVICE_TLS_KEY: at(`${where}/${name}.key`),
})
const tlsOf = (name: string, where?: string) => ownTls(loadConfig(files(name, where)))!

let system: System
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'scenor-tls-'))
  issue('ours', 'api,localhost,127.0.0.1', 'worker', 'gateway', 'redis,127.0.0.1')
  issue('others', 'worker')
  system = await startSystem({ env: files('api') })
}, 120_000)
afterAll(async () => {
  await system?.stop()
  rmSync(folder, { recursive: true, force: true })
})

const internalAt = () => {
  const { port } = new URL(system.config.internalUrl)
  return `https://127.0.0.1:${port}`
}

test('three of them or none', () =>
  expect(() => loadConfig({ SERVICE_TLS_CA: '/ca.pem' })).toThrow('SERVICE_TLS_CA: must be set together'))

describe('internal endpoints', () => {
  const ask = (name?: string, where = 'ours') =>
    new Promise<number | undefined>((resolve, reject) => {
      const own =
        name === undefined
          ? {}
          : { cert: readFileSync(at(`${where}/${name}.pem`)), key: readFileSync(at(`${where}/${name}.key`)) }
      request(
        `${internalAt()}/internal/auth/admins`,
        { ca: readFileSync(at('ours/ca.pem')), agent: false, ...own },
        (response) => {
          response.resume()
          resolve(response.statusCode)
        },
      )
        .on('error', reject)
        .end()
    })
  test('take who shows a certificate of the authority, and the token as well; nobody else', async () => {
    expect(await ask()).toBe(403)
    expect(await ask('worker', 'others')).toBe(403)
    expect(await ask('worker')).toBe(401)
  })
  test('a worker asks with its own, and does not talk to a server of another authority', async () => {
    const client = (tls = tlsOf('worker')) =>
      createInternalClient({
        baseUrl: internalAt(),
        key: system.keys.serviceToken,
        self: 'notifications',
        transport: tlsTransport(tls),
      })
    expect(await client().admins()).toEqual([])
    const strange = { ...tlsOf('worker').current(), ca: readFileSync(at('others/ca.pem'), 'utf8') }
    await expect(client({ current: () => strange }).admins()).rejects.toThrow(ServiceAway)
  })
  test('the workers of the system use it: somebody registers', async () => {
    expect((await system.api.register()).token).toBeTruthy()
  }, 60_000)
  test('browsers of operators reach the codec server without one, and its token is asked for', async () => {
    const { port } = new URL(system.config.internalUrl)
    const status = await new Promise((resolve, reject) =>
      request(
        { host: '127.0.0.1', port, path: '/codec', ca: readFileSync(at('ours/ca.pem')), agent: false },
        (response) => {
          response.resume()
          resolve(response.statusCode)
        },
      )
        .on('error', reject)
        .end(),
    )
    expect(status).toBe(200)
  })
  test('a renewed certificate is shown without a restart', async () => {
    const shown = async () => {
      const socket = connect({
        host: '127.0.0.1',
        port: Number(new URL(system.config.internalUrl).port),
        ca: readFileSync(at('ours/ca.pem')),
      })
      await once(socket, 'secureConnect')
      const { serialNumber } = socket.getPeerCertificate()
      socket.destroy()
      return serialNumber
    }
    const before = await shown()
    issue('ours', 'api,localhost,127.0.0.1')
    await until(async () => (await shown()) !== before)
    expect(await ask('worker')).toBe(401)
  }, 60_000)
  test('the gateway asks there with its own certificate', async () => {
    const person = await system.api.register()
    const internal = `127.0.0.1:${new URL(system.config.internalUrl).port}`
    const gateway = await startGateway(
      { every: [{ public: new URL(system.api.origin).host, internal }] },
      {
        internal: {
          ca: at('ours/ca.pem'),
          certificate: at('ours/gateway.pem'),
          key: at('ours/gateway.key'),
          name: 'api',
        },
      },
    )
    const me = await gateway.ask('GET', '/api/v1/auth/me', { token: person.token })
    await gateway.stop()
    expect(me).toMatchObject({ status: 200, body: { id: person.id } })
  }, 60_000)
})

test('Redis over TLS takes the certificate of this process, and a renewed one at the next connection', async () => {
  const port = await freePort()
  const server = spawn(
    'redis-server',
    [
      ...['--port', '0', '--tls-port', String(port), '--bind', '127.0.0.1', '--save', '', '--tls-auth-clients', 'yes'],
      ...[
        '--tls-ca-cert-file',
        at('ours/ca.pem'),
        '--tls-cert-file',
        at('ours/redis.pem'),
        '--tls-key-file',
        at('ours/redis.key'),
      ],
    ],
    { stdio: 'ignore' },
  )
  const url = `rediss://127.0.0.1:${port}`
  const tls = tlsOf('worker')
  const redis = await connectRedis(url, { name: 'test', timeoutMs: 5_000, tls })
  const stranger = await connectRedis(url, { name: 'stranger', timeoutMs: 5_000, tls: tlsOf('worker', 'others') })
  const refused = new Promise<string>((resolve) =>
    stranger.on('error', (error) => /alert|reset|unknown/i.test(String(error)) && resolve(String(error))),
  )
  await until(() => redis.ping().catch(() => false))
  expect(await refused).toMatch(/alert|reset|unknown/i)
  stranger.disconnect()

  const before = tls.current()
  issue('ours', 'worker')
  await until(() => tls.current() !== before)
  redis.disconnect(true)
  await until(() => redis.ping().catch(() => false))
  redis.disconnect()
  server.kill()
  await once(server, 'exit')
}, 90_000)
