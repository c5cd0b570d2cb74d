import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Person } from '../support/http.ts'
import { startModelServer, type ModelServer } from '../support/model-server.ts'
import { runReplay } from '../support/replay-command.ts'
import { startSystem, type System } from '../support/system.ts'

const BRIEF = 'Ролик о термосе «Самовар», который держит чай горячим сутки.'
const UNKNOWN = 'generation-00000000-0000-4000-8000-000000000000'

let model: ModelServer
let system: System
let person: Person
/** Failed with `ai.output_invalid` after three answers, and with `ai.provider_rejected` after one call. */
let invalid: string
let rejected: string

const generate = async () => {
  const { body } = await person.post('/ai/generate', { brief: BRIEF, target_duration_s: 30 })
  await system.api.finished(body.id, person.token)
  // Its execution closes a moment after the row does, and only then has a whole history.
  await system.temporal.workflow
    .getHandle(body.id)
    .result()
    .catch(() => {})
  return body.id as string
}

const replay = (args: readonly string[], env: Record<string, string> = {}) =>
  runReplay(system, args, { OPENAI_BASE_URL: model.url, OPENAI_API_KEY: 'sk-test', ...env })

const record = async (id: string) => {
  const { ai } = system.databases
  return {
    operation: await ai.selectFrom('operations').selectAll().where('id', '=', id).executeTakeFirst(),
    calls: await ai.selectFrom('calls').selectAll().where('operation_id', '=', id).orderBy('id').execute(),
    answers: await ai.selectFrom('answers').selectAll().where('operation_id', '=', id).execute(),
  }
}

beforeAll(async () => {
  model = await startModelServer()
  system = await startSystem({
    env: { OPENAI_BASE_URL: model.url, OPENAI_API_KEY: 'sk-test', AI_GIVE_UP_S: '10' },
  })
  person = await system.api.register()
  model.always({ content: 'Конечно! Вот идея.' })
  invalid = await generate()
  model.always({ status: 401 })
  rejected = await generate()
  model.always(undefined)
})
afterAll(async () => {
  await system.stop()
  await model[Symbol.asyncDispose]()
})

test('--help says what there is', async () => {
  expect(await replay(['--help'])).toMatchObject({ code: 0, out: expect.stringMatching(/^usage: replay/), err: '' })
})

test('list shows failed operations with their codes and counts, and none of their words', async () => {
  const { code, out } = await replay(['list'])
  expect(code).toBe(0)
  expect(out).toMatch(new RegExp(`${invalid} +ai\\.output_invalid +writing +attempt 1`))
  expect(out).toMatch(/^ +1 +ai\.output_invalid at writing$/m)
  expect(out).toMatch(/^ +1 +ai\.provider_rejected at writing$/m)
  expect(out).not.toContain('Самовар')
  const chosen = await replay(['list', '--code', 'ai.provider_rejected'])
  expect(chosen.out).toContain(rejected)
  expect(chosen.out).not.toContain(invalid)
  expect((await replay(['list', '--code', 'ai.timeout'])).out).toBe('No failed or open operations so chosen.\n')
  const short = await replay(['list', '--limit', '1'])
  expect(short.out).toMatch(/^ +1 +ai\.output_invalid at writing$/m)
  expect(short.out).toContain('The newest 1 of 2 failed are listed')
})

test('show tells all of one: calls, prompt, answers, decoded history', async () => {
  const { code, out } = await replay(['show', invalid])
  expect(code).toBe(0)
  expect(out.match(/^call script \(attempt 1\)/gm)).toHaveLength(3)
  expect(out).toContain('Самовар')
  expect(out).toContain('Конечно! Вот идея.')
  expect(out).toMatch(/prompt script v\d+ [0-9a-f]{12}/)
  expect(out).toMatch(/malformed {2}\d+ ms/)
  expect(out.match(/system: as for script/g)).toHaveLength(2)
  expect(out).toMatch(/^not used: malformed, 3 calls, cost \d+$/m)
  expect(out).toContain('checks: none')
  expect(out).toMatch(/activity_task_failed malformed: the answer is not JSON$/m)
  expect(out).toMatch(/ 1 workflow_execution_started .*"give_up_s":10/)
  expect(out).toContain('workflow_execution_failed')
})

test('run replays a failed operation; an exported one replays without a word of anybody; a changed one diverges, and where is said', async () => {
  expect(await replay(['run', rejected])).toMatchObject({ code: 0, out: `${rejected}: replays\n` })
  const both = await replay(['run', '--since', '1h'])
  expect({ code: both.code, lines: both.out.trim().split('\n').toSorted() }).toEqual({
    code: 0,
    lines: [invalid, rejected].map((id) => `${id}: replays`).toSorted(),
  })

  const file = join(system.config.DATA_DIR, 'exported.json')
  expect((await replay(['export', rejected, file])).code).toBe(0)
  const text = await readFile(file, 'utf8')
  expect(text).not.toContain(person.id)
  expect(text).not.toContain(rejected.slice(-36))
  expect(await replay(['run', file])).toMatchObject({ code: 0, out: `${file}: replays\n` })

  const changed = join(system.config.DATA_DIR, 'changed.json')
  await writeFile(changed, text.replaceAll('"writeScript"', '"writeNovel"'))
  const diverged = await replay(['run', changed])
  expect(diverged.code).toBe(1)
  expect(diverged.out).toMatch(/changed\.json: diverges: .*write(Novel|Script)/s)
})

