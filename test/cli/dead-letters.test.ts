import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { v7 as uuidv7 } from 'uuid'
import { listDeadLetters } from '../../db/inbox/dead-letters.ts'
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
const letters = () => listDeadLetters(system.databases.notifications, 100)
const setAside = async (count: number) => {
  await system.bus.publish(Array.from({ length: count }, tomorrow))
  await until(async () => (await letters()).length === count)
  return letters()
}
/** As after an upgrade of this process: it knows that version now. */
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
  const all = await setAside(2)
  const { code, out } = await run()
  expect(code).toBe(0)
  const lines = out.trimEnd().split('\n')
  expect(lines.map((line) => line.split('  ')[0])).toEqual(all.map((l) => l.id))
  expect(lines[0]).toMatch(/ {2}notifications {2}ai_events {2}1 tries {2}set aside {2}Poison: has a version/)
  expect(out).not.toContain(person.id)
})

test('show gives one as it came; drop gives it up', async () => {
  const [letter] = await setAside(1)
  const shown = await run('show', letter?.id ?? '')
  expect(JSON.parse(shown.out)).toMatchObject({ id: letter?.id, body: letter?.body, tries: 1 })
  expect((await run('drop', letter?.id ?? '')).code).toBe(0)
  expect(await letters()).toEqual([])
})

test('replay handles what can be handled now, once; the rest stays with its new reason', async () => {
  const before = await told()
  const [one, two] = await setAside(2)
  await upgrade(one?.id ?? '')
  expect((await run('replay', one?.id ?? '', two?.id ?? '')).out).toBe('2 to be handled again\n')
  await until(async () => (await letters()).every((l) => l.replay_wanted_at === null))
  expect(await letters()).toMatchObject([{ id: two?.id, tries: 2, reason: expect.stringMatching(/version/) }])
  expect(await told()).toBe(before + 1)
  await upgrade(two?.id ?? '')
  expect((await run('replay', '--all')).code).toBe(0)
  await until(async () => (await letters()).length === 0)
  expect(await told()).toBe(before + 2)
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
