import { randomUUID } from 'node:crypto'
import { Agent } from 'node:https'
import { setTimeout as delay } from 'node:timers/promises'
import type { Answer, Asked, Asker } from '../support/gateway.ts'
import { PASSWORD } from '../support/http.ts'
import { until } from '../support/until.ts'

/** Time that work may take to come to its end when the load is over. */
const SETTLE_MS = 120_000

export interface Load {
  /** So far. */
  readonly tally: { readonly requests: number; readonly failed: readonly string[] }
  /** Ends it, waits for what was accepted, says what became of it. @returns how much failed, was lost, or is stuck */
  end(): Promise<number>
}

/** People who read, write, have scripts written and follow that, until it is ended. */
export async function startLoad(
  gateway: Asker,
  undo: AsyncDisposableStack,
  say: (text: string) => void,
): Promise<Load> {
  const agent = new Agent({ keepAlive: true })
  undo.defer(() => agent.destroy())
  const tally = { requests: 0, failed: [] as string[], again: 0, streams: 0, times: [] as number[] }
  const failed = (what: string) => {
    tally.failed.push(what)
    say(`failed: ${what}`)
  }

  /**
   * A request as clients make it. One whose kept connection was closed in the moment that it was sent is sent again on a
   * new one (RFC 9112 §9.3.1); with an Idempotency-Key that is safe for a POST too.
   */
  async function call(
    method: string,
    path: string,
    asked: Asked,
    wanted: readonly number[],
  ): Promise<Answer | undefined> {
    const begun = performance.now()
    for (let tries = 1; ; tries++)
      try {
        const answer = await gateway.ask(method, path, tries === 1 ? { ...asked, agent } : asked)
        tally.requests++
        tally.times.push(performance.now() - begun)
        if (!wanted.includes(answer.status)) failed(`${method} ${path} ${answer.status} ${answer.text.slice(0, 200)}`)
        return answer
      } catch (error) {
        if (tries === 1 && /ECONNRESET|EPIPE|socket hang up/.test(String(error))) {
          tally.again++
          continue
        }
        tally.requests++
        failed(`${method} ${path} try ${tries} ${String(error)} ${(error as NodeJS.ErrnoException).code}`)
        return undefined
      }
  }

  const email = `drill-${randomUUID()}@example.test`
  await call('POST', '/api/v1/auth/register', { body: { email, password: PASSWORD } }, [201, 202])
  let token = ''
  /** Access tokens live for ten minutes. */
  const signIn = async () => {
    const answer = await call('POST', '/api/v1/auth/login', { body: { email, password: PASSWORD } }, [200])
    token = answer?.body?.access_token ?? token
  }
  await until(async () => (await signIn(), token !== ''))
  tally.failed.length = 0

  let loading = true
  const ending = new AbortController()
  const lane = async (pauseMs: number, turn: () => Promise<unknown>) => {
    while (loading) {
      await turn()
      await delay(pauseMs, undefined, { signal: ending.signal }).catch(() => {})
    }
  }
  const scenarios = new Set<string>()
  const operations = new Set<string>()
  const key = () => ({ 'idempotency-key': randomUUID() })

  const write = async () => {
    const body = { title: randomUUID() }
    const made = await call('POST', '/api/v1/scenarios', { token, body, headers: key() }, [201])
    const id = made?.body?.id as string | undefined
    if (id === undefined) return
    scenarios.add(id)
    const etag = made?.headers.etag
    if (etag === undefined) return
    const changed = { token, body: { title: 'changed' }, headers: { 'if-match': etag } }
    await call('PUT', `/api/v1/scenarios/${id}`, changed, [200])
  }
  const generate = async () => {
    const body = { brief: 'A short ad for a warm thermos that keeps tea hot for a day' }
    const accepted = await call('POST', '/api/v1/ai/generate', { token, body, headers: key() }, [202])
    const id = accepted?.body?.id as string | undefined
    if (id === undefined) return
    operations.add(id)
    let last = '0'
    for (let said = ''; !/event: (succeeded|failed|cancelled)/.test(said) && loading;) {
      const headers = { 'last-event-id': last }
      const stream = await gateway.open(`/api/v1/operations/${id}/events`, { token, headers }).catch(() => undefined)
      tally.streams++
      if (stream === undefined || stream.statusCode === 204) break
      said = ''
      try {
        for await (const piece of stream) said += String(piece)
      } catch {
        // A copy that drains ends its streams; clients come back with what they saw last.
      }
      const seen = said.match(/^id: (\d+)$/gm)?.at(-1)
      last = seen?.slice(4) ?? last
    }
  }
  const reads = ['/api/v1/scenarios', '/api/v1/auth/me', '/api/v1/operations', '/api/v1/notifications']
  const load = Promise.all([
    ...reads.map((path) => lane(20, () => call('GET', path, { token }, [200]))),
    ...[1, 2, 3].map(() => lane(100, write)),
    ...[1, 2].map(() => lane(300, generate)),
    lane(240_000, signIn),
  ])

  const end = async (): Promise<number> => {
    loading = false
    ending.abort()
    await load
    await signIn()
    const states = new Map<string, string>()
    await until(async () => {
      for (const id of operations) {
        if (states.has(id)) continue
        const answer = await call('GET', `/api/v1/operations/${id}`, { token }, [200])
        if (answer?.body?.finished_at) states.set(id, answer.body.status)
      }
      return states.size === operations.size
    }, SETTLE_MS).catch(() => {})
    const lostScenarios: string[] = []
    for (const id of scenarios)
      if ((await call('GET', `/api/v1/scenarios/${id}`, { token }, [200]))?.status !== 200) lostScenarios.push(id)
    const lost = [...operations].filter((id) => states.has(id) && states.get(id) !== 'succeeded')
    const stuck = [...operations].filter((id) => !states.has(id))
    const times = tally.times.toSorted((a, b) => a - b)
    const share = (of: number) => `${times[Math.floor(times.length * of)]?.toFixed(0)} ms`
    say(`${tally.requests} requests, ${tally.failed.length} failed; ${tally.again} sent again on a kept connection that was just closed
p50 ${share(0.5)}, p99 ${share(0.99)}; ${tally.streams} streams opened
${operations.size} operations, ${lost.length} lost, ${stuck.length} stuck; ${scenarios.size} scenarios, ${lostScenarios.length} lost`)
    for (const failure of tally.failed.slice(0, 20)) say(failure)
    for (const id of [...lost, ...stuck].slice(0, 20)) say(`${id} ${states.get(id) ?? 'not finished'}`)
    return tally.failed.length + lost.length + stuck.length + lostScenarios.length
  }
  return { tally, end }
}
