import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { freePort } from '../../local/processes/ports.ts'
import { startTimeOf } from '../../db/leases/process-start.ts'
import { readRecords, type ProcessRecord } from '../../local/processes/process-record.ts'
import { createApiClient, type Api, type Person } from '../support/http.ts'
import { startModelServer, type ModelServer } from '../support/model-server.ts'

/** The real processes, as `npm start` runs them, and what they survive. */
const root = fileURLToPath(new URL('../../', import.meta.url))
const BRIEF = 'Ролик о термосе, который держит чай горячим сутки. Закажите на сайте.'

let folder: string
let env: NodeJS.ProcessEnv
let model: ModelServer
let api: Api
let person: Person
let stack: Stack

interface Stack {
  readonly process: ChildProcess
  readonly output: () => string
  /** Resolves when the output holds this. */
  said(words: string | RegExp): Promise<void>
}

function start(file: string, args: string[] = []): Stack {
  const child = spawn(process.execPath, [join(root, file), ...args], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const waiting = new Set<() => void>()
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
      for (const check of waiting) check()
    })
  return {
    process: child,
    output: () => output,
    said: (words) =>
      new Promise((resolve, reject) => {
        const check = () => {
          if (typeof words === 'string' ? output.includes(words) : words.test(output)) {
            waiting.delete(check)
            resolve()
          }
        }
        waiting.add(check)
        child.once('exit', (code) => reject(new Error(`ended with ${code}:\n${output}`)))
        check()
      }),
  }
}

const records = (): ProcessRecord[] => readRecords(join(folder, 'data', 'run'))
const pidOf = (name: string): number => {
  const record = records().find((r) => r.name === name)
  if (!record)
    throw new Error(
      `no record of ${name} among ${records()
        .map((r) => r.name)
        .join(', ')}`,
    )
  return record.pid
}
const startStack = async () => {
  stack = start('local/main.mjs')
  await stack.said('Scenor is ready')
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'scenor-e2e-'))
  model = await startModelServer()
  const ports = await Promise.all([1, 2, 3, 4, 5].map(() => freePort()))
  env = {
    ...process.env,
    NODE_OPTIONS: '',
    DATA_DIR: join(folder, 'data'),
    PORT: String(ports[0]),
    INTERNAL_PORT: String(ports[1]),
    METRICS_PORT: String(ports[2]),
    TEMPORAL_UI_PORT: String(ports[3]),
    WORKERS_METRICS_PORT: String(ports[4]),
    OPENAI_BASE_URL: model.url,
    OPENAI_API_KEY: 'sk-e2e',
    RATE_LIMIT_SCALE: '1000',
    // Calls are counted here: what the checks find fault with has tests of its own.
    AI_REPAIR_ROUNDS: '0',
  }
  api = createApiClient(`http://127.0.0.1:${ports[0]}`)
  await startStack()
  person = await api.register()
})

