import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql, type Kysely } from 'kysely'
import { loadConfig } from '../config.ts'
import { openDatabase } from '../db/connection.ts'
import { migrate } from '../db/migrate.ts'
import { NOTIFICATIONS_PERSONAL_DATA } from '../db/notifications/personal-data.ts'
import type { NotificationsDb } from '../db/notifications/schema.ts'
import { claimDueIntents } from '../db/operations/intents.ts'
import { claimStaleOperations, listUnheardCancels } from '../db/operations/operations.ts'
import { listUnsent, outboxBacklog } from '../db/outbox/outbox.ts'
import { erasePersonalData } from '../db/personal-data.ts'
import { purge, purgesOfTable } from '../db/retention/purge.ts'
import { startPostgres } from '../local/postgres/postgres.ts'
import { fillTables, ONE_OF_MANY } from '../test/support/large-tables.ts'
import { planOf, recorded } from '../test/support/plans.ts'
import type { BenchOptions, BenchResult, Line } from './result.ts'

const ROWS = 2_000_000
/** Rows a second that are written of what grows fastest, events; measured here by rows of the outbox, inserted by a hundred. */
const WRITTEN_AT_ONCE = 100
const MEASURED_S = 5

type Db = Kysely<NotificationsDb>

/** What is asked each second, at two million operations and events; how fast a purge is beside a writer; the erasure of one of all rows. */
export async function run({ quick, undo, say }: BenchOptions): Promise<BenchResult> {
  const folder = mkdtempSync(join(tmpdir(), 'scenor-bench-'))
  undo.defer(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
  const postgres = await startPostgres({ dataDir: join(folder, 'postgres'), durable: true })
  undo.defer(() => postgres.stop())
  const { databases } = loadConfig({ DATABASE_URL: postgres.url })
  if (!databases) throw new Error('no databases')
  await migrate(databases)
  const db: Db = openDatabase(databases.notifications, { max: 4, applicationName: 'bench' })
  const rows = quick ? ROWS / 10 : ROWS
  try {
    for (const table of ['operations', 'outbox']) await fillTables(db, 'notifications', rows, table)
    say(`retention: ${rows} operations and events`)
    const asked = await askAll(db)
    const { written, purged } = await raceWithWriter(db)
    say(`retention: ${written.toFixed(0)} events/s written, ${purged.toFixed(0)} rows/s purged`)
    const erased = await eraseMany(db, rows / 10)
    const lines = [
      ...asked,
      { name: 'events written, beside a purge', cells: { 'rows/s': written } },
      { name: 'events purged, beside a writer', cells: { 'rows/s': purged } },
      erased,
    ]
    const slowest = Math.max(...asked.map(({ cells }) => cells['ms'] ?? 0))
    return {
      title: `tables of ${rows} rows`,
      lines,
      goals: [
        { what: 'the slowest of what is asked each second, ms', measured: slowest, limit: 10, direction: 'at most' },
        { what: 'rows purged for one written', measured: purged / written, limit: 1, direction: 'at least' },
      ],
      notes: ['the purge takes turns with a writer that never rests, on a server that flushes'],
      rounds: lines,
    }
  } finally {
    await db.destroy()
  }
}

const ASKED: Readonly<Record<string, (db: Db) => Promise<unknown>>> = {
  'cancellations not heard': (db) => listUnheardCancels(db as never, 50),
  'intents due': (db) => claimDueIntents(db as never, 50),
  'operations left alone': (db) => claimStaleOperations(db as never, 50),
  'events to send': (db) => listUnsent(db as never, 500),
  'backlog of events': (db) => outboxBacklog(db as never),
  'operations to purge': (db) => purge(db, purgesOfTable('notifications', 'operations')[0]!),
  'events to purge': (db) => purge(db, purgesOfTable('notifications', 'outbox')[0]!),
}

async function askAll(db: Db): Promise<Line[]> {
  const lines: Line[] = []
  for (const [name, ask] of Object.entries(ASKED)) {
    const queries = (await recorded<NotificationsDb>(ask)).filter(({ sql: text }) => !text.includes('lock_timeout'))
    const { ms, blocks } = await planOf(db, queries[0]!)
    lines.push({ name, cells: { ms, blocks } })
  }
  return lines
}

/** All events there are have had their time; a writer goes on writing meanwhile. */
async function raceWithWriter(db: Db): Promise<{ written: number; purged: number }> {
  const [one] = purgesOfTable('notifications', 'outbox')
  const due = { ...one!, rule: { ...one!.rule, kept: -86_400 } }
  const end = performance.now() + MEASURED_S * 1_000
  let written = 0
  let purged = 0
  const write = async () => {
    for (; performance.now() < end; written += WRITTEN_AT_ONCE)
      await sql`
        insert into outbox (id, topic, type, key, data)
        select gen_random_uuid(), 'user_events', 'user_registered', gen_random_uuid()::text, '{"user_id": "u"}'
        from generate_series(1, ${sql.lit(WRITTEN_AT_ONCE)})`.execute(db)
  }
  const remove = async () => {
    while (performance.now() < end) purged += await purge(db, due)
  }
  await Promise.all([write(), remove()])
  return { written: written / MEASURED_S, purged: purged / MEASURED_S }
}

/** So many notifications of one person, each with a delivery, among as many of others. */
async function eraseMany(db: Db, rows: number): Promise<Line> {
  for (const table of ['notifications', 'deliveries']) await fillTables(db, 'notifications', rows, table)
  await sql`update notifications set user_id = ${ONE_OF_MANY}, dedupe_key = id::text where seq % 2 = 0`.execute(db)
  await sql`analyze`.execute(db)
  let longest = 0
  let last = performance.now()
  const began = last
  const { notifications = 0 } = await erasePersonalData(
    db,
    NOTIFICATIONS_PERSONAL_DATA,
    { id: ONE_OF_MANY, email: null },
    () => {
      longest = Math.max(longest, performance.now() - last)
      last = performance.now()
    },
  )
  const seconds = (performance.now() - began) / 1_000
  return {
    name: `erasure of ${notifications} notifications`,
    cells: { 'rows/s': notifications / seconds, ms: longest },
  }
}
