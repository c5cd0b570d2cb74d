import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { createLogger } from '../../telemetry/logger.ts'
import { createTemporalClient } from '../../temporal/client.ts'
import { runStartsAndCancels } from '../../workers/relays/operations.ts'
import { startWire, type Wire } from '../support/frozen-wire.ts'
import { testServers } from '../support/servers.ts'
import { startSystem, type System } from '../support/system.ts'
import { until } from '../support/until.ts'

const BACKLOG = 200
const SIDE_BY_SIDE = 20
/** The most that the relay starts side by side. */
const RELAY_BATCH = 50

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

test('a backlog of 200 is started as soon as Temporal is back, the oldest first, and what comes meanwhile behind it', async () => {
  const { databases, config, keys, temporal } = system
  const { ai } = databases
  const person = await system.api.register()
  const order = async () => {
    const { status, body } = await person.post('/ai/generate', { brief: 'Ролик о тёплом термосе.' })
    expect(status).toBe(202)
    return body.id as string
  }
  const client = await createTemporalClient({ ...config, TEMPORAL_ADDRESS: wire.address }, keys)
  const logs: string[] = []
  const logger = createLogger({ LOG_LEVEL: 'info' }, 'test', { write: (line: string) => void logs.push(line) })
  await wire.cut()
  const relay = runStartsAndCancels({ service: 'ai', db: ai, client, suffix: config.TASK_QUEUE_SUFFIX, logger })
  for (let n = 0; n < BACKLOG; n += SIDE_BY_SIDE) await Promise.all(Array.from({ length: SIDE_BY_SIDE }, order))
  await until(() => logs.some((line) => line.includes('Temporal is away')))

  const back = Date.now()
  await wire.mend()
  const late = await order()
  const waiting = ai.selectFrom('start_intents').select((eb) => eb.fn.countAll<number>().as('n'))
  await until(async () => Number((await waiting.executeTakeFirstOrThrow()).n) === 0)
  const accepted = await ai
    .selectFrom('operations')
    .select('id')
    .where('kind', '=', 'generation')
    .orderBy('created_at')
    .execute()
  const started: { id: string; at: number }[] = []
  for (const { id } of accepted)
    started.push({ id, at: (await temporal.workflow.getHandle(id).describe()).startTime.getTime() })
  await relay.stop()
  await client.connection.close()

  const after = started.map(({ at }) => at - back).toSorted((a, b) => a - b)
  process.stdout.write(`started after ${after[0]} ms, p95 ${after[Math.floor(BACKLOG * 0.95)]} ms\n`)
  const turns = started.toSorted((a, b) => a.at - b.at).map(({ id }) => id)
  // Those that are started side by side may change places; nobody waits for a whole batch that came later.
  const waited = accepted.map(({ id }, place) => Math.abs(turns.indexOf(id) - place))
  expect(Math.max(...waited)).toBeLessThan(RELAY_BATCH)
  expect(turns.indexOf(late)).toBeGreaterThan(BACKLOG - RELAY_BATCH)
})
