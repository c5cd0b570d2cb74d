import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Kysely } from 'kysely'
import { activateInvitations } from '../../activities/scenarios/sharing.ts'
import { createInternalClient } from '../../activities/internal-client.ts'
import { loadConfig } from '../../config.ts'
import { listDeadLetters } from '../../db/inbox/dead-letters.ts'
import type { InboxTables } from '../../db/inbox/schema.ts'
import { dataSchema } from '../../events/envelope.ts'
import { openBus } from '../../events/open-bus.ts'
import { loadKeys } from '../../keys.ts'
import { createLogger } from '../../logger.ts'
import { runConsumer } from '../../workers/consumers.ts'
import { cloneDatabases, type TestDatabases } from '../support/databases.ts'
import { userEvent } from '../support/events.ts'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { until } from '../support/until.ts'

let databases: TestDatabases
let folder: string
beforeAll(async () => {
  databases = await cloneDatabases()
  folder = await mkdtemp(join(tmpdir(), 'scenor-consumers-'))
})
afterAll(async () => {
  await databases.close()
  await rm(folder, { recursive: true })
})

test('an event whose handler asks a service that is away waits for it, however long, and is no dead letter', async () => {
  const config = loadConfig({ ...databases.env, DATA_DIR: folder })
  const { serviceToken } = await loadKeys(config)
  const asked: string[] = []
  let answered = () => {}
  const done = new Promise<void>((resolve) => (answered = resolve))
  // As `auth` while its process starts again: no answer, then 503, then an answer. More often than an event has tries.
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    if (asked.length <= 4) return void request.socket.destroy()
    if (asked.length <= 7) return void response.writeHead(503).end()
    response.writeHead(404).end()
    answered()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const bus = await openBus(config, databases)
  const internal = createInternalClient({
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    key: serviceToken,
    self: 'scenarios',
  })
  const db = databases.scenarios as unknown as Kysely<InboxTables>
  const consumer = runConsumer(
    {
      group: 'scenarios',
      topics: ['user_events'],
      handle: (event) => activateInvitations({ db: databases.scenarios, internal }, event),
      db,
    },
    { bus, logger: createLogger({ LOG_LEVEL: 'silent' }, 'test') },
  )
  const user_id = randomUUID()
  const verified = userEvent(user_id)
  await bus.publish([{ ...verified, type: 'user_verified', dataschema: dataSchema('user_verified', 1) }])
  await done
  await until(async () => (await bus.lag('user_events', 'scenarios')) === 0)
  expect(asked).toEqual(Array(8).fill(`/internal/auth/accounts/${user_id}/contacts`))
  expect(await listDeadLetters(db, 10)).toEqual([])
  await consumer.stop()
  await bus.close()
  await new Promise((resolve) => server.close(resolve))
})
