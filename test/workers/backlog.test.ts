import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { sql } from 'kysely'
import { createLogger } from '../../telemetry/logger.ts'
import { createTemporalClient } from '../../temporal/client.ts'
import { runStarts } from '../../workers/relays/operations.ts'
import { startWire, type Wire } from '../support/frozen-wire.ts'
import { testServers } from '../support/servers.ts'
import { startSystem, type System } from '../support/system.ts'
import { until } from '../support/until.ts'

const BACKLOG = 200
/** Far from the minute that an intent may be put off by, and enough for a busy machine. On an idle one it takes a few seconds. */
const SOON_MS = 45_000

let wire: Wire
let system: System
beforeAll(async () => {
  wire = await startWire(testServers().temporal)
  system = await startSystem({ temporalAddress: wire.address, relays: false })
})
afterAll(async () => {
  await system.stop()
  await wire[Symbol.asyncDispose]()
})

test('a backlog of 200 is started as soon as Temporal is back', async () => {
  const { databases, config, keys } = system
  const { ai } = databases
  const person = await system.api.register()
  await wire.cut()
  for (let n = 0; n < BACKLOG; n += 20)
    await Promise.all(
      Array.from({ length: 20 }, async () =>
        expect(await person.post('/ai/generate', { brief: 'Ролик о тёплом термосе.' })).toMatchObject({ status: 202 }),
      ),
    )
  const client = await createTemporalClient({ ...config, TEMPORAL_ADDRESS: wire.address }, keys)
  const logs: string[] = []
  const logger = createLogger({ LOG_LEVEL: 'info' }, 'test', { write: (line: string) => void logs.push(line) })
  const relay = runStarts({ service: 'ai', db: ai, client, suffix: config.TASK_QUEUE_SUFFIX, logger })
  const count = async (condition: ReturnType<typeof sql<boolean>>) => {
    const { rows } = await sql<{ n: number }>`select count(*)::int as n from start_intents where ${condition}`.execute(
      ai,
    )
    return rows[0]?.n
  }
  await until(async () => (await count(sql`tries > 0`)) === BACKLOG, 120_000)
  // An outage of hours puts them off as long as it may, in no order: here for longer than the test.
  await sql`update start_intents set due_at = clock_timestamp() + interval '1 hour' * (1 + random())`.execute(ai)
  await until(() => logs.some((line) => line.includes('Temporal is away')), 60_000)

  const since = performance.now()
  await wire.mend()
  await until(async () => (await count(sql`true`)) === 0, SOON_MS)
  expect(performance.now() - since).toBeLessThan(SOON_MS)
  const open = sql<{
    n: number
  }>`select count(*)::int as n from operations where finished_at is null and kind = 'generation'`
  await until(async () => (await open.execute(ai)).rows[0]?.n === 0, 120_000)
  await relay.stop()
  await client.connection.close()
})
