import { randomUUID } from 'node:crypto'
import { Consumer as KafkaConsumer, Producer, stringDeserializers, stringSerializers } from '@platformatic/kafka'
import { connect } from 'amqplib'
import { sql, type Kysely } from 'kysely'
import { openDatabase } from '../db/connection.ts'
import { migrate } from '../db/migrate.ts'
import type { AcceptTables } from '../db/operations/schema.ts'
import type { EventBus } from '../events/bus/bus.ts'
import { createKafkaBus } from '../events/bus/kafka.ts'
import { appendEvent } from '../events/outbox.ts'
import { createPostgresBus } from '../events/bus/postgres.ts'
import { createRabbitBus } from '../events/bus/rabbitmq.ts'
import { freePort } from '../local/processes/ports.ts'
import { startPostgres } from '../local/postgres/postgres.ts'
import { createLogger } from '../telemetry/logger.ts'
import { SERVICES, type Service } from '../services.ts'
import { MISSING, startKafka, startRabbit } from '../test/support/brokers.ts'
import { userEvent } from '../test/support/events.ts'
import { runOutboxRelay } from '../workers/relays/outbox.ts'
import { eventCost } from './event-cost.ts'
import { medians, percentile, ratio } from './numbers.ts'
import type { BenchOptions, BenchResult, Line } from './result.ts'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const BATCH = 500

/** Publishes so many in batches and waits for all of them. @returns events a second, from the first publish to the last arrival */
async function throughput(
  publish: (n: number) => Promise<void>,
  arrived: () => number,
  total: number,
): Promise<number> {
  const before = arrived()
  const began = performance.now()
  for (let sent = 0; sent < total; sent += BATCH) await publish(BATCH)
  while (arrived() - before < total) await new Promise((resolve) => setTimeout(resolve, 1))
  return total / ((performance.now() - began) / 1000)
}

const events = (n: number) => Array.from({ length: n }, () => userEvent())

/** One adapter of ours: the whole port, envelopes and retries included. */
async function ours(bus: EventBus) {
  let count = 0
  await bus.subscribe({
    topic: 'user_events',
    group: 'notifications',
    handle: async () => void count++,
    deadLetter: async () => {},
  })
  return { publish: (n: number) => bus.publish('user_events', events(n)), arrived: () => count }
}

async function bareKafka(brokers: string, undo: AsyncDisposableStack) {
  const base = { bootstrapBrokers: [brokers], clientId: 'bare' }
  const producer = new Producer({ ...base, idempotent: true, acks: -1, serializers: stringSerializers })
  const consumer = new KafkaConsumer({ ...base, groupId: `bare-${randomUUID()}`, deserializers: stringDeserializers })
  const stream = await consumer.consume({ topics: ['user_events'], mode: 'earliest', autocommit: true })
  let count = 0
  stream.on('data', () => count++)
  undo.defer(async () => {
    await stream.close()
    await consumer.close()
    await producer.close()
  })
  const message = (e: ReturnType<typeof userEvent>) => ({
    topic: 'user_events',
    key: e.partitionkey,
    value: JSON.stringify(e),
  })
  return {
    publish: async (n: number) => void (await producer.send({ messages: events(n).map(message) })),
    arrived: () => count,
  }
}

async function bareRabbit(url: string, undo: AsyncDisposableStack) {
  const connection = await connect(url)
  undo.defer(() => connection.close())
  const [out, into] = [await connection.createConfirmChannel(), await connection.createChannel()]
  const queue = `bare-${randomUUID()}`
  await into.assertQueue(queue, { durable: true, arguments: { 'x-queue-type': 'quorum' } })
  await into.prefetch(400)
  let count = 0
  await into.consume(queue, (message) => {
    if (!message) return
    count++
    into.ack(message)
  })
  return {
    publish: async (n: number) => {
      for (const e of events(n)) out.sendToQueue(queue, Buffer.from(JSON.stringify(e)), { persistent: true })
      await out.waitForConfirms()
    },
    arrived: () => count,
  }
}

