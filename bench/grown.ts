import { loadConfig } from '../config.ts'
import { migrate } from '../db/migrate.ts'
import { httpLoad } from './load.ts'
import { ratio } from './numbers.ts'
import type { BenchOptions, Goal, Line } from './result.ts'
import { openPool, startStack } from './stack.ts'
import { startOurSystem } from './system.ts'

const [FEW, MANY] = [100, 10_000]
const CONNECTIONS = 10
/** Finished generations of one person, as many as asked for, each with its events and its call. */
const FILL = `
  with made as (
    insert into operations (id, kind, owner_id, status, stage, progress, result, request_id, workflow, input, summary, created_at, finished_at)
    select 'generation-' || gen_random_uuid(), 'generation', $1, 'succeeded', 'done', 1, '{}', 'bench', 'generation', '{}', 'bench',
      now() - n * interval '1 minute', now() - n * interval '1 minute'
    from generate_series(1, $2::int) n returning id, owner_id
  ), asked as (
    insert into generations (operation_id, owner_id, request, draft, event_seq)
    select id, owner_id, '{"brief": "bench"}', jsonb_build_object('text', repeat('script ', 1000)), 8 from made returning operation_id
  )
  insert into operation_events (operation_id, seq, type, data)
  select operation_id, n, 'delta', jsonb_build_object('text', repeat('text ', 50)) from asked, generate_series(1, 8) n`

/** Polling one operation and the newest ones, with so many in the database against few: two APIs side by side. */
export async function measureGrown(options: BenchOptions): Promise<Goal[]> {
  const { undo, quick, rounds, say } = options
  const stack = await startStack(options)
  const small = stack.databaseUrl('ai_small')
  const { databases } = loadConfig({ DATABASE_URL: stack.postgres.url, AI_DATABASE_URL: small })
  if (databases) await migrate(databases)
  const system = await startOurSystem(stack)
  await system.workers.stop()
  const origins = {
    [MANY]: system.origin,
    [FEW]: (await system.another('api-small', { AI_DATABASE_URL: small })).origin,
  }
  const person = (await (await fetch(`${system.origin}/api/v1/auth/me`, { headers: system.headers })).json()) as {
    id: string
  }
  const urls: Record<string, string> = {}
  for (const [count, url] of [
    [FEW, small],
    [MANY, stack.databaseUrl('ai')],
  ] as const) {
    const pool = openPool(undo, url)
    await pool.query(FILL, [person.id, count])
    await pool.query('vacuum analyze')
    const { rows } = await pool.query<{ id: string }>('select id from operations order by created_at offset 50 limit 1')
    urls[`one of ${count}`] = `${origins[count]}/api/v1/operations/${rows[0]!.id}`
    urls[`list of ${count}`] = `${origins[count]}/api/v1/operations?limit=20`
  }
  const measured: Line[] = []
  for (let round = 0; round <= rounds; round++)
    for (const [name, url] of round % 2 ? Object.entries(urls) : Object.entries(urls).toReversed()) {
      const seconds = quick || round === 0 ? 1 : 3
      const { perSecond } = await httpLoad({ url, headers: system.headers, connections: CONNECTIONS, seconds })
      if (round > 0) measured.push({ name, cells: { 'requests/s': perSecond } })
    }
  say(`polling with ${MANY} generations measured`)
  return ['one', 'list'].map((what) => ({
    what: `requests/s, polling ${what === 'one' ? 'one operation' : 'the newest 20'}: with ${MANY} finished generations : with ${FEW}`,
    measured: ratio(measured, 'requests/s', `${what} of ${MANY}`, `${what} of ${FEW}`),
    limit: 0.9,
    direction: 'at least',
  }))
}
