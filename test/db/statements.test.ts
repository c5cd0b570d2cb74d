import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { APART_MS } from '../../db/listener.ts'
import { SERVICES, type Service } from '../../services.ts'
import type { Person } from '../support/http.ts'
import { testServers } from '../support/servers.ts'
import { startStatementWire, type Statement, type StatementWire } from '../support/statement-wire.ts'
import { startSystem, type System } from '../support/system.ts'
import { until } from '../support/until.ts'

/** What one generation asks of each service's database, from the request to the person who is told. Who needs fewer lowers it. */
const A_GENERATION: Readonly<Record<Service, number>> = { auth: 0, users: 2, scenarios: 6, ai: 23, notifications: 11 }

/** What carries events from the outboxes to the bus and to those who hear. */
const CARRIES = /unsent_events|bus\.(log|read|positions)/
/** How far all operations of a process are, told together when it is time for it. */
const PROGRESS = /^with told as \( select \* from jsonb_to_recordset/
/** What is asked at rest, and how often in `REST_MS` at most: by all loops of that kind together, each of which may just begin. */
const AT_REST: readonly (readonly [asked: RegExp, times: number])[] = [
  [/^update leases set expires_at/, 3 * 10],
  // Two services have none.
  [/^select exists \(select from start_intents .* as starts/, 4 * 3],
  [/ from leases l where .* running_activities /, 4],
  // A connection that has rested is asked before it is used.
  [/^select 1$/, 10],
  // Once in three seconds each, so that two may fall into the time.
  [/^select \* from unsent_events\(/, 10],
  [/^select seq, key, body from bus\.read\(/, 8],
  [/^select \* from "letters" where "handed_over_at" is null/, 2],
  [/^select \* from "phone_codes" where "handed_over_at" is null/, 2],
  [/^with due as \( select notification_id from delivery_intents /, 2],
  [/^select \* from "dead_letters" /, 4],
]
const REST_MS = 3_000
const BY_CLOCK = AT_REST.map(([known]) => known)
/** The first statement of a purge: one after the other while a process is young, then each five minutes. */
const PURGE = /scenor\.removing/

let wire: StatementWire
let system: System
let person: Person
const watched = {} as Record<Service, pg.Client>
beforeAll(async () => {
  wire = await startStatementWire(new URL(testServers().postgres).host)
  system = await startSystem({ pooler: wire.address })
  person = await system.api.register()
  for (const service of SERVICES) {
    // Past the wire: what the test looks at is not counted.
    watched[service] = new pg.Client({ connectionString: system.databases.urls[service] })
    await watched[service].connect()
  }
})
afterAll(async () => {
  await Promise.all(Object.values(watched).map((client) => client.end()))
  await system.stop()
  await wire[Symbol.asyncDispose]()
})

const count = async (service: Service, from: string) =>
  Number((await watched[service].query<{ n: string }>(`select count(*) as n from ${from}`)).rows[0]?.n)
const told = () => count('notifications', `notifications where topic = 'generation_finished'`)
const generate = async (n: number) =>
  (await person.post('/ai/generate', { brief: `Ролик о тёплом термосе, номер ${n}.` })).body.id as string
const serviceOf = ({ database }: Statement) => SERVICES.find((service) => database.endsWith(`_${service}`)) as Service
const quiet = async () => {
  for (const service of SERVICES) await until(async () => (await count(service, 'outbox where sent_at is null')) === 0)
}

/** What came from there on, without the transactions of purges. */
const since = (from: number): Statement[] => {
  const purging = new Set<number>()
  return wire.statements.flatMap((statement, i) => {
    const { connection, text } = statement
    if (text === 'begin') {
      const next = wire.statements.slice(i + 1).find((other) => other.connection === connection)
      if (next && PURGE.test(next.text)) purging.add(connection)
    }
    const purges = purging.has(connection)
    if (text === 'commit') purging.delete(connection)
    return i < from || purges ? [] : [statement]
  })
}

/** How often each statement stands among these that is asked neither by the clock nor by what carries events. */
const asked = (statements: readonly Statement[]) => {
  const times = new Map<string, number>()
  for (const statement of statements) {
    if ([CARRIES, PROGRESS, ...BY_CLOCK].some((apart) => apart.test(statement.text))) continue
    const key = `${serviceOf(statement)} ${statement.text}`
    times.set(key, (times.get(key) ?? 0) + 1)
  }
  return times
}

test('a generation asks of each database as often as the table says', async () => {
  await until(async () => (await count('notifications', `deliveries where status = 'queued'`)) === 0)
  const all: Map<string, number>[] = []
  for (let n = 1; n <= 6; n++) {
    const from = wire.statements.length
    await generate(n)
    await until(async () => (await told()) === n)
    // The last of it: what ran is forgotten.
    await until(() => wire.statements.slice(from).some(({ text }) => text.startsWith('delete from running_activities')))
    all.push(asked(since(from)))
  }
  // Whatever else runs now and then stands among some of them, not among all.
  const [first = new Map<string, number>(), ...others] = all
  const each = [...first].flatMap(([key, times]) => {
    const least = Math.min(times, ...others.map((other) => other.get(key) ?? 0))
    return least > 0 ? [{ key, least }] : []
  })
  const found = Object.fromEntries(
    SERVICES.map((service) => [
      service,
      each.filter(({ key }) => key.startsWith(service)).reduce((sum, { least }) => sum + least, 0),
    ]),
  )
  if (JSON.stringify(found) !== JSON.stringify(A_GENERATION)) process.stdout.write(`${JSON.stringify(each, null, 1)}\n`)
  expect(found).toEqual(A_GENERATION)
})

test('many generations at once share the statements that carry their events', async () => {
  const before = await told()
  const from = wire.statements.length
  const began = performance.now()
  await Promise.all(Array.from({ length: 20 }, (_, n) => generate(n)))
  await until(async () => (await told()) === before + 20)
  await quiet()
  const turns = 2 + Math.ceil((performance.now() - began) / APART_MS)
  const carried = wire.statements.slice(from).filter(({ text }) => CARRIES.test(text)).length
  // Three outboxes with a look and a batch each turn, and the readers of two topics. Each ends with a look that finds nothing.
  expect(carried).toBeLessThanOrEqual(turns * (3 * 2 + 2) + 3 + 2)
})

test('at rest nothing is asked but what the table says', async () => {
  await quiet()
  await delay(1_200)
  const from = wire.statements.length
  const began = performance.now()
  await delay(REST_MS)
  const stretched = Math.max(1, (performance.now() - began) / REST_MS)
  const rest = since(from)
  const beyond = rest.filter(({ text }) => !BY_CLOCK.some((known) => known.test(text)))
  expect(beyond).toEqual([])
  const often = AT_REST.map(([known, most]) => ({
    known,
    most,
    times: rest.filter(({ text }) => known.test(text)).length,
  }))
  expect(often.filter(({ most, times }) => times > most * stretched)).toEqual([])
})
