import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { beforeAll, expect, test } from '@jest/globals'
import { replayed } from '../support/replayed.ts'
import { runReplay } from '../support/replay-command.ts'
import { withModel } from '../support/with-model.ts'

const started = withModel()
const replay = (args: readonly string[], env?: Record<string, string>) => runReplay(started.system, args, env)
const json = async (args: readonly string[], env?: Record<string, string>) =>
  JSON.parse((await replay([...args, '--json'], env)).out)

/** A generation that went well, and one that its model refused. */
let made: { id: string; requestId: string; traceId: string; runId: string; scenario: string }
let failed: string

beforeAll(async () => {
  const { person, system, model } = started
  model.always({})
  const traceId = 'a'.repeat(31) + '1'
  const { body } = await person.post(
    '/ai/generate',
    { brief: 'Ролик о термосе «Самовар».', target_duration_s: 30 },
    { headers: { 'X-Request-Id': 'detective-request-1', traceparent: `00-${traceId}-00f067aa0ba902b7-01` } },
  )
  const operation = await system.api.finished(body.id, person.token)
  const { execution } = (await system.temporal.workflow.getHandle(body.id).describe()).raw.workflowExecutionInfo!
  made = {
    id: body.id,
    requestId: 'detective-request-1',
    traceId,
    runId: execution?.runId as string,
    scenario: operation.result.scenario_id,
  }
  model.always({ status: 401 })
  const second = await person.post('/ai/generate', { brief: 'Ролик о чайнике.', target_duration_s: 30 })
  failed = second.body.id
  await system.api.finished(failed, person.token)
  // Its execution closes a moment after the row does.
  await system.temporal.workflow
    .getHandle(failed)
    .result()
    .catch(() => {})
})

test.each<[string, () => string]>([
  ['its id', () => made.id],
  ['8 characters of it', () => made.id.slice('generation-'.length, 'generation-'.length + 8)],
  ['its beginning', () => made.id.slice(0, 'generation-'.length + 13)],
  ['its request', () => made.requestId],
  ['its trace', () => made.traceId],
  ['its scenario', () => made.scenario],
  ['a run of it', () => made.runId],
])('find leads from %s to the operation, and says what to type next', async (_, word) => {
  const { operations, next } = await json(['find', word()])
  expect(operations.map((one: { id: string }) => one.id)).toContain(made.id)
  expect(operations[0]).toMatchObject({ service: 'ai', status: 'succeeded', provider: 'openai', reason: null })
  if (operations.length === 1) expect(next[0]).toBe(`replay show ${made.id}`)
})

test('find leads from a person to the work of all services, and from a code to what failed so', async () => {
  const { operations } = await json(['find', started.person.id])
  expect(new Set(operations.map((one: { kind: string }) => one.kind))).toEqual(new Set(['registration', 'generation']))
  const chosen = await json(['find', '--code', 'ai.provider_rejected', '--since', '1h', '--provider', 'openai'])
  expect(chosen.operations).toMatchObject([{ id: failed, reason: 'rejected: HTTP 401', calls: 1 }])
  expect((await json(['find', '--provider', 'nobody'])).operations).toEqual([])
  expect(await replay(['find', 'nothing-is-called-so'])).toMatchObject({
    code: 1,
    err: expect.stringContaining('Nothing is called nothing-is-called-so'),
  })
})

test('show --json has every call with its time, cost, parameters and texts, the executions, the links', async () => {
  const shown = await json(['show', failed], { TRACE_URL: 'https://traces.test/trace/{trace_id}' })
  expect(shown).toMatchObject({
    error_code: 'ai.provider_rejected',
    duration_ms: expect.any(Number),
    calls: [
      {
        outcome: 'rejected',
        started_at: expect.stringMatching(/^\d{4}-/),
        duration_ms: expect.any(Number),
        cost_micros: expect.any(Number),
        parameters: expect.objectContaining({ model: expect.any(String) }),
        messages: [{ role: 'system' }, { role: 'user', content: expect.stringContaining('чайник') }],
      },
    ],
    executions: [{ workflow_id: failed, status: 'failed', events: expect.any(Array) }],
    next: [`replay run ${failed}`, `replay step ${failed}`, `replay retry ${failed}`],
  })
  expect(shown.links['Web UI']).toBe(`http://localhost:8233/namespaces/default/workflows/${failed}`)
  expect(shown.links.trace).toMatch(/^https:\/\/traces\.test\/trace\/[0-9a-f]{32}$/)
})

test('step asks no canned writer because a variable is missing', async () => {
  expect(await replay(['step', failed])).toMatchObject({
    code: 1,
    err: expect.stringContaining('No provider is configured here'),
  })
})

