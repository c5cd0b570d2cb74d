import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { sql } from 'kysely'
import pg from 'pg'
import { purgeAll, purgesOfTable } from '../../db/retention/purge.ts'
import { listSetAside, outboxBacklog, sendAgain } from '../../db/outbox/outbox.ts'
import type { EventBus } from '../../events/bus/bus.ts'
import type { Envelope } from '../../events/envelope.ts'
import { appendEvent } from '../../events/outbox.ts'
import { createLogger } from '../../telemetry/logger.ts'
import type { Stoppable } from '../../lifecycle.ts'
import { runOutboxRelay } from '../../workers/relays/outbox.ts'
import { cloneDatabases, type TestDatabases } from '../support/databases.ts'
import { createRecorder, HANDS_NOTHING_OVER } from '../support/events.ts'
import { until } from '../support/until.ts'

const logger = createLogger({ LOG_LEVEL: 'silent' }, 'test')
let databases: TestDatabases
const relays: Stoppable[] = []
beforeAll(async () => {
  databases = await cloneDatabases()
})
afterAll(() => databases.close())
beforeEach(async () => {
  await Promise.all(relays.splice(0).map((r) => r.stop()))
  await databases.auth.deleteFrom('outbox').execute()
})
afterAll(() => Promise.all(relays.map((r) => r.stop())).then(() => {}))

/** A bus that only notes what is published, and fails on demand. */
function fakeBus(before: (batch: readonly Envelope[]) => Promise<void> = async () => {}) {
  const recorder = createRecorder()
  const bus: EventBus = {
    publish: async (_topic, batch) => {
      await before(batch)
      for (const event of batch) await recorder.handle(event)
    },
    subscribe: () => Promise.reject(new Error('nobody reads here')),
    lag: async () => 0,
    close: async () => {},
  }
  return { ...recorder, bus }
}
const relay = (bus: EventBus) => {
  const running = runOutboxRelay({
    ...{ service: 'auth', db: databases.auth, url: databases.urls.auth, bus, logger },
    internal: HANDS_NOTHING_OVER,
  })
  relays.push(running)
  return running
}
const write = (userId: string = randomUUID()) =>
  databases.auth.transaction().execute(async (trx) => {
    await appendEvent(trx, 'user_registered', { user_id: userId }, 'request-1')
    return userId
  })
const unsent = async () => (await outboxBacklog(databases.auth)).unsent
const allSent = () => until(async () => (await unsent()) === 0)

test('a committed event reaches the bus as a CloudEvent; one that was rolled back never does', async () => {
  const fake = fakeBus()
  relay(fake.bus)
  const gone = randomUUID()
  await databases.auth
    .transaction()
    .execute(async (trx) => {
      await appendEvent(trx, 'user_registered', { user_id: gone })
      throw new Error('rolled back')
    })
    .catch(() => {})
  const userId = await write()
  await fake.received(1)
  expect(fake.events).toMatchObject([
    {
      specversion: '1.0',
      source: '/services/auth',
      type: 'user_registered',
      dataschema: 'urn:scenor:event:user_registered:1',
      subject: userId,
      partitionkey: userId,
      correlationid: 'request-1',
      data: { user_id: userId },
    },
  ])
  await allSent()
  expect(fake.events).toHaveLength(1)
})

test('three relays at once send every event and keep the order of each key', async () => {
  const fake = fakeBus(() => new Promise((resolve) => setTimeout(resolve, 1)))
  for (let n = 0; n < 3; n++) relay(fake.bus)
  const keys = Array.from({ length: 10 }, () => randomUUID() as string)
  // Events of a key follow each other; keys are written beside each other.
  await Promise.all(
    keys.map(async (key) => {
      for (let n = 0; n < 20; n++) await write(key)
    }),
  )
  await allSent()
  const { rows } = await sql<{ id: string; key: string }>`select id, key from outbox order by seq`.execute(
    databases.auth,
  )
  for (const key of keys)
    expect(fake.events.filter((e) => e.partitionkey === key).map((e) => e.id)).toEqual(
      rows.filter((r) => r.key === key).map((r) => r.id),
    )
  expect(fake.events).toHaveLength(200)
})

test('a relay that dies between publishing and marking publishes again under the same ids', async () => {
  let deaths = 1
  const fake = fakeBus()
  relay({
    ...fake.bus,
    publish: async (topic, batch) => {
      await fake.bus.publish(topic, batch)
      if (deaths-- > 0) throw new Error('the connection broke after the bus had it')
    },
  })
  await write()
  await fake.received(2)
  await allSent()
  expect(fake.events[1]).toEqual(fake.events[0])
  expect(fake.events).toHaveLength(2)
})

