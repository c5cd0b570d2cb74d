import type { Routes } from '../client/index.ts'
import { freePort } from '../local/processes/ports.ts'
import { closedLoop, httpLoad } from './load.ts'
import { median, medians, percentile, ratio, spread } from './numbers.ts'
import { startRedisIfThere } from './redis.ts'
import type { BenchOptions, BenchResult, Goal, Line } from './result.ts'
import { fill, script } from './scenario-data.ts'
import { openPool, startStack } from './stack.ts'
import { startOurSystem } from './system.ts'

const CONNECTIONS = 20
const OURS = 'GET one, no Redis'
const OURS_REDIS = 'GET one, Redis'
const BARE = 'bare Koa + pg, same bytes'
const FEW = 1_000
const MANY = 100_000
/** Common and rare words, two words, a phrase, Latin, a number, misspelt ones, nothing. */
const QUERIES = [
  'чайник',
  'слово1a',
  'кухня гитара',
  '"утро город"',
  'скидки',
  'словоzz',
  'чайнки',
  'велосипет',
  'слово5 лето',
  'нетничего',
]

/** One scenario against a handler that sends the same bytes; lists and search of an owner with 100,000; a PDF. */
export async function run(options: BenchOptions): Promise<BenchResult> {
  const { undo, say } = options
  const stack = await startStack(options)
  const system = await startOurSystem(stack)
  const db = openPool(undo, stack.databaseUrl('scenarios'))
  const headers = system.headers
  /** What is measured, as bytes. */
  const ask = (path: string) => fetch(`${system.origin}/api/v1${path}`, { headers })
  const store = (body: Routes['POST /scenarios']['input']['body']) => system.scenor.call('POST /scenarios', { body })
  await system.workers.stop()

  // One scenario.
  const { id } = await store({ title: 'Двадцать сцен', scenes: script(20, 1) })
  const body = await (await ask(`/scenarios/${id}`)).text()
  await db.query('create table bench_answers (id uuid primary key, body text not null)')
  await db.query('insert into bench_answers values ($1, $2)', [id, body])
  const port = await freePort()
  await stack.program('bare-scenario', 'bare/scenario.ts', {
    BENCH_PORT: String(port),
    BENCH_DATABASE_URL: stack.databaseUrl('scenarios'),
  })
  const redis = await startRedisIfThere(undo)
  const cached = redis && (await system.another('api-redis', { REDIS_URL: redis.url })).origin
  const subjects = [
    { name: OURS, url: `${system.origin}/api/v1/scenarios/${id}`, headers },
    ...(cached ? [{ name: OURS_REDIS, url: `${cached}/api/v1/scenarios/${id}`, headers }] : []),
    { name: BARE, url: `http://127.0.0.1:${port}/${id}`, headers: {} },
  ]
  const seconds = options.quick ? 2 : 5
  const rounds: Line[] = []
  for (let round = 0; round <= options.rounds; round++) {
    // Round 0 warms up. Every other round begins with the other end.
    for (const { name, ...target } of round % 2 ? subjects.toReversed() : subjects) {
      const { perSecond, times } = await httpLoad({
        ...target,
        connections: CONNECTIONS,
        seconds: round === 0 ? 2 : seconds,
      })
      if (round === 0) continue
      rounds.push({ name, cells: { 'requests/s': perSecond, ...spread(times) } })
      say(`scenarios ${round}/${options.rounds} ${name}: ${perSecond.toFixed(0)}/s`)
    }
  }

  // Lists and search, one question at a time.
  const { id: me } = await system.scenor.call('GET /auth/me')
  const timed = async (paths: readonly string[]) => {
    const times: number[] = []
    for (const path of paths) {
      const started = performance.now()
      const reply = await ask(path)
      await reply.text()
      if (reply.status !== 200) throw new Error(`GET ${path} answered ${reply.status}`)
      times.push(performance.now() - started)
    }
    return times
  }
  const repeat = (paths: readonly string[], times: number) => Array.from({ length: times }, () => paths).flat()
  const measure = async (name: string, paths: readonly string[]) => {
    await timed(paths)
    const times = await timed(repeat(paths, Math.ceil((options.quick ? 100 : 300) / paths.length)))
    rounds.push({ name, cells: { 'requests/s': null, ...spread(times) } })
    say(`scenarios ${name}: p95 ${percentile(times, 0.95).toFixed(1)} ms`)
    return percentile(times, 0.95)
  }
  const lists = {
    plain: '/scenarios',
    status: '/scenarios?status=completed',
    tag: `/scenarios?tag=${encodeURIComponent('чайник')}`,
  }
  const measureLists = async (rows: number) => {
    const p95: Record<string, number> = {}
    for (const [kind, path] of Object.entries(lists))
      p95[kind] = await measure(`list of 20 (${kind}), ${rows} rows`, [path])
    return p95
  }
  await fill(db, me, FEW)
  await db.query('vacuum analyze scenarios')
  await db.query('checkpoint')
  const few = await measureLists(FEW)
  await fill(db, me, MANY - FEW)
  await db.query('vacuum analyze scenarios')
  await db.query('vacuum analyze search_words')
  // What filling left to be written would be written while we measure.
  await db.query('checkpoint')
  const many = await measureLists(MANY)
  const search = await measure(
    `search, ${MANY} rows`,
    QUERIES.map((q) => `/scenarios?q=${encodeURIComponent(q)}`),
  )

  // PDFs of scripts that nobody has asked for yet: nothing is cached.
  const fresh = await Promise.all(
    Array.from({ length: options.quick ? 6 : 12 }, (_, i) => store({ title: `PDF ${i}`, scenes: script(20, i) })),
  )
  const pdfs = await closedLoop(fresh.length, 1, (i) => timed([`/scenarios/${fresh[i]!.id}/export?format=pdf`]))
  // The first one loads the library and the fonts.
  const pdf = pdfs.results.flat().slice(1)
  rounds.push({ name: 'PDF of 20 scenes', cells: { 'requests/s': null, ...spread(pdf) } })

  const goals: Goal[] = [
    {
      what: `requests/s, ${OURS} : ${BARE}`,
      measured: ratio(rounds, 'requests/s', OURS, BARE),
      limit: 0.6,
      direction: 'at least',
    },
    ...(cached
      ? [
          {
            what: `requests/s, ${OURS_REDIS} : ${BARE}`,
            measured: ratio(rounds, 'requests/s', OURS_REDIS, BARE),
            limit: 0.6,
            direction: 'at least' as const,
          },
        ]
      : []),
    ...Object.keys(lists).map((kind) => ({
      what: `list (${kind}) p95, ${MANY} : ${FEW} rows`,
      measured: many[kind]! / few[kind]!,
      limit: 3,
      direction: 'at most' as const,
    })),
    { what: `search p95 at ${MANY} rows, ms`, measured: search, limit: 100, direction: 'at most' },
    { what: 'PDF of 20 scenes, median ms', measured: median(pdf), limit: 500, direction: 'at most' },
  ]
  return {
    title: `scenarios: ${CONNECTIONS} connections for single ones (${Math.round(Buffer.byteLength(body) / 1024)} KiB), one at a time for the rest`,
    lines: medians(rounds),
    goals,
    notes: [
      'ours: token, session and permission checked, the version asked of the database each time, the body kept under its version',
      'the bare handler reads the finished bytes by key and checks nothing',
      'search: common, rare, two words, a phrase, misspelt, not there',
      ...(cached ? [] : ['no redis-server on this machine: the figure with Redis is missing']),
    ],
    rounds,
  }
}