/** The least that a queue in Postgres can be: insert a batch, read and delete what is there. */
async function barePostgres(db: Kysely<never>, undo: AsyncDisposableStack) {
  await sql`create table bare (n bigint generated always as identity primary key, body text not null)`.execute(db)
  let count = 0
  let stopped = false
  const loop = (async () => {
    while (!stopped) {
      const { rows } =
        await sql`delete from bare where n in (select n from bare order by n limit ${BATCH}) returning body`.execute(db)
      count += rows.length
      if (rows.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    }
  })()
  undo.defer(async () => {
    stopped = true
    await loop
  })
  return {
    publish: async (n: number) =>
      void (await sql`insert into bare (body) select unnest(${events(n).map((e) => JSON.stringify(e))}::text[])`.execute(
        db,
      )),
    arrived: () => count,
  }
}

/** The event bus: how soon, how many, and what an event costs the request that writes it. */
export async function run(options: BenchOptions): Promise<BenchResult> {
  const { rounds, quick, say } = options
  const adapters = new AsyncDisposableStack()
  const undo = adapters
  options.undo.use(adapters)
  const folder = mkdtempSync(join(tmpdir(), 'scenor-bench-bus-'))
  undo.defer(() => rmSync(folder, { recursive: true, force: true }))
  const postgres = await startPostgres({ dataDir: join(folder, 'postgres'), port: await freePort() })
  undo.defer(() => postgres.stop())
  const urls = Object.fromEntries(SERVICES.map((s) => [s, new URL(`/${s}`, postgres.url).href])) as Record<
    Service,
    string
  >
  await migrate(urls)
  const auth = openDatabase<AcceptTables>(urls.auth, { max: 20, applicationName: 'bench' })
  const log = openDatabase<never>(urls.notifications, { max: 20, applicationName: 'bench' })
  undo.defer(async () => void (await Promise.all([auth.destroy(), log.destroy()])))

  const bus = createPostgresBus({ db: log, url: urls.notifications })
  undo.defer(() => bus.close())
  const arrivals = new Map<string, (at: number) => void>()
  const waiting = await bus.subscribe({
    topic: 'user_events',
    group: 'latency',
    handle: async (event) => arrivals.get(event.subject)?.(performance.now()),
    deadLetter: async () => {},
  })
  const logger = createLogger({ LOG_LEVEL: 'silent' }, 'bench')
  const internal = { handOver: () => Promise.reject(new Error('auth hands nothing over')) }
  const relay = runOutboxRelay({ service: 'auth', db: auth, url: urls.auth, bus, internal, logger })
  undo.defer(() => relay.stop())

  type Subject = Awaited<ReturnType<typeof ours>>
  const pairs: [name: string, mine: Subject, bare: Subject][] = [
    [
      'Postgres',
      await ours(createdFor(undo, createPostgresBus({ db: log, url: urls.notifications }))),
      await barePostgres(log, undo),
    ],
  ]
  if (!MISSING.kafka()) {
    const broker = await startKafka()
    undo.defer(() => broker.stop())
    pairs.push([
      'Kafka',
      await ours(createdFor(undo, createKafkaBus({ brokers: broker.address }))),
      await bareKafka(broker.address, undo),
    ])
  }
  if (!MISSING.rabbitmq()) {
    const broker = await startRabbit()
    undo.defer(() => broker.stop())
    pairs.push([
      'RabbitMQ',
      await ours(createdFor(undo, createRabbitBus({ url: broker.address }))),
      await bareRabbit(broker.address, undo),
    ])
  }

  const lines: Line[] = []
  const latencies: number[] = []
  const total = quick ? 2_000 : 10_000
  const line = (name: string, column: string, value: number) => lines.push({ name, cells: { [column]: value } })
  for (let n = 0; n < rounds * (quick ? 10 : 50); n++) {
    const user_id = randomUUID()
    const arrived = new Promise<number>((resolve) => arrivals.set(user_id, resolve))
    const began = performance.now()
    await auth.transaction().execute((trx) => appendEvent(trx, 'user_updated', { user_id }))
    latencies.push((await arrived) - began)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  // Else it would read along with the subject, and the bare one has no such thing.
  await waiting.stop()
  for (const [, mine, bare] of pairs) for (const c of [mine, bare]) await throughput(c.publish, c.arrived, BATCH)
  for (let round = 0; round < rounds; round++) {
    say(`adapters: round ${round + 1} of ${rounds}`)
    for (const [name, mine, bare] of pairs) {
      line(`${name}, bare client`, 'events/s', await throughput(bare.publish, bare.arrived, total))
      line(name, 'events/s', await throughput(mine.publish, mine.arrived, total))
    }
  }
  // The brokers and adapters end first: requests are measured with nothing beside them.
  await adapters.disposeAsync()
  const cost = await eventCost(options)
  const p50 = percentile(latencies, 0.5)
  lines.push({ name: 'outbox to handler, Postgres, at rest', cells: { 'p50 ms': p50 } })
  const columns = (l: Line): Line => ({ ...l, cells: { 'p50 ms': null, 'p95 ms': null, 'events/s': null, ...l.cells } })
  return {
    title: 'Event bus',
    lines: [...medians(lines), ...medians(cost.lines)].map(columns),
    goals: [
      { what: 'outbox to handler at rest, p50 ms', measured: p50, limit: 50, direction: 'at most' },
      ...cost.goals,
      ...pairs.map(([name]) => ({
        what: `events/s of ${name} against its bare client`,
        measured: ratio(lines, 'events/s', name, `${name}, bare client`),
        limit: 0.5,
        direction: 'at least' as const,
      })),
    ],
    notes: [
      'The request without an event goes to a process whose code is the same but for the function that writes events.',
      'The bare clients publish the same bytes in the same batches and keep no order by key, no retries and no dead letters.',
    ],
    rounds: [...lines, ...cost.lines].map(columns),
  }
}

function createdFor(undo: AsyncDisposableStack, bus: EventBus): EventBus {
  undo.defer(() => bus.close())
  return bus
}
