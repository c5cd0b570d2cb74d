import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { openPool, startStack } from './stack.ts'
import { median, percentile, ratio } from './numbers.ts'
import type { BenchOptions, Goal, Line } from './result.ts'
import { startOurSystem } from './system.ts'

const WAITING = 100_000
/** Until what a request's event sets going is done, so that it does not fall on the next request. */
const COOLDOWN_MS = 40
const WITH = 'PUT /users/{id} with its event'
const WITHOUT = 'PUT /users/{id} without'
const DRAINING = `PUT /users/{id} while ${WAITING} rows drain`

/** What an event costs the request that writes it, and what a full outbox that drains costs requests. Over HTTP, with workers running. */
export async function eventCost(options: BenchOptions): Promise<{ lines: Line[]; goals: Goal[] }> {
  const { rounds, quick, undo, say } = options
  const stack = await startStack(options)
  const system = await startOurSystem(stack)
  const hook = fileURLToPath(new URL('bare/without-events.ts', import.meta.url))
  const { origin: without } = await system.another('without-events', { NODE_OPTIONS: `--import=${hook}` })
  const me = await system.scenor.call('GET /auth/me')
  const put = async (origin: string): Promise<number> => {
    const began = performance.now()
    const response = await fetch(`${origin}/api/v1/users/${me.id}`, {
      method: 'PUT',
      headers: { ...system.headers, 'content-type': 'application/json' },
      body: JSON.stringify({ full_name: 'Вера', bio: 'о'.repeat(500) }),
    })
    await response.text()
    if (response.status !== 200) throw new Error(`PUT answered ${response.status}`)
    return performance.now() - began
  }
  const users = openPool(undo, stack.databaseUrl('users'))

  const lines: Line[] = []
  const line = (name: string, cells: Record<string, number>) => lines.push({ name, cells })
  const pairs = quick ? 100 : 300
  for (const [origin, expected] of [
    [without, 0],
    [system.origin, 100],
  ] as const) {
    const before = await countEvents(users)
    for (let n = 0; n < 100; n++) await put(origin)
    const written = (await countEvents(users)) - before
    if (written !== expected) throw new Error(`${written} events were written where ${expected} should be`)
  }
  for (let round = 0; round < rounds; round++) {
    say(`requests: round ${round + 1} of ${rounds}`)
    const times: Record<string, number[]> = { [WITH]: [], [WITHOUT]: [] }
    // Turn and turn about, so that what the machine does besides falls on both.
    for (let n = 0; n < pairs; n++)
      for (const withEvent of n % 2 === 0 ? [true, false] : [false, true]) {
        times[withEvent ? WITH : WITHOUT]?.push(await put(withEvent ? system.origin : without))
        await delay(COOLDOWN_MS)
      }
    for (const [name, all] of Object.entries(times))
      line(name, { 'p50 ms': median(all), 'p95 ms': percentile(all, 0.95) })
    const drained = await drain(users, () => put(system.origin))
    line(DRAINING, { 'p50 ms': median(drained.times), 'p95 ms': percentile(drained.times, 0.95) })
    line(`${WAITING} rows that waited`, { 'events/s': WAITING / drained.seconds })
  }
  return {
    lines,
    goals: [
      {
        what: 'a request that writes an event, against one without',
        measured: ratio(lines, 'p50 ms', WITH, WITHOUT),
        limit: 1.15,
        direction: 'at most',
      },
      {
        // One core sends as fast as it can, another one has all the rest: a request waits its turn, not for the whole.
        what: `a request while ${WAITING} rows drain, against one at rest`,
        measured: ratio(lines, 'p50 ms', DRAINING, WITH),
        limit: 3,
        direction: 'at most',
      },
    ],
  }
}

type Pool = ReturnType<typeof openPool>

async function countEvents(users: Pool): Promise<number> {
  const { rows } = await users.query<{ n: number }>('select count(*)::int as n from outbox')
  return rows[0]?.n ?? 0
}

/** As after an hour without a bus: rows of 500 keys, and requests while they go. Nobody hears this event, so its handling costs little. */
async function drain(users: Pool, request: () => Promise<number>) {
  await users.query(`
    insert into outbox (id, topic, type, key, data)
    select gen_random_uuid(), 'user_events', 'user_updated', k, jsonb_build_object('user_id', k)
    from (select ('00000000-0000-7000-8000-' || lpad((n % 500)::text, 12, '0')) as k from generate_series(1, ${WAITING}) n) s`)
  const began = performance.now()
  const times: number[] = []
  for (;;) {
    const { rows } = await users.query<{ waits: boolean }>(
      "select exists (select from outbox where sent_at is null and key like '00000000-0000-7000%') as waits",
    )
    if (!rows[0]?.waits) break
    times.push(await request())
  }
  const seconds = (performance.now() - began) / 1000
  await users.query('delete from outbox where sent_at is not null')
  return { times, seconds }
}
