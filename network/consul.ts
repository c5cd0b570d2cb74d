import type { Config } from '../config.ts'

/** An answer of Consul's HTTP API, and at which state of what was asked: the next question waits for another one. */
export interface Consulted<T> {
  readonly index: string
  readonly value: T
}

/** A process as Consul lists it (developer.hashicorp.com/consul/api-docs/agent/service). */
interface Registration {
  readonly id: string
  readonly name: string
  readonly address: string
  readonly port: number
  readonly tags: readonly string[]
  readonly meta: Readonly<Record<string, string>>
  /** Asked by Consul itself whether it is ready. */
  readonly check: string
}

export interface Instance {
  readonly address: string
  readonly port: number
  readonly tags: readonly string[]
  readonly meta: Readonly<Record<string, string>>
}

/** What is asked of a Consul agent. Every question throws when it is away. */
export interface Consul {
  register(self: Registration): Promise<void>
  deregister(id: string): Promise<void>
  /** All copies, ready or not. @param after waits until the state is another than that */
  instances(name: string, after: string | null, signal: AbortSignal): Promise<Consulted<readonly Instance[]>>
  /** Keys below a prefix, without it. */
  values(prefix: string, after: string | null, signal: AbortSignal): Promise<Consulted<ReadonlyMap<string, string>>>
}

/** How long Consul holds a question whose answer has not changed; it adds up to a sixteenth to it. */
const WAIT_S = 60
const LIMIT_MS = (WAIT_S + WAIT_S / 16 + 5) * 1_000
const SHORT_MS = 3_000
/** Consul looks so often whether a copy is ready, and forgets one that has not been for so long: its process died. */
const CHECK = { Interval: '2s', Timeout: '2s', DeregisterCriticalServiceAfter: '1m' } as const

interface Listed {
  readonly Node: { readonly Address: string }
  readonly Service: {
    readonly Address: string
    readonly Port: number
    readonly Tags: readonly string[] | null
    readonly Meta: Readonly<Record<string, string>> | null
  }
}
interface Kept {
  readonly Key: string
  /** Base64; null for an empty one. */
  readonly Value: string | null
}

export function createConsul({
  CONSUL_HTTP_ADDR: base,
  CONSUL_HTTP_TOKEN: token,
}: Pick<Config, 'CONSUL_HTTP_ADDR' | 'CONSUL_HTTP_TOKEN'>): Consul {
  const ask = async (path: string, options: RequestInit, known: readonly number[] = []): Promise<Response> => {
    const answer = await fetch(`${base?.replace(/\/$/, '')}/v1/${path}`, {
      ...options,
      ...(token !== undefined && { headers: { 'X-Consul-Token': token } }),
    })
    if (answer.ok || known.includes(answer.status)) return answer
    await answer.body?.cancel()
    throw new Error(`Consul answers ${answer.status} to ${path.split('?')[0]}`)
  }
  const change = async (path: string, body?: unknown) => {
    const answer = await ask(path, {
      method: 'PUT',
      signal: AbortSignal.timeout(SHORT_MS),
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    await answer.body?.cancel()
  }
  const blocking = async <T>(path: string, after: string | null, signal: AbortSignal, none: T) => {
    const question = after === null ? '' : `&index=${after}&wait=${WAIT_S}s`
    const limit = AbortSignal.timeout(after === null ? SHORT_MS : LIMIT_MS)
    const answer = await ask(`${path}${question}`, { signal: AbortSignal.any([signal, limit]) }, [404])
    const index = answer.headers.get('x-consul-index') ?? '0'
    const value = answer.status === 404 ? none : ((await answer.json()) as T)
    if (answer.status === 404) await answer.body?.cancel()
    // A server that was set back counts from its beginning: so does who asks.
    return { index: Number(index) < Number(after ?? 0) ? '0' : index, value }
  }
  return {
    register: ({ id, name, address, port, tags, meta, check }) =>
      change('agent/service/register?replace-existing-checks=true', {
        ...{ ID: id, Name: name, Address: address, Port: port, Tags: tags, Meta: meta },
        // Ready was what it said before it came here.
        Check: { ...CHECK, HTTP: check, Status: 'passing' },
      }),
    deregister: (id) => change(`agent/service/deregister/${encodeURIComponent(id)}`),
    instances: async (name, after, signal) => {
      const { index, value } = await blocking<readonly Listed[]>(
        `health/service/${encodeURIComponent(name)}?stale`,
        ...([after, signal, []] as const),
      )
      return {
        index,
        value: value.map(({ Node, Service }) => ({
          ...{ address: Service.Address || Node.Address, port: Service.Port },
          ...{ tags: Service.Tags ?? [], meta: Service.Meta ?? {} },
        })),
      }
    },
    values: async (prefix, after, signal) => {
      const { index, value } = await blocking<readonly Kept[]>(`kv/${prefix}?recurse`, after, signal, [])
      const texts = value.map(({ Key, Value }): [string, string] => [
        Key.slice(prefix.length),
        Buffer.from(Value ?? '', 'base64').toString(),
      ])
      return { index, value: new Map(texts) }
    },
  }
}