test('step says what differs from the answer on record, and takes another prompt', async () => {
  const { model } = started
  const env = { OPENAI_BASE_URL: model.url, OPENAI_API_KEY: 'sk-test' }
  expect(await replay(['step', made.id], env)).toMatchObject({
    code: 0,
    out: expect.stringContaining('the same as the recorded answer'),
  })
  const otherwise = { ...JSON.parse(JSON.stringify((await json(['step', made.id], env)).value)), title: 'Другое' }
  model.plan({ content: JSON.stringify(otherwise) })
  expect((await json(['step', made.id], env)).differences).toEqual([
    { path: 'title', a: expect.any(String), b: 'Другое' },
  ])
  const folder = await mkdtemp(join(tmpdir(), 'scenor-prompt-'))
  const file = join(folder, 'edited.md')
  await writeFile(file, 'version: 99\n\nПиши только хокку.\n')
  expect(await json(['step', made.id, '--prompt', file], env)).toMatchObject({ prompt_version: 99 })
  const sent = model.requests.at(-1)?.body.messages?.[0]?.content ?? ''
  expect(sent.startsWith('Пиши только хокку.\n\n')).toBe(true)
  // What the order adds to the prompt stays.
  expect(sent).toContain('30')
  expect(await replay(['step', made.id, '--prompt', '0'], env)).toMatchObject({
    code: 1,
    err: expect.stringContaining('There is no version 0 of the prompt "script" (ru)'),
  })
})

test('compare puts two runs beside each other', async () => {
  const { facts, request } = await json(['compare', made.id, failed])
  expect(facts).toContainEqual({ name: 'status', a: 'succeeded', b: 'ai.provider_rejected' })
  expect(facts).toContainEqual({ name: 'calls', a: 'script:stop', b: 'script:rejected' })
  expect(request).toEqual([{ path: 'brief', a: 'Ролик о термосе «Самовар».', b: 'Ролик о чайнике.' }])
  expect((await replay(['compare', made.id, failed])).out).toMatch(/^≠ status +succeeded +ai\.provider_rejected$/m)
})

test('export --test makes a fixture without words and a test of it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'scenor-export-'))
  const { files } = await json(['export', failed, '--test', folder])
  const [fixture, source] = await Promise.all(files.map((path: string) => readFile(path, 'utf8')))
  expect(fixture).not.toMatch(/чайник|Самовар/)
  expect(fixture).not.toContain(started.person.id)
  const run = JSON.parse(fixture)
  expect(run).toMatchObject({
    mode: 'script',
    order: { brief: expect.stringMatching(/^(слово ?)+$|^слово/), target_duration_s: 30 },
    ended: { status: 'failed', error_code: 'ai.provider_rejected' },
    model: [{ status: 401 }],
  })
  expect(await replayed(files[0])).toMatchObject({ code: 0, out: `${files[0]}: replays\n` })
  expect(source).toContain(`import run from './${basename(files[0])}'`)
  expect(source).toMatch(/It ended as ai\.provider_rejected/)
})

test('without the keys of the installation what can be read is read, what cannot is said, and no key is made', async () => {
  const empty = await mkdtemp(join(tmpdir(), 'scenor-no-keys-'))
  const env = { DATA_DIR: empty }
  expect((await json(['list'], env)).operations).toMatchObject([{ id: failed }])
  const shown = await replay(['show', failed], env)
  expect(shown).toMatchObject({ code: 0, out: expect.stringContaining('texts and payloads cannot be read') })
  expect(shown.out).not.toContain('чайник')
  for (const args of [
    ['run', failed],
    ['export', failed],
    ['step', failed],
  ])
    expect(await replay(args, { ...env, OPENAI_API_KEY: 'x' })).toMatchObject({
      code: 1,
      err: expect.stringContaining('cannot be read'),
    })
  for (const args of [
    ['find', failed],
    ['compare', made.id, failed],
    ['retry', failed],
    ['run', '--open'],
  ])
    await replay(args, env)
  expect(await readdir(empty)).toEqual([])
})

test('a reader that leaves early ends a command without a word', async () => {
  const { system } = started
  const child = spawn(process.execPath, ['cli/replay.ts', 'show', made.id], {
    env: {
      ...{ PATH: process.env['PATH'], TEMPORAL_ADDRESS: system.config.TEMPORAL_ADDRESS as string },
      ...{ ...system.databases.env, DATA_DIR: system.config.DATA_DIR },
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let err = ''
  child.stderr.on('data', (text: Buffer) => (err += text.toString()))
  child.stdout.once('data', () => child.stdout.destroy())
  const [code] = await once(child, 'close')
  expect({ code, err }).toEqual({ code: 0, err: '' })
})

test.each(['find', 'list', 'show', 'run', 'step', 'compare', 'retry', 'unstick', 'export'])(
  '%s --help says how',
  async (name) => {
    const { code, out } = await replay([name, '--help'])
    expect({ code, begins: out.slice(0, out.indexOf('\n')) }).toEqual({
      code: 0,
      begins: expect.stringContaining(`usage: replay ${name} `),
    })
    expect((await replay([name, '--help'], { LC_ALL: 'ru_RU.UTF-8' })).out).toMatch(/[а-я]{4}/)
  },
)