test('a hundred thousand rows that waited for the bus drain while requests go on', async () => {
  await sql`
    insert into outbox (id, topic, type, key, data)
    select gen_random_uuid(), 'user_events', 'user_registered', md5((n % 500)::text), '{"user_id":"00000000-0000-7000-8000-000000000000"}'
    from generate_series(1, 100000) n`.execute(databases.auth)
  let away = true
  let count = 0
  let refused = () => {}
  const wasRefused = new Promise<void>((resolve) => (refused = resolve))
  const order = new Map<string, string>()
  let broken = 0
  const { rows } = await sql<{ id: string; seq: string }>`select id, seq from outbox`.execute(databases.auth)
  const seqOf = new Map(rows.map((r) => [r.id, BigInt(r.seq)]))
  relay({
    ...fakeBus().bus,
    publish: async (_topic, batch) => {
      if (away) {
        refused()
        throw new Error('the bus is away')
      }
      for (const e of batch) {
        const before = order.get(e.partitionkey)
        if (before !== undefined && (seqOf.get(before) ?? 0n) > (seqOf.get(e.id) ?? 0n)) broken++
        if (seqOf.has(e.id)) order.set(e.partitionkey, e.id)
        count++
      }
    },
  })
  await wasRefused
  expect(await unsent()).toBe(100_000)
  away = false
  // What a request does meanwhile: it is neither refused nor left waiting.
  // They end with what had waited: a writer that always wrote again before it looked would hardly ever find the outbox empty.
  let written = 0
  for (; count < 100_000; written++) await write()
  await allSent()
  expect(count).toBe(100_000 + written)
  expect(broken).toBe(0)
})

test('a sleeping relay is woken once a transaction; one at work is not', async () => {
  const client = new pg.Client({ connectionString: databases.urls.auth })
  await client.connect()
  let heard = 0
  client.on('notification', () => heard++)
  await client.query('listen outbox')
  const sleeping = (asleep: boolean) =>
    databases.auth.updateTable('relay').set({ asleep }).where('name', '=', 'sleeper').execute()
  const twice = () =>
    databases.auth.transaction().execute(async (trx) => {
      await appendEvent(trx, 'user_registered', { user_id: randomUUID() })
      await appendEvent(trx, 'user_registered', { user_id: randomUUID() })
    })
  await sleeping(false)
  await twice()
  await client.query('select 1')
  expect(heard).toBe(0)
  await sleeping(true)
  await twice()
  await client.query('select 1')
  expect(heard).toBe(1)
  await client.end()
})

test('what nobody was told of is sent as soon as its relay listens anew, and writers tell it again', async () => {
  const fake = fakeBus()
  relay(fake.bus)
  await write()
  await fake.received(1)
  await allSent()
  const { auth } = databases
  // As after a crash of the server: it has forgotten that the relay sleeps.
  await auth.updateTable('relay').set({ asleep: false }).where('name', '=', 'sleeper').execute()
  await write()
  await sql`
    select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and application_name = 'scenor-listener'`.execute(auth)
  await fake.received(2)
  expect(await auth.selectFrom('relay').select('asleep').where('name', '=', 'sleeper').execute()).toEqual([
    { asleep: true },
  ])
})

test('sent rows go after a day, unsent ones never', async () => {
  await write()
  await write()
  await write()
  await sql`update outbox set created_at = clock_timestamp() - interval '3 days'`.execute(databases.auth)
  await sql`update outbox set sent_at = clock_timestamp() - interval '25 hours' where seq = (select min(seq) from outbox)`.execute(
    databases.auth,
  )
  await sql`update outbox set sent_at = clock_timestamp() - interval '1 hour' where seq = (select max(seq) from outbox)`.execute(
    databases.auth,
  )
  expect(await purgeAll(databases.auth, purgesOfTable('auth', 'outbox'))).toBe(1)
  expect(await outboxBacklog(databases.auth)).toMatchObject({ unsent: 1, oldest_s: expect.any(Number) })
  const left = await databases.auth.selectFrom('outbox').selectAll().execute()
  expect(left).toHaveLength(2)
})

