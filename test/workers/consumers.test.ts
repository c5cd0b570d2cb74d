import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { sql, type Kysely } from 'kysely'
import { handleEvent } from '../../commands/notifications.ts'
import { activateInvitations } from '../../commands/shares.ts'
import { createInternalClient } from '../../internal/client.ts'
import { loadConfig } from '../../config.ts'
import { openDatabase } from '../../db/connection.ts'
import {
  countDeadLetters,
  DEAD_LETTERS_CHANNEL,
  giveUpWaiting,
  keepDeadLetter,
  listDeadLetters,
} from '../../db/inbox/dead-letters.ts'
import type { InboxTables } from '../../db/inbox/schema.ts'
import { toldOn } from '../../db/told.ts'
import type { NotificationsDb } from '../../db/notifications/schema.ts'
import { dataSchema, readEvent, type Envelope } from '../../events/envelope.ts'
import { openBus } from '../../events/bus/open-bus.ts'
import { loadKeys } from '../../keys/keys.ts'
import { createLogger } from '../../telemetry/logger.ts'
import { runConsumer } from '../../workers/consumer.ts'
import { cloneDatabases, type TestDatabases } from '../support/databases.ts'
import { userEvent } from '../support/events.ts'
import { holdTable } from '../support/held-table.ts'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { until } from '../support/until.ts'

let databases: TestDatabases
let folder: string
/** Short: it is not the pauses that are tested. */
const backoffMs = () => 20
beforeAll(async () => {
  databases = await cloneDatabases()
  folder = await mkdtemp(join(tmpdir(), 'scenor-consumers-'))
})
afterAll(async () => {
  await databases.close()
  await rm(folder, { recursive: true })
})

test('an event whose handler asks a service that is away, or has another key for now, waits for it, and is no dead letter', async () => {
  const config = loadConfig({ ...databases.env, DATA_DIR: folder })
  const { serviceToken } = await loadKeys(config)
  const asked: string[] = []
  let answered = () => {}
  const done = new Promise<void>((resolve) => (answered = resolve))
  // As `auth` while its process starts again: no answer, then 503, then 401, then an answer. More often than an event has tries.
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    if (asked.length <= 4) return void request.socket.destroy()
    if (asked.length <= 7) return void response.writeHead(503).end()
    // Its key was changed, and this process has the old one still.
    if (asked.length <= 14) return void response.writeHead(401).end()
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
  const db: Kysely<InboxTables> = databases.scenarios
  const consumer = runConsumer(
    {
      group: 'scenarios',
      topics: ['user_events'],
      handle: (event) => activateInvitations({ db: databases.scenarios, internal }, event),
      db,
    },
    { bus, url: databases.urls.scenarios, logger: createLogger({ LOG_LEVEL: 'silent' }, 'test'), backoffMs },
  )
  const user_id = randomUUID()
  const verified = userEvent(user_id)
  await bus.publish('user_events', [{ ...verified, type: 'user_verified', dataschema: dataSchema('user_verified', 1) }])
  await done
  await until(async () => (await bus.lag('user_events', 'scenarios')) === 0)
  expect(asked).toEqual(Array(15).fill(`/internal/auth/accounts/${user_id}/contacts`))
  expect(await listDeadLetters(db, 10)).toEqual([])
  await consumer.stop()
  await bus.close()
  await new Promise((resolve) => server.close(resolve))
})

/** A consumer of the group `notifications`, and what it comes to. */
async function consume(handle: (event: Envelope) => Promise<void>) {
  const bus = await openBus(loadConfig({ ...databases.env, DATA_DIR: folder }), databases)
  const logs: string[] = []
  const logger = createLogger({ LOG_LEVEL: 'debug' }, 'test', { write: (line: string) => void logs.push(line) })
  const db: Kysely<InboxTables> = databases.notifications
  const consumer = runConsumer(
    { group: 'notifications', topics: ['user_events'], handle, db },
    { bus, url: databases.urls.notifications, logger, backoffMs },
  )
  return {
    bus,
    logs,
    letters: () => listDeadLetters(db, 10),
    done: () => until(async () => (await bus.lag('user_events', 'notifications')) === 0),
    async [Symbol.asyncDispose]() {
      await consumer.stop()
      await bus.close()
      await db.deleteFrom('dead_letters').execute()
    },
  }
}

