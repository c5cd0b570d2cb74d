import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { sql } from 'kysely'
import { createLogger } from '../../telemetry/logger.ts'
import { createTemporalClient } from '../../temporal/client.ts'
import { findExecution } from '../../temporal/executions.ts'
import { runStartsAndCancels } from '../../workers/relays/operations.ts'
import { startWire } from '../support/frozen-wire.ts'
import { startSystem, type System } from '../support/system.ts'
import { until } from '../support/until.ts'

let system: System
beforeAll(async () => {
  // Nobody but the test looks after operations of `ai`.
  system = await startSystem({ env: { WORKERS: 'auth,users,scenarios,notifications' } })
})
afterAll(() => system.stop())

test('what was put off while Temporal was away is started as soon as it is back', async () => {
  const { databases, config, keys, api } = system
  const person = await api.register()
  await using wire = await startWire(config.TEMPORAL_ADDRESS as string)
  const client = await createTemporalClient({ ...config, TEMPORAL_ADDRESS: wire.address }, keys)
  await wire.cut()
  // As a request leaves it that could not start it: there is an intent, and Temporal knows nothing.
  const { body } = await person.post('/ai/generate', { brief: 'Ролик о термосе, который держит чай горячим.' })
  const handle = system.temporal.workflow.getHandle(body.id)
  await handle.terminate('as if it had never come')
  await system.temporal.workflowService.deleteWorkflowExecution({
    namespace: 'default',
    workflowExecution: { workflowId: body.id },
  })
  await until(async () => !(await findExecution(system.temporal, body.id)))
  await sql`insert into start_intents (operation_id, due_at) values (${body.id}, clock_timestamp())`.execute(
    databases.ai,
  )

  const logs: string[] = []
  const logger = createLogger({ LOG_LEVEL: 'info' }, 'test', { write: (line: string) => void logs.push(line) })
  const relay = runStartsAndCancels({
    service: 'ai',
    db: databases.ai,
    client,
    suffix: config.TASK_QUEUE_SUFFIX,
    logger,
  })
  const intent = () => databases.ai.selectFrom('start_intents').selectAll().executeTakeFirst()
  await until(async () => ((await intent())?.tries ?? 0) > 0)
  // An outage of hours puts it off as long as it may: here for longer than the test.
  await sql`update start_intents set due_at = clock_timestamp() + interval '1 hour'`.execute(databases.ai)
  await until(() => logs.some((line) => line.includes('Temporal is away')))
  await Promise.all([wire.mend(), system.startWorkers('ai')])
  expect(await api.finished(body.id, person.token)).toMatchObject({ status: 'succeeded' })
  await relay.stop()
  await client.connection.close()
})