test('step asks again with the stored order and writes nothing', async () => {
  const before = await record(invalid)
  model.reset()
  model.plan({})
  const { code, out } = await replay(['step', invalid, 'script'])
  expect(code).toBe(0)
  expect(out).toContain('Проверочный текст')
  expect(model.requests).toHaveLength(1)
  expect(model.requests[0]!.raw).toContain('Самовар')
  model.plan({ status: 402 })
  expect(await replay(['step', invalid, 'script'])).toMatchObject({
    code: 1,
    err: expect.stringContaining('it fails otherwise than before (malformed): ai.quota'),
  })
  expect(await replay(['step', invalid, 'dance'])).toMatchObject({
    code: 1,
    err: expect.stringContaining('it has: script'),
  })
  // Without a name the last call; by another provider, which costs nothing.
  const demo = await replay(['step', invalid, '--provider', 'demo'])
  expect(demo).toMatchObject({ code: 0, out: expect.stringContaining('answered by demo') })
  expect(await replay(['step', invalid, '--provider', 'x'])).toMatchObject({
    code: 1,
    err: expect.stringContaining('there are: demo, openai'),
  })
  expect(await record(invalid)).toEqual(before)
})

test('retry does nothing but tell without --yes, wants a reason with it, and then production finishes it', async () => {
  model.reset()
  const before = await record(rejected)
  const dry = await replay(['retry', '--code', 'ai.provider_rejected'])
  expect(dry).toMatchObject({ code: 0, out: expect.stringContaining('Dry run: nothing was done') })
  expect(dry.out).toContain(rejected)
  expect(dry.out).not.toContain(invalid)
  expect(await replay(['retry', rejected, '--yes'])).toMatchObject({
    code: 1,
    err: expect.stringContaining('--reason is needed'),
  })
  expect((await replay(['retry', rejected, invalid, '--cap', '1'])).out).toContain('1 within the cap of 1')
  expect(await record(rejected)).toEqual(before)

  model.always({})
  const done = await replay(['retry', rejected, '--yes', '--reason', 'the key is right again', '--jitter', '0'])
  expect(done).toMatchObject({ code: 0, out: expect.stringContaining(`${rejected} attempt 2: the key is right again`) })
  expect(await system.api.finished(rejected, person.token)).toMatchObject({ status: 'succeeded', attempt: 2 })
  expect(model.requests).toHaveLength(1)
  // Behind those who wait.
  const { events } = await system.temporal.workflow.getHandle(rejected).fetchHistory()
  const priorities = events?.flatMap((e) => e.activityTaskScheduledEventAttributes?.priority?.priorityKey ?? [])
  expect(priorities?.[0]).toBe(4)
  const shown = await replay(['show', rejected])
  expect(shown.out).toContain('tried again by an operator: the key is right again')
  expect(shown.out).toMatch(/^ {2}passes +must_include +1\.00$/m)
  // One that went well is not tried again.
  expect((await replay(['retry', rejected])).out).toContain('0 can be tried again')
})

test.each<[string, () => [string[], Record<string, string>?], RegExp]>([
  ['no command', () => [[]], /^usage: replay/],
  ['an unknown command', () => [['dance']], /^usage: replay/],
  ['an unknown option', () => [['list', '--nope']], /^Unknown option '--nope'\n\nusage: replay/],
  ['a word too many', () => [['list', 'nonsense']], /^usage: replay/],
  ['nothing to retry', () => [['retry']], /^usage: replay/],
  ['an unknown operation', () => [['show', UNKNOWN]], /There is no operation generation-0/],
  ['an unknown operation to retry', () => [['retry', UNKNOWN]], /There is no operation generation-0/],
  ['a history that is gone', () => [['run', UNKNOWN]], /the id is wrong, or its retention has passed/],
  ['a file that is not there', () => [['run', 'nowhere.json']], /nowhere\.json cannot be read/],
  ['a file that is no history', () => [['run', 'package.json']], /package\.json is no history/],
  ['a time that is none', () => [['list', '--since', 'soon']], /--since is a time back such as 90m/],
  ['a number that is none', () => [['list', '--limit', '-1x']], /--limit must be a number above 0|ambiguous/],
  ['a status that is none', () => [['list', '--status', 'red']], /--status is one of failed, open/],
  [
    'a Temporal server that is away',
    () => [['run', invalid], { TEMPORAL_ADDRESS: '127.0.0.1:1' }],
    /The Temporal server cannot be reached/,
  ],
  [
    'a database that is away',
    () => [['list'], { AI_DATABASE_URL: 'postgresql://x:y@127.0.0.1:1/ai' }],
    /The database cannot be reached/,
  ],
])('%s is said in a sentence, without a stack', async (_, command, said) => {
  const { code, out, err } = await replay(...command())
  expect({ code, out }).toEqual({ code: 1, out: '' })
  expect(err).toMatch(said)
  expect(err).not.toMatch(/^\s+at /m)
})
