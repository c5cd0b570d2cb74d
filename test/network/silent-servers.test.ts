import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { expect, test } from '@jest/globals'
import { createCache } from '../../api/cache/cache.ts'
import { connectRedis } from '../../api/cache/redis.ts'
import { loadConfig } from '../../config.ts'
import { createInternalClient, ServiceAway } from '../../internal/client.ts'
import { createMailer } from '../../notifications/channels/mail.ts'
import { UnknownOutcome } from '../../notifications/channels/unknown-outcome.ts'
import { createLogger } from '../../telemetry/logger.ts'
import { createTemporalClient } from '../../temporal/client.ts'
import { startWire } from '../support/frozen-wire.ts'
import { startMailServer } from '../support/mail-server.ts'
import { startRedis } from '../support/redis.ts'
import { testServers } from '../support/servers.ts'
import { until } from '../support/until.ts'

/**
 * Servers whose connections fall silent, none of them broken, while they take new ones: as after a failover, or when a firewall has
 * forgotten them.
 */
const logger = createLogger({ LOG_LEVEL: 'silent' }, 'test')

test('Redis: it is connected to anew within seconds, and nobody waits for it meanwhile', async () => {
  const server = await startRedis()
  await using wire = await startWire(new URL(server.url).host)
  const url = `redis://${wire.address}`
  const cache = await createCache({ REDIS_URL: url }, logger)
  const direct = await connectRedis(server.url, { name: 'test', timeoutMs: 5_000 })
  await until(() => cache.redis() === 'ready')
  const entry = (key: string) => ({ key, seconds: 60 })
  wire.freezeOld()
  const since = performance.now()
  expect(await cache.get(entry('a'))).toBeUndefined()
  expect(performance.now() - since).toBeLessThan(10_000)
  // What another process keeps is read again: so the connection is a new one.
  await until(() => direct.status === 'ready')
  await direct.set('b', 'kept')
  await until(async () => (await cache.get(entry('b')))?.toString() === 'kept')
  await cache.close()
  direct.disconnect()
  await server.kill()
})

test('Temporal: calls keep their deadlines, and work again within seconds', async () => {
  await using wire = await startWire(testServers().temporal)
  const payload = [{ id: 'test', secret: randomBytes(32) }] as const
  const client = await createTemporalClient(loadConfig({ TEMPORAL_ADDRESS: wire.address }), { payload })
  const ask = () => client.withDeadline(Date.now() + 3_000, () => client.workflowService.getSystemInfo({}))
  const works = () =>
    ask().then(
      () => true,
      () => false,
    )
  await until(works)
  wire.freezeOld()
  const since = performance.now()
  await expect(ask()).rejects.toThrow()
  expect(performance.now() - since).toBeLessThan(20_000)
  await until(works)
  await client.connection.close()
})

test('a mail server: it is left before it has the text, which is no reason to fear that it has it', async () => {
  await using server = await startMailServer()
  await using wire = await startWire(new URL(server.url).host)
  wire.freeze()
  const config = loadConfig({ SMTP_URL: `smtp://${wire.address}` })
  const mailer = createMailer(config, new AbortController().signal)
  const mail = { id: 'm', address: 'a@example.test', subject: 's', text: 't', html: 'h' }
  const since = performance.now()
  const error = await mailer?.send(mail).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(Error)
  expect(error).not.toBeInstanceOf(UnknownOutcome)
  // 10 s for its greeting.
  expect(performance.now() - since).toBeLessThan(40_000)
  expect(server.mails).toEqual([])
})

test('another service: a question has its time, and the next one another connection', async () => {
  const server = createServer((_, response) => void response.writeHead(404).end())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  await using wire = await startWire(`127.0.0.1:${(server.address() as AddressInfo).port}`)
  const key = generateKeyPairSync('ed25519').privateKey
  const internal = createInternalClient({ baseUrl: `http://${wire.address}`, key, self: 'scenarios' })
  expect(await internal.contacts('x')).toBeUndefined()
  wire.freezeOld()
  const since = performance.now()
  await expect(internal.contacts('x')).rejects.toThrow(ServiceAway)
  expect(performance.now() - since).toBeLessThan(30_000)
  expect(await internal.contacts('x')).toBeUndefined()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})
