import { createServer } from 'node:http'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { registerKeyGauges } from '../../keys/gauges.ts'
import type { NameOf } from '../../telemetry/catalogue.ts'
import { selfSigned } from '../support/certificate.ts'

let folder: string
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'scenor-keys-'))))
afterAll(() => rm(folder, { recursive: true }))

test('days left are those of the certificate that lies there now, and the age is that of the key that signs', async () => {
  const certificate = join(folder, 'client.pem')
  await writeFile(certificate, selfSigned('temporal.test', 3).cert)
  const read = new Map<NameOf<'gauge'>, () => Promise<readonly (readonly [object, number])[]>>()
  const since = new Date(Date.now() - 200 * 86_400_000)
  registerKeyGauges(
    { gauge: (name, reading) => void read.set(name, reading), server: () => createServer() },
    { TEMPORAL_TLS_CERT: certificate, TEMPORAL_TLS_CA: undefined },
    { signing: { list: () => [{ state: 'active', since } as never], refresh: async () => {} } },
  )
  const left = await read.get('scenor_certificate_days_left')?.()
  expect(left).toEqual([[{ certificate: 'temporal_client' }, expect.closeTo(3, 0)]])
  await writeFile(certificate, selfSigned('temporal.test', 90).cert)
  expect(await read.get('scenor_certificate_days_left')?.()).toEqual([
    [{ certificate: 'temporal_client' }, expect.closeTo(90, 0)],
  ])
  expect(await read.get('scenor_key_age_days')?.()).toEqual([[{ key: 'access_token' }, expect.closeTo(200, 0)]])
})
