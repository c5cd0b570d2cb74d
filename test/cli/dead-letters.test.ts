import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { sql } from 'kysely'
import { v7 as uuidv7 } from 'uuid'
import { listDeadLetters } from '../../db/inbox/dead-letters.ts'
import { listSetAside } from '../../db/outbox/outbox.ts'
import { dataSchema, type Envelope } from '../../events/envelope.ts'
import { startCommand } from '../support/command.ts'
import type { Person } from '../support/http.ts'
import { startSystem, type System } from '../support/system.ts'
import { until } from '../support/until.ts'

let system: System
let person: Person
beforeAll(async () => {
  system = await startSystem()
  person = await system.api.register()
})
afterAll(() => system.stop())
beforeEach(() => system.databases.notifications.deleteFrom('dead_letters').execute())

/** The command as an operator runs it. */
const run = (...args: string[]) =>
  startCommand('cli/dead-letters.ts', args, { ...system.databases.env, DATA_DIR: system.config.DATA_DIR }).ended

/** An event that this process cannot read yet. */
const tomorrow = (): Envelope => {
  const key = `generation-${randomUUID()}`
  return {
    specversion: '1.0',
    id: uuidv7(),
    source: '/services/ai',
    type: 'generation_succeeded',
    subject: key,
    time: new Date().toISOString(),
    datacontenttype: 'application/json',
    dataschema: dataSchema('generation_succeeded', 9),
    partitionkey: key,
    data: { operation_id: key, owner_id: person.id, scenario_id: randomUUID(), version: 1 },
  }
}
const deadLetters = () => listDeadLetters(system.databases.notifications, 100)
const givenUp = async (count: number) => {
  await system.bus.publish('ai_events', Array.from({ length: count }, tomorrow))
  await until(async () => (await deadLetters()).length === count)
  return deadLetters()
}
/** As after an upgrade of this process: it knows that version now. It still waits for the version that it came with. */
const upgrade = (id: string) =>
  system.databases.notifications
    .updateTable('dead_letters')
    .set((e) => ({
      body: e.fn<string>('replace', [
        'body',
        e.val(dataSchema('generation_succeeded', 9)),
        e.val(dataSchema('generation_succeeded', 1)),
      ]),
    }))
    .where('id', '=', id)
    .execute()
const told = async () =>
  (await person.get('/notifications?limit=100')).body.items.filter(
    (n: { topic: string }) => n.topic === 'generation_finished',
  ).length

test('list says what is set aside and why, oldest first, without what the events say', async () => {
  expect(await run('list')).toEqual({ code: 0, out: '', err: '' })
  const all = await givenUp(2)
  const { code, out } = await run()
  expect(code).toBe(0)
  const lines = out.trimEnd().split('\n')
  expect(lines.map((line) => line.split('  ')[0])).toEqual(all.map((l) => l.id))
  expect(lines[0]).toMatch(
    / {2}notifications {2}ai_events {2}1 tries {2}waits for a newer process {2}UnknownEvent: has a version/,
  )
  expect(out).not.toContain(person.id)
})

test('show gives one as it came; drop gives it up', async () => {
  const [deadLetter] = await givenUp(1)
  const shown = await run('show', deadLetter?.id ?? '')
  expect(JSON.parse(shown.out)).toMatchObject({ id: deadLetter?.id, body: deadLetter?.body, tries: 1 })
  expect((await run('drop', deadLetter?.id ?? '')).code).toBe(0)
  expect(await deadLetters()).toEqual([])
})

test('replay handles what can be handled now, once; the rest stays with its new reason', async () => {
  const before = await told()
  const [one, two] = await givenUp(2)
  await upgrade(one?.id ?? '')
  expect((await run('replay', one?.id ?? '', two?.id ?? '')).out).toBe('2 to be handled again\n')
  await until(async () => (await deadLetters()).every((l) => l.replay_wanted_at === null))
  expect(await deadLetters()).toMatchObject([{ id: two?.id, tries: 2, reason: expect.stringMatching(/version/) }])
  expect(await told()).toBe(before + 1)
  await upgrade(two?.id ?? '')
  expect((await run('replay', '--all')).code).toBe(0)
  await until(async () => (await deadLetters()).length === 0)
  expect(await told()).toBe(before + 2)
})

test('an event that cannot be sent is listed with its service, shown, sent again and dropped', async () => {
  const { users } = system.databases
  const put = async (id: string, at: string) =>
    sql`
      insert into outbox (id, topic, type, key, data, created_at)
      values (${id}, 'user_events', 'user_updated', ${person.id}, ${JSON.stringify({ user_id: person.id })}, ${at})`.execute(
      users,
    )
  // No time that can be told.
  const [one, two] = [uuidv7(), uuidv7()]
  await put(one, 'infinity')
  await put(two, 'infinity')
  const aside = () => listSetAside(users, 10)
  await until(async () => (await aside()).length === 2)
  const { out } = await run('list')
  expect(out).toMatch(new RegExp(`^${one} .* {2}outbox of users {2}user_events {2}set aside {2}TypeError: `))
  expect(JSON.parse((await run('show', one)).out)).toMatchObject({ id: one, type: 'user_updated' })
  await sql`update outbox set created_at = clock_timestamp() where id = ${one}`.execute(users)
  expect((await run('replay', one)).out).toBe('1 to be handled again\n')
  await until(
    async () => (await users.selectFrom('outbox').select('sent_at').where('id', '=', one).executeTakeFirst())?.sent_at,
  )
  expect((await run('drop', two)).code).toBe(0)
  expect(await aside()).toEqual([])
})

test('what is not there or not meant ends with a sentence', async () => {
  for (const args of [
    ['show', randomUUID()],
    ['replay', randomUUID()],
    ['drop', randomUUID()],
    ['show', 'x'],
    ['replay'],
    ['burn'],
  ]) {
    const { code, out, err } = await run(...args)
    expect({ args, code, out }).toEqual({ args, code: 1, out: '' })
    expect(err).toMatch(/^(there is no dead letter|usage: )/)
    expect(err).not.toMatch(/\n.*\n/)
  }
})
