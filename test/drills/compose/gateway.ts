import { readFileSync } from 'node:fs'
import { request } from 'node:https'
import { setTimeout as sleep } from 'node:timers/promises'
import { v4 as uuid } from 'uuid'
import { until } from '../../support/until.ts'

const ONE_CALL_MS = 30_000
const NOT_NOW = [429, 502, 503, 504]

interface Answer {
  readonly status: number
  readonly body: unknown
}

/** A client as a person's is, by the port of the gateway: it trusts the installation's certificate, and repeats what was not answered. */
export interface Client {
  /** @param limitMs how long it is repeated while nobody answers, or with "not now" */
  call(
    method: 'GET' | 'POST',
    path: string,
    options?: { body?: unknown; token?: string; limitMs?: number },
  ): Promise<Answer>
  /** @returns how often something had to be repeated */
  repeats(): number
}

export function createGatewayClient(port: number, certificate: string): Client {
  const ca = readFileSync(certificate)
  let repeats = 0
  const once = (method: string, path: string, headers: Record<string, string>, body: string | undefined) =>
    new Promise<Answer & { after: number }>((answer, fail) => {
      const call = request(
        {
          host: '127.0.0.1',
          port,
          servername: 'localhost',
          ca,
          method,
          path: `/api/v1${path}`,
          headers,
          timeout: ONE_CALL_MS,
        },
        (response) => {
          const pieces: Buffer[] = []
          response.on('data', (piece: Buffer) => pieces.push(piece))
          response.on('error', fail)
          response.on('end', () => {
            const text = Buffer.concat(pieces).toString()
            const json = String(response.headers['content-type']).includes('json')
            const after = Number(response.headers['retry-after'] ?? 1) || 1
            answer({ status: response.statusCode ?? 0, body: json ? JSON.parse(text) : text, after })
          })
        },
      )
      call.on('timeout', () => call.destroy(new Error('no answer')))
      call.on('error', fail)
      call.end(body)
    })
  const call: Client['call'] = async (method, path, { body, token, limitMs = 120_000 } = {}) => {
    const headers: Record<string, string> = {
      Accept: 'application/json, application/problem+json',
      ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
      // The same key each time: repeated is not done twice.
      ...(method === 'POST' ? { 'Content-Type': 'application/json', 'Idempotency-Key': uuid() } : {}),
    }
    for (const end = Date.now() + limitMs; ; repeats += 1) {
      const given = await once(method, path, headers, body === undefined ? undefined : JSON.stringify(body)).catch(
        (error: Error) => error,
      )
      if (!(given instanceof Error) && !NOT_NOW.includes(given.status)) return given
      if (Date.now() > end)
        throw new Error(`${method} ${path}: ${given instanceof Error ? given.message : JSON.stringify(given)}`)
      await sleep(given instanceof Error ? 500 : Math.min(given.after, 5) * 1_000)
    }
  }
  return { call, repeats: () => repeats }
}

interface Operation {
  readonly id: string
  readonly status: string
  readonly result: { readonly scenario_id?: string } | null
  readonly error: unknown
}

/** A person who has scripts written. */
export interface Person {
  readonly token: string
  /** @returns id of the operation, accepted */
  generate(): Promise<string>
  /** @returns id of the scenario, when it is there */
  written(operation: string, limitMs: number): Promise<string>
  scenarios(): Promise<Set<string>>
  read(scenario: string): Promise<unknown>
}

export async function register(client: Client): Promise<Person> {
  const body = { email: `drill-${uuid()}@example.test`, password: 'plum-orbit-kettle-92' }
  const registered = await client.call('POST', '/auth/register', { body })
  const token = await until(async () => {
    const given = (registered.body as { access_token?: string }).access_token
    if (given !== undefined) return given
    // 202: the account becomes active in its own time.
    const login = await client.call('POST', '/auth/login', { body })
    await sleep(500)
    return (login.body as { access_token?: string }).access_token
  }, 120_000)
  const get = async (path: string) => {
    const { status, body: given } = await client.call('GET', path, { token })
    if (status !== 200) throw new Error(`GET ${path}: ${status} ${JSON.stringify(given)}`)
    return given
  }
  return {
    token,
    async generate() {
      const brief = { brief: 'A 30-second ad for a thermos that keeps tea hot for a day', target_duration_s: 30 }
      const { status, body: given } = await client.call('POST', '/ai/generate', { token, body: brief })
      if (status !== 202) throw new Error(`POST /ai/generate: ${status} ${JSON.stringify(given)}`)
      return (given as { id: string }).id
    },
    written: (operation, limitMs) =>
      until(async () => {
        const { status, result, error } = (await get(`/operations/${operation}`)) as Operation
        if (status === 'failed' || status === 'cancelled')
          throw new Error(`${operation} ${status}: ${JSON.stringify(error)}`)
        if (status !== 'succeeded') await sleep(200)
        return status === 'succeeded' && result?.scenario_id
      }, limitMs),
    async scenarios() {
      const found = new Set<string>()
      for (let cursor = ''; ;) {
        const page = (await get(`/scenarios?limit=100${cursor}`)) as {
          items: { id: string }[]
          next_cursor: string | null
        }
        for (const { id } of page.items) found.add(id)
        if (page.next_cursor === null) return found
        cursor = `&cursor=${encodeURIComponent(page.next_cursor)}`
      }
    },
    read: (scenario) => get(`/scenarios/${scenario}`),
  }
}