describe('a row that the bus does not take', () => {
  const TOO_LARGE = new RangeError('the message is too large')
  /** Refuses batches with events of that key, as long as it is told to. */
  const refusing = (key: string, error: Error) => {
    const refuses = { now: true, seen: 0 }
    const fake = fakeBus(async (batch) => {
      if (!refuses.now || !batch.some((e) => e.partitionkey === key)) return
      refuses.seen++
      throw error
    })
    return { ...fake, refuses }
  }
  const aside = () => listSetAside(databases.auth, 100)

  test('for a fault of its own holds up its key for some tries and nothing else, and waits for people', async () => {
    const bad = randomUUID()
    const fake = refusing(bad, TOO_LARGE)
    const others = Array.from({ length: 40 }, () => randomUUID() as string)
    for (const key of others.slice(0, 20)) await write(key)
    await write(bad)
    for (const key of others.slice(20)) await write(key)
    relay(fake.bus)
    const keys = () => fake.events.map((e) => e.partitionkey)
    await fake.until(() => others.every((key) => keys().includes(key)))
    await until(async () => (await aside()).length === 1)
    expect(await aside()).toMatchObject([{ key: bad, reason: 'RangeError: the message is too large' }])
    // What is written while one is set aside finds its way, that of the same key too.
    fake.refuses.now = false
    await write(bad)
    await fake.until(() => keys().includes(bad))
    await allSent()
    expect(await aside()).toHaveLength(1)
    expect(await sendAgain(databases.auth, { ids: [(await aside())[0]?.id as string] })).toBe(1)
    await fake.until(() => keys().filter((key) => key === bad).length === 2)
    expect(await aside()).toEqual([])
    expect(fake.events).toHaveLength(others.length + 2)
  })

  test('for a reason that nobody knows waits with its key in order, and is not set aside', async () => {
    const stuck = randomUUID()
    const fake = refusing(stuck, new Error('not now'))
    await write(stuck)
    await write(stuck)
    relay(fake.bus)
    const free = await write()
    await fake.until(() => fake.events.some((e) => e.partitionkey === free))
    await until(() => fake.refuses.seen > 8)
    expect(await aside()).toEqual([])
    fake.refuses.now = false
    await fake.received(3)
    await allSent()
    const { rows } = await sql<{ id: string }>`select id from outbox where key = ${stuck} order by seq`.execute(
      databases.auth,
    )
    expect(fake.events.filter((e) => e.partitionkey === stuck).map((e) => e.id)).toEqual(rows.map((r) => r.id))
  })

  test('is none while the bus is away: everything waits, and comes in order as soon as it is back', async () => {
    let away = true
    let tries = 0
    const fake = fakeBus(async () => {
      tries++
      if (away) throw new Error('connect ECONNREFUSED')
    })
    const written = []
    for (let n = 0; n < 60; n++) written.push(await write())
    relay(fake.bus)
    await until(() => tries > 2)
    expect(await unsent()).toBe(60)
    away = false
    await fake.received(60)
    expect(fake.events.map((e) => e.partitionkey)).toEqual(written)
    expect(await aside()).toEqual([])
  })

  test('because its row makes no event, or has no topic here, is set aside soon; of a newer version it goes as it is', async () => {
    const fake = fakeBus()
    const insert = (topic: string, type: string, version: number, at: string) =>
      sql`
        insert into outbox (id, topic, type, key, data, version, created_at)
        values (gen_random_uuid(), ${topic}, ${type}, ${type}, '{}', ${version}, ${at})`.execute(databases.auth)
    await insert('user_events', 'user_timeless', 1, 'infinity')
    await insert('planet_events', 'planet_found', 1, '2026-11-26')
    await insert('user_events', 'user_renamed', 7, '2026-11-26')
    const last = await write()
    relay(fake.bus)
    await fake.until(() => fake.events.some((e) => e.partitionkey === last))
    expect(fake.events).toMatchObject([
      { type: 'user_renamed', dataschema: 'urn:scenor:event:user_renamed:7' },
      { partitionkey: last },
    ])
    await until(async () => (await aside()).length === 2)
    expect((await aside()).map((row) => row.reason)).toEqual([
      expect.stringMatching(/^TypeError: /),
      'has a topic that is not known here',
    ])
    // As after an upgrade: whoever starts takes up what it knows by then.
    await sql`update outbox set topic = 'user_events' where topic = 'planet_events'`.execute(databases.auth)
    relay(fake.bus)
    await fake.until(() => fake.events.some((e) => e.type === 'planet_found'))
  })
})