describe('what is not the fault of the event', () => {
  /** Handles events in a database that is as it should not be, until it has failed more often than an event has tries. */
  const recovering = (options: string) => {
    const url = new URL(databases.urls.notifications)
    url.searchParams.set('options', options)
    const ill = openDatabase<NotificationsDb>(url.href, { max: 2, applicationName: 'ill' })
    const failures: unknown[] = []
    const handle = async (event: Envelope) => {
      if (failures.length >= 8) return handleEvent(databases.notifications, event, async () => undefined)
      try {
        await handleEvent(ill, event, async () => undefined)
      } catch (error) {
        failures.push((error as { code?: string }).code)
        throw error
      }
    }
    return { handle, failures, end: () => ill.destroy() }
  }

  test.each([
    ['a primary that only reads', '-c default_transaction_read_only=on', '25006', ''],
    ['a table that is locked for long', '-c statement_timeout=50', '57014', 'notifications'],
  ])('%s: it waits, and is told in the end', async (_, options, code, locked) => {
    const db = recovering(options)
    await using consumed = await consume(db.handle)
    const user_id = randomUUID()
    const table = locked === '' ? undefined : await holdTable(databases.urls.notifications, locked)
    await consumed.bus.publish('user_events', [userEvent(user_id)])
    await until(() => db.failures.length >= 8)
    await table?.release()
    await consumed.done()
    expect(new Set(db.failures)).toEqual(new Set([code]))
    expect(await consumed.letters()).toEqual([])
    const told = databases.notifications.selectFrom('notifications').select('topic').where('user_id', '=', user_id)
    expect(await told.execute()).toHaveLength(1)
    await db.end()
  })
})

test('a fault of our own at what the event says is the event’s: five tries, and it holds up nobody any more', async () => {
  let tries = 0
  await using consumed = await consume(async () => {
    tries++
    throw new TypeError('undefined is not an object')
  })
  await consumed.bus.publish('user_events', [userEvent()])
  await consumed.done()
  expect(tries).toBe(5)
  expect(await consumed.letters()).toMatchObject([
    { tries: 5, waits_for: null, reason: expect.stringMatching(/^TypeError/) },
  ])
})

test('an event of the next release waits for it, told, and is handled by the first process that knows it', async () => {
  const handled: string[] = []
  const read = async (event: Envelope) => void handled.push(readEvent(event).id)
  const [strange, known] = [{ ...userEvent(), dataschema: dataSchema('user_registered', 2) }, userEvent()]
  const waiting: Kysely<InboxTables> = databases.notifications
  {
    await using consumed = await consume(read)
    await consumed.bus.publish('user_events', [strange, { ...known, partitionkey: strange.partitionkey }])
    await consumed.done()
    expect(handled).toEqual([known.id])
    expect(await consumed.letters()).toMatchObject([
      { tries: 1, waits_for: strange.dataschema, replay_wanted_at: null },
    ])
    expect(consumed.logs.filter((line) => line.includes('an event waits for a newer process'))).toHaveLength(1)
    expect(await countDeadLetters(waiting)).toEqual({ dead: 0, waiting: 1 })
    // As a process of the next release sees it.
    await sql`
      update dead_letters
      set body = replace(body, ${strange.dataschema}, ${known.dataschema}), waits_for = ${known.dataschema}
      returning ${toldOn(DEAD_LETTERS_CHANNEL)}`.execute(waiting)
    await until(() => handled.includes(strange.id))
    await until(async () => (await consumed.letters()).length === 0)
  }
  // Not for ever: after a week it is for people.
  await keepDeadLetter(
    waiting,
    { topic: 'user_events', group: 'notifications', key: 'k', body: '', reason: 'r', tries: 1 },
    'x',
  )
  expect(await giveUpWaiting(waiting, 'notifications')).toBe(0)
  await sql`update dead_letters set created_at = created_at - interval '8 days'`.execute(waiting)
  expect(await giveUpWaiting(waiting, 'notifications')).toBe(1)
  expect(await countDeadLetters(waiting)).toEqual({ dead: 1, waiting: 0 })
})
