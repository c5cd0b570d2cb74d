/**
 * `npm run chaos [generations] [seed]`: scripts are ordered twice a second (200 by default) from an API and two worker processes on real
 * servers while every 5 s one of the three is ended by `kill -9` and started again, and the model fails one call in six. At the end each
 * order has one script: none lost, none twice, none stuck, and fewer than 1.5 answered calls for each. About two and a half minutes.
 */
import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { startStack } from '../../bench/stack.ts'
import { startOurSystem } from '../../bench/system.ts'
import { createScenor } from '../../client/index.ts'
import type { Running } from '../../local/processes/running.ts'
import { startModelServer, type Behaviour } from '../support/model-server.ts'
import { seeded } from '../support/seeded.ts'
import { createDrill } from './drill.ts'

const [count, seed] = [Number(process.argv[2] ?? 200), Number(process.argv[3] ?? 1)]
const ORDER_EVERY_MS = 500
const KILL_EVERY_MS = 5_000
/** For what was accepted to come to its end after the last kill. */
const SETTLE_MS = 120_000
const MOST_ANSWERED = 1.5

await using drill = createDrill()
const { undo, say } = drill
const chance = seeded(seed)

const model = await startModelServer()
undo.defer(() => model[Symbol.asyncDispose]())
/** A sixth of the calls goes wrong in one of five ways; an answer takes 0.5 to 4 s. */
const FAULTS: readonly Behaviour[] = [
  { status: 500, json: { error: { message: 'fault' } } },
  { status: 429, headers: { 'retry-after': '1' }, json: { error: { message: 'slow down' } } },
  { disconnect: 'before_headers' },
  { disconnect: 'after_headers' },
  { status: 503, body: 'not now' },
]
model.always(() => {
  const fault = chance() < 1 / 6 ? FAULTS[Math.floor(chance() * FAULTS.length)] : undefined
  return fault ?? { delayMs: 500 + chance() * 3_500 }
})

const stack = await startStack({ undo, say, profiles: null })
const system = await startOurSystem(stack, {
  ...{ OPENAI_BASE_URL: model.url, OPENAI_API_KEY: 'sk-chaos', OPENAI_MODEL: 'chaos', AI_REPAIR_ROUNDS: '0' },
  AI_BUDGET_MICROS: '1000000000',
})
const workers: Running[] = [system.workers]
await system.startWorkers()
workers.push(system.workers)

let kills = 0
const kill = async (running: Running, start: () => Promise<void>) => {
  running.kill()
  await running.exited
  kills++
  await start()
}
const killSomebody = async () => {
  const place = Math.floor(chance() * 3)
  const worker = workers[place]
  if (!worker) return kill(system.api, system.startApi)
  await kill(worker, system.startWorkers)
  workers[place] = system.workers
}
let over = false
const killing = (async () => {
  for (;;) {
    await delay(KILL_EVERY_MS)
    if (over) return
    await killSomebody()
  }
})()

// A client as people have it: it asks again under the same key while the API is away.
const scenor = createScenor(system.origin, { headers: system.headers, tries: 30 })
const orders = Array.from({ length: count }, async (_, i) => {
  await delay(i * ORDER_EVERY_MS)
  const body = { brief: `Ролик о термосе, который держит чай горячим сутки. Номер ${i}.`, target_duration_s: 30 }
  const { id } = await scenor.call('POST /ai/generate', { body, idempotencyKey: randomUUID() })
  return id
})
const ids = await Promise.all(orders)
say(`${ids.length} orders are accepted, after ${kills} kills`)

const ask = async <Row extends pg.QueryResultRow>(database: string, text: string): Promise<Row[]> => {
  const client = new pg.Client({ connectionString: stack.databaseUrl(database) })
  await client.connect()
  try {
    return (await client.query<Row>(text, [ids])).rows
  } finally {
    await client.end()
  }
}
const states = () =>
  ask<{ id: string; status: string; ended: boolean }>(
    'ai',
    'select id, status, finished_at is not null as ended from operations where id = any($1)',
  )
const until = Date.now() + SETTLE_MS
while (Date.now() < until && !(await states()).every(({ ended }) => ended)) await delay(200)
over = true
await killing

const found = await states()
const lost = ids.filter((id) => !found.some((row) => row.id === id && (row.status === 'succeeded' || !row.ended)))
const stuck = found.filter(({ ended }) => !ended)
const [stored] = await ask<{ scenarios: number; versions: number; orders: number }>(
  'scenarios',
  `select count(distinct scenario_id)::int as scenarios, count(*)::int as versions, count(distinct operation_id)::int as orders
   from scenario_versions where operation_id = any($1)`,
)
const [all] = await ask<{ n: number }>(
  'scenarios',
  'select count(*)::int as n from scenarios where $1::text[] is not null',
)
const [paid] = await ask<{ twice: number }>(
  'ai',
  `select count(*)::int as twice from (
     select from ledger where operation_id = any($1) and phase = 'settle' group by operation_id having count(*) <> 1
   ) settled`,
)
const written = stored?.orders ?? 0
const twice = Math.max((stored?.versions ?? 0) - written, (all?.n ?? 0) - written) + new Set(ids).size - ids.length
// What the server wrote to its end; a call that a killed worker never read was paid for all the same.
const answered = model.requests.filter(({ served, aborted }) => served > 500 && !aborted).length / Math.max(1, written)
say(`${written} scripts of ${count} orders under ${kills} kills and ${model.requests.length} calls: lost ${lost.length}, twice ${twice}, \
stuck ${stuck.length}; settled otherwise than once ${paid?.twice ?? '?'}; ${answered.toFixed(2)} answered calls for each`)
for (const { id, status } of found.filter(({ status }) => status !== 'succeeded').slice(0, 20)) say(`${id} ${status}`)
if (lost.length + twice + stuck.length + (paid?.twice ?? 1) > 0 || answered >= MOST_ANSWERED || written !== count)
  process.exitCode = 1