afterAll(async () => {
  if (stack.process.exitCode === null) {
    stack.process.kill('SIGTERM')
    await once(stack.process, 'exit')
  }
  await model[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

const generate = async () => {
  const reply = await person.post('/ai/generate', { brief: BRIEF, target_duration_s: 30 })
  expect(reply).toMatchObject({ status: 202 })
  return reply.body.id as string
}
const scriptsOf = async (operationId: string) => {
  const port = records().find((r) => r.name === 'postgres')?.port
  const password = (await readFile(join(folder, 'data', 'postgres', 'password'), 'utf8')).trim()
  const client = new pg.Client({ connectionString: `postgres://postgres:${password}@127.0.0.1:${port}/scenarios` })
  await client.connect()
  const { rows } = await client.query('select scenario_id from scenario_versions where operation_id = $1', [
    operationId,
  ])
  await client.end()
  return rows
}

test('the demo registers, generates and prints the script', async () => {
  model.always({})
  const demo = start('cli/demo.ts', ['examples/briefs/1-thermos-ad.ru.txt'])
  const [code] = (await once(demo.process, 'exit')) as [number]
  expect({ code, output: demo.output() }).toMatchObject({ code: 0 })
  expect(demo.output()).toContain('Проверочный текст')
  expect(demo.output()).toMatch(/VIDEO\s+\| AUDIO/)
  expect(demo.output()).toMatch(/\/workflows\/generation-[0-9a-f-]{36}/)
})

test('metrics stand on ports of their own', async () => {
  await person.get('/auth/me')
  const [ofApi, ofWorkers] = await Promise.all(
    ['METRICS_PORT', 'WORKERS_METRICS_PORT'].map(async (name) =>
      (await fetch(`http://127.0.0.1:${env[name]}/metrics`)).text(),
    ),
  )
  expect(ofApi).toMatch(/scenor_http_requests_total\{route="\/auth\/me",method="GET",code="200"\} [1-9]/)
  expect(ofWorkers).toMatch(/scenor_outbox_oldest_seconds\{service="auth"\} \d/)
  expect(ofWorkers).toMatch(/scenor_start_intents_waiting\{service="ai"\} 0/)
  // Of Temporal's SDK, under the names that the alerts have.
  expect(ofWorkers).toMatch(/temporal_num_pollers\{.*poller_type="workflow_task".*\} [1-9]/)
  expect(ofWorkers).toMatch(/temporal_workflow_task_schedule_to_start_latency_seconds_bucket\{.*le="60".*\} [1-9]/)
  expect(ofWorkers).toMatch(/temporal_workflow_completed\{/)
  expect(ofApi).not.toContain(person.id)
})

test('a worker killed in the middle of a call is started again, and the script is stored once', async () => {
  model.reset()
  model.plan({ hang: true })
  model.always({})
  const id = await generate()
  await model.received(1)
  const killed = pidOf('workers')
  process.kill(killed, 'SIGKILL')
  expect(await api.finished(id, person.token)).toMatchObject({ status: 'succeeded', result: { version: 1 } })
  expect(pidOf('workers')).not.toBe(killed)
  expect(model.requests).toHaveLength(2)
  expect(await scriptsOf(id)).toHaveLength(1)
})

test('the API killed after it accepted loses nothing', async () => {
  model.reset()
  model.always({})
  const id = await generate()
  const killed = pidOf('api')
  process.kill(killed, 'SIGKILL')
  for (;;) {
    const up = await api.call('GET', '//health/live').catch(() => undefined)
    if (up?.status === 200) break
  }
  expect(await api.finished(id, person.token)).toMatchObject({ status: 'succeeded' })
  expect(await scriptsOf(id)).toHaveLength(1)
})

test('Postgres killed under load comes back with all that was accepted', async () => {
  model.reset()
  model.always({ delayMs: 300 })
  const ids = await Promise.all(Array.from({ length: 5 }, generate))
  process.kill(pidOf('postgres'), 'SIGKILL')
  for (const id of ids) {
    for (const end = Date.now() + 60_000; ;) {
      const reply = await person.get(`/operations/${id}`)
      // Away for a moment: said as such, and never as a fault of ours.
      expect([200, 503]).toContain(reply.status)
      if (reply.body.status === 'succeeded') break
      if (Date.now() > end) throw new Error(`still ${reply.text}`)
    }
    expect(await scriptsOf(id)).toHaveLength(1)
  }
})

test('the Temporal server killed comes back, and what it had accepted goes on', async () => {
  model.reset()
  model.plan({ delayMs: 1_500 })
  model.always({})
  const id = await generate()
  await model.received(1)
  process.kill(pidOf('temporal'), 'SIGKILL')
  // Taken while it is away.
  const other = await generate()
  for (const wanted of [id, other])
    expect(await api.finished(wanted, person.token)).toMatchObject({ status: 'succeeded' })
  expect(await scriptsOf(id)).toHaveLength(1)
})

test('after the supervisor is killed, the next start ends what was left and finishes the work', async () => {
  model.reset()
  model.plan({ hang: true })
  model.always({})
  const id = await generate()
  await model.received(1)
  const left = records()
  stack.process.kill('SIGKILL')
  await once(stack.process, 'exit')
  await startStack()
  for (const { name, pid, startTime } of left) expect([name, startTimeOf(pid) === startTime]).toEqual([name, false])
  expect(await api.finished(id, person.token)).toMatchObject({ status: 'succeeded' })
  expect(await scriptsOf(id)).toHaveLength(1)
})

test('a second start beside a living one says so', async () => {
  const second = start('local/main.mjs')
  const [code] = (await once(second.process, 'exit')) as [number]
  expect({ code, output: second.output() }).toEqual({ code: 3, output: expect.stringMatching(/already running/i) })
})

test('SIGTERM ends all of it in order and leaves no process', async () => {
  const all = records()
  stack.process.kill('SIGTERM')
  const [code] = (await once(stack.process, 'exit')) as [number]
  expect(code).toBe(0)
  for (const { name, pid, startTime } of all) expect([name, startTimeOf(pid) === startTime]).toEqual([name, false])
  expect(existsSync(join(folder, 'data', 'postgres', 'data', 'postmaster.pid'))).toBe(false)
})
