import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../local/processes/ports.ts'
import { closedLoop, httpLoad } from './load.ts'
import { medians, percentile, ratio, spread } from './numbers.ts'
import type { BenchOptions, BenchResult, Line } from './result.ts'
import { startStack } from './stack.ts'
import { startOurSystem } from './system.ts'

const PASSWORD = 'plum-orbit-kettle-92'
const READERS = 20
/** As many as keep all cores hashing. */
const CONCURRENT_LOGINS = 4
const ATTACK_PER_SECOND = 200
const [LOGIN, HASH, ME, BARE] = ['POST /auth/login', 'bare argon2id', 'GET /auth/me', 'bare Koa + pg']
const CALM = 'GET /auth/me, calm'
const [WRONG, UNKNOWN] = ['wrong password', 'unknown account']
const ATTACKED = `GET /auth/me under ${ATTACK_PER_SECOND} wrong logins/s`

/**
 * Logins against argon2 alone, reads against a handler that does nothing but one query, reads while somebody guesses passwords, and
 * whether the time of a refused login tells if there is such an account.
 */
export async function run(options: BenchOptions): Promise<BenchResult> {
  const stack = await startStack(options)
  const system = await startOurSystem(stack)
  const origin = `${system.origin}/api/v1`
  const post = (path: string, body: object) =>
    fetch(`${origin}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  const me = await system.scenor.call('GET /auth/me')
  // What workers do in the background is not what is measured.
  await system.workers.stop()

  const [hashPort, handlerPort] = [await freePort(), await freePort()]
  await stack.program('hash', 'bare/hash.ts', { BENCH_PORT: String(hashPort) })
  await stack.program('account', 'bare/account.ts', {
    BENCH_PORT: String(handlerPort),
    BENCH_DATABASE_URL: stack.databaseUrl('auth'),
  })
  const login = async () => {
    const response = await post('/auth/login', { email: me.email, password: PASSWORD })
    if (response.status !== 200) throw new Error(`login answered ${response.status}`)
    await response.arrayBuffer()
  }
  /** Milliseconds until a login is refused. */
  const refused = async (email: string) => {
    const asked = performance.now()
    const response = await post('/auth/login', { email, password: 'wrong password' })
    await response.arrayBuffer()
    if (response.status !== 401) throw new Error(`a wrong login answered ${response.status}`)
    return performance.now() - asked
  }
  /** Pairs one after the other, each kind first in half of them: what the machine does meanwhile meets both alike. */
  const guessed = async (pairs: number): Promise<{ wrong: number[]; unknown: number[] }> => {
    const [wrong, unknown]: [number[], number[]] = [[], []]
    for (let i = 0; i < pairs; i++) {
      const asks = [
        async () => wrong.push(await refused(me.email)),
        async () => unknown.push(await refused(`nobody-${i}@example.test`)),
      ]
      for (const ask of i % 2 ? asks.toReversed() : asks) await ask()
    }
    return { wrong, unknown }
  }
  const hash = async () => {
    const response = await fetch(`http://127.0.0.1:${hashPort}/`)
    if (response.status !== 200) throw new Error(`the bare hash answered ${response.status}`)
    await response.arrayBuffer()
  }
  const read = (url: string, headers: Readonly<Record<string, string>>, seconds: number) =>
    httpLoad({ url, headers, connections: READERS, seconds })

  /** Wrong logins at a fixed rate whatever the answers, each for another account, while somebody else reads at ease. */
  const attacked = async (seconds: number, perSecond: number): Promise<{ times: number[]; answers: number[] }> => {
    const answers: number[] = []
    const times: number[] = []
    const guesses: Promise<void>[] = []
    const started = performance.now()
    const over = () => performance.now() - started > seconds * 1000
    const guess = async (i: number) => {
      const response = await post('/auth/login', { email: `guess-${i}@example.test`, password: 'wrong password' })
      answers.push(response.status)
      await response.arrayBuffer()
    }
    const attack = async () => {
      while (!over()) {
        const due = Math.floor(((performance.now() - started) / 1000) * perSecond)
        while (guesses.length < due) guesses.push(guess(guesses.length))
        await sleep(5)
      }
    }
    const client = async () => {
      while (!over()) {
        const asked = performance.now()
        const response = await fetch(`${origin}/auth/me`, { headers: system.headers })
        if (response.status !== 200) throw new Error(`me answered ${response.status} under attack`)
        await response.arrayBuffer()
        times.push(performance.now() - asked)
        await sleep(10)
      }
    }
    await Promise.all([attack(), client(), client()])
    await Promise.all(guesses)
    return { times, answers }
  }

  const seconds = options.quick ? 2 : 5
  const hashes = options.quick ? 40 : 150
  const pairs = options.quick ? 20 : 60
  const rounds: Line[] = []
  for (let round = 0; round <= options.rounds; round++) {
    const counted = (name: string, cells: Record<string, number | null>) => {
      if (round === 0) return
      rounds.push({ name, cells: { ...EMPTY, ...cells } })
      options.say(`auth ${round}/${options.rounds} ${name}`)
    }
    const hashing = [
      { name: LOGIN, job: login },
      { name: HASH, job: hash },
    ]
    for (const { name, job } of round % 2 ? hashing.toReversed() : hashing) {
      const { seconds: took } = await closedLoop(hashes, CONCURRENT_LOGINS, job)
      counted(name, { '/s': hashes / took })
    }
    const reading = [
      { name: ME, url: `${origin}/auth/me`, headers: system.headers },
      { name: BARE, url: `http://127.0.0.1:${handlerPort}/${me.id}`, headers: {} },
    ]
    for (const { name, url, headers } of round % 2 ? reading.toReversed() : reading) {
      const { perSecond, times } = await read(url, headers, round === 0 ? 2 * seconds : seconds)
      counted(name, { '/s': perSecond, ...spread(times) })
    }
    const { wrong: known, unknown } = await guessed(round === 0 ? 5 : pairs)
    counted(WRONG, spread(known))
    counted(UNKNOWN, spread(unknown))
    if (round === 0) continue
    counted(CALM, spread((await attacked(seconds, 0)).times))
    const { times, answers } = await attacked(seconds, ATTACK_PER_SECOND)
    const wrong = answers.filter((status) => ![401, 429, 503].includes(status))
    if (wrong.length > 0) throw new Error(`a wrong login answered ${wrong[0]}`)
    counted(ATTACKED, { ...spread(times), '503 of logins': answers.filter((s) => s === 503).length / answers.length })
  }
  const p99 = rounds.filter((line) => line.name === ATTACKED).map((line) => line.cells['p99 ms'] ?? NaN)
  const told = ratio(rounds, 'p50 ms', UNKNOWN, WRONG)
  return {
    title: `logins (${CONCURRENT_LOGINS} at once), reads on ${READERS} connections, reads under attack; ${seconds} s a round`,
    lines: medians(rounds),
    goals: [
      {
        what: `logins/s, ${LOGIN} : ${HASH}`,
        measured: ratio(rounds, '/s', LOGIN, HASH),
        limit: 0.9,
        direction: 'at least',
      },
      {
        what: `requests/s, ${ME} : ${BARE}`,
        measured: ratio(rounds, '/s', ME, BARE),
        limit: 0.6,
        direction: 'at least',
      },
      {
        what: `median ms, ${UNKNOWN} : ${WRONG}, the larger by the smaller`,
        measured: Math.max(told, 1 / told),
        limit: 1.1,
        direction: 'at most',
      },
      { what: `p99 ms, ${ATTACKED}`, measured: percentile(p99, 0.5), limit: 250, direction: 'at most' },
    ],
    notes: [
      'a login: limits counted, account read, hash, then session, refresh token, act and event in one statement, signature',
      'bare argon2id: the same parameters and library behind node:http, as many at a time as come',
      'the limits are lifted here, so that every wrong login is hashed that finds a turn within 2 s; the rest is 503',
      'the load generator shares the processors',
    ],
    rounds,
  }
}

const EMPTY: Record<string, number | null> = {
  '/s': null,
  'p50 ms': null,
  'p95 ms': null,
  'p99 ms': null,
  '503 of logins': null,
}
