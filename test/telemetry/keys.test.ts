import { createServer } from 'node:http'
import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer as createTlsServer } from 'node:tls'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { loadConfig } from '../../config.ts'
import { registerKeyGauges } from '../../keys/gauges.ts'
import type { Keys } from '../../keys/keys.ts'
import type { NameOf } from '../../telemetry/catalogue.ts'
import { selfSigned } from '../support/certificate.ts'

let folder: string
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'scenor-keys-'))))
afterAll(() => rm(folder, { recursive: true }))

const DAY_MS = 86_400_000
const key = (id: string) => [{ id, secret: Buffer.alloc(32) }] as const
const idOf = (days: number) => `k${(Date.now() - days * DAY_MS).toString(36)}`

test('days left are those of the certificates that lie there now and that clients see; ages are those of the keys that make', async () => {
  const certificate = join(folder, 'client.pem')
  await writeFile(certificate, selfSigned('temporal.test', 3).cert)
  const [ofMost, ofUsers] = [join(folder, 'postgres.pem'), join(folder, 'users.pem')]
  await writeFile(ofMost, selfSigned('scenor', 40).cert)
  await writeFile(ofUsers, selfSigned('scenor_users', 20).cert)
  const database = (path: string) => `postgresql://postgres.test/x?sslmode=verify-full&sslcert=${path}&sslkey=${path}`
  await using server = createTlsServer(selfSigned('localhost', 50))
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve))
  await mkdir(join(folder, 'keys'))
  await writeFile(join(folder, 'keys', 'service-token.pem'), '')
  await utimes(join(folder, 'keys', 'service-token.pem'), new Date(), new Date(Date.now() - 30 * DAY_MS))
  const read = new Map<NameOf<'gauge'>, () => Promise<readonly (readonly [object, number])[]>>()
  const since = new Date(Date.now() - 200 * DAY_MS)
  let refreshed = 0
  registerKeyGauges(
    { gauge: (name, reading) => void read.set(name, reading), server: () => createServer() },
    {
      ...loadConfig({
        ...{ DATA_DIR: folder, TEMPORAL_TLS_CERT: certificate, TEMPORAL_TLS_KEY: certificate },
        ...{ DATABASE_URL: database(ofMost), USERS_DATABASE_URL: database(ofUsers) },
      }),
      publicUrl: `https://localhost:${(server.address() as AddressInfo).port}`,
    },
    {
      signing: {
        list: () => (refreshed > 0 ? [{ state: 'active', since } as never] : []),
        refresh: async () => void (refreshed += 1),
      },
      ...{ payload: key(idOf(100)), peppers: key('mine'), unsubscribe: key(idOf(1)), idempotency: key(idOf(2)) },
      ...{ phoneCodes: key(idOf(3)), limits: key(idOf(4)), links: key(idOf(5)) },
    } as unknown as Keys,
  )
  const left = async () =>
    Object.fromEntries(
      ((await read.get('scenor_certificate_days_left')?.()) ?? []).map(([labels, days]) => [
        Object.values(labels)[0],
        Math.round(days),
      ]),
    )
  expect(await left()).toEqual({ temporal_client: 3, postgres_client: 20, public: 50 })
  await writeFile(certificate, selfSigned('temporal.test', 90).cert)
  await writeFile(ofUsers, selfSigned('scenor_users', 60).cert)
  expect(await left()).toEqual({ temporal_client: 90, postgres_client: 40, public: 50 })
  const ages = (await read.get('scenor_key_age_days')?.())?.map(([labels, days]) => [
    Object.values(labels)[0],
    Math.round(days),
  ])
  expect(Object.fromEntries(ages ?? [])).toEqual({
    ...{ access_token: 200, service_token: 30, payload: 100, unsubscribe: 1, idempotency: 2, phone_code: 3 },
    ...{ limit: 4, link: 5 },
  })
})
