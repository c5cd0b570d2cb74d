import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Person } from '../support/http.ts'
import { startKeepingServer, type KeepingServer } from '../support/keeping-server.ts'
import { startSystem, type System } from '../support/system.ts'
import { until } from '../support/until.ts'
import { startWorkerProcess, type WorkerProcess } from '../support/worker-process.ts'

const IN_FLIGHT = 20

let server: KeepingServer
let system: System
let person: Person
let worker: WorkerProcess
let env: Record<string, string>
beforeAll(async () => {
  server = await startKeepingServer()
  const provider = { name: 'keeps', base_url: server.url, model: 'm', endpoint: 'responses', background: true }
  env = { AI_PROVIDERS: JSON.stringify([provider]), RATE_LIMIT_SCALE: '10' }
  system = await startSystem({ env, workers: ['auth', 'users', 'scenarios', 'notifications'] })
  person = await system.api.register()
})
afterAll(async () => {
  await worker.kill()
  await system.stop()
  await server[Symbol.asyncDispose]()
})
const work = () => startWorkerProcess(system, { ...env, WORKERS: 'ai' })

test('a worker is killed twice with twenty answers under way, and each of them is paid for once', async () => {
  worker = await work()
  server.pauseAt(4)
  const brief = 'Ролик о термосе, который держит чай горячим сутки.'
  const ids: string[] = []
  for (let n = 0; n < IN_FLIGHT; n++)
    ids.push((await person.post('/ai/generate', { brief: `${brief} ${n}`, target_duration_s: 30 })).body.id)
  const marked = async () =>
    (await system.databases.ai.selectFrom('calls').select('id').where('response_id', 'is not', null).execute()).length
  await until(async () => (await marked()) === IN_FLIGHT)
  await worker.kill()
  worker = await work()
  await until(() => server.readings.length === IN_FLIGHT)
  await worker.kill()
  worker = await work()
  server.pauseAt(Infinity)
  for (const id of ids)
    expect(await system.api.finished(id, person.token)).toMatchObject({ status: 'succeeded', attempt: 1 })
  expect(server.posted).toHaveLength(IN_FLIGHT)
  const calls = await system.databases.ai.selectFrom('calls').select(['outcome', 'output_tokens']).execute()
  expect(calls).toEqual(Array.from({ length: IN_FLIGHT }, () => ({ outcome: 'stop', output_tokens: 480 })))
})
