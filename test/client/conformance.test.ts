import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { createScenor, Refused, Unreadable } from '../../client/index.ts'
import { startScripted, type Connection } from './scripted-server.ts'

interface Case {
  readonly name: string
  readonly connections: readonly Connection[]
  readonly events: readonly (string | readonly [number, string, unknown])[]
  readonly outcome?: string
}
const cases = parse(readFileSync(new URL('../../client/conformance.yaml', import.meta.url), 'utf8')) as Case[]

/** What a caller heard, and how it ended. */
async function heardFrom(origin: string) {
  const events: { id: string; event: string; data: unknown }[] = []
  let outcome = 'over'
  try {
    for await (const event of createScenor(origin, { token: 't' }).operations.events('generation-1')) events.push(event)
  } catch (error) {
    outcome = error instanceof Refused ? String(error.code) : error instanceof Unreadable ? 'unreadable' : String(error)
  }
  return { events, outcome }
}

describe('client/conformance.yaml', () => {
  test('has cases', () => expect(cases.length).toBeGreaterThan(15))

  test.each(cases)('$name', async ({ connections, events, outcome = 'over' }) => {
    await using server = await startScripted(connections)
    const heard = await heardFrom(server.origin)
    const named = events.map((event) => (typeof event === 'string' ? event.split(' ') : event))
    expect(heard.events.map(({ id, event }) => [id, event])).toEqual(named.map(([id, event]) => [String(id), event]))
    for (const [i, [, , data]] of named.entries()) if (data !== undefined) expect(heard.events[i]?.data).toEqual(data)
    expect(heard.outcome).toBe(outcome)
    expect(server.asked).toEqual(connections.map(({ last_event_id, wait = false }) => ({ last_event_id, wait })))
  })

  test('a reader that takes a clean end for the end is found out', async () => {
    const [, interrupted] = cases
    await using server = await startScripted(interrupted!.connections.slice(0, 1))
    const { events, outcome } = await heardFrom(server.origin)
    expect(events).toHaveLength(1)
    expect([server.asked.length, outcome]).toEqual([2, 'null'])
  })
})
