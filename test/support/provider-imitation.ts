import { expect } from '@jest/globals'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { createOpenAiProvider } from '../../llm/openai.ts'
import { ProviderFailure, type CallEnd, type ScriptProvider } from '../../llm/provider.ts'
import { scriptTask } from '../../writing/tasks/script.ts'
import { ProviderList } from '../../llm/settings.ts'
import { answerFor } from './model-server.ts'

/** Local servers with the habits of each provider: what they take, what they refuse, how they answer. */
export type Body = Record<string, unknown>
export interface Asked {
  readonly path: string
  readonly headers: http.IncomingHttpHeaders
  readonly body: Body
}
export interface Reply {
  readonly status?: number
  readonly json?: unknown
  /** Lines of an event stream. */
  readonly events?: readonly string[]
}
export type Imitation = (asked: Asked) => Reply

const servers: http.Server[] = []
/** For `afterEach`. */
export async function closeImitations(): Promise<void> {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
}

/** JSON, or the fields of a form. */
const read = (raw: string): Body =>
  raw.startsWith('{') ? (JSON.parse(raw) as Body) : Object.fromEntries(new URLSearchParams(raw))

export async function imitate(imitation: Imitation): Promise<{ url: string; asked: Asked[] }> {
  const asked: Asked[] = []
  const server = http.createServer((req, res) => {
    let raw = ''
    req.setEncoding('utf8').on('data', (text: string) => (raw += text))
    req.on('end', () => {
      const one = { path: req.url ?? '', headers: req.headers, body: read(raw) }
      asked.push(one)
      const { status = 200, json, events } = imitation(one)
      res.writeHead(status, { 'content-type': events ? 'text/event-stream' : 'application/json' })
      res.end(events ? events.map((line) => `${line}\n\n`).join('') : JSON.stringify(json))
    })
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, asked }
}

export const refuse = (message: string, param?: string): Reply => ({
  status: 400,
  json: { error: { message, type: 'invalid_request_error', code: null, param: param ?? null } },
})
/** Refuses every parameter but these, as strict servers do. */
export const taking =
  (parameters: readonly string[], answer: Imitation): Imitation =>
  (asked) => {
    const other = Object.keys(asked.body).find((name) => !parameters.includes(name))
    return other ? refuse(`Unrecognized request argument: ${other}`, other) : answer(asked)
  }

export const data = (value: unknown) => `data: ${JSON.stringify(value)}`
export const SCRIPT = JSON.stringify(answerFor(schemaOf()))
function schemaOf(): Record<string, unknown> {
  const string = { type: 'string' }
  const audio = { type: 'object', properties: { speaker: string, type: { enum: ['vo'] }, text: string } }
  const row = {
    type: 'object',
    properties: { visual: string, audio: { type: 'array', items: audio }, duration_s: { type: 'number' } },
  }
  const scene = {
    type: 'object',
    properties: { heading: string, beat: { enum: ['hook'] }, rows: { type: 'array', items: row } },
  }
  return {
    type: 'object',
    properties: {
      title: string,
      audience: string,
      tone: { type: 'array', items: string },
      hook: string,
      cta: string,
      scenes: { type: 'array', items: scene },
    },
  }
}
export const halves = (text: string) => [text.slice(0, 100), text.slice(100)]
export const chunk = (delta: object, finish_reason: string | null = null, rest: object = {}) =>
  data({ model: 'served', choices: [{ index: 0, delta, finish_reason }], ...rest })
const USAGE = { prompt_tokens: 11, completion_tokens: 22 }
export const streamed = (usage: 'own chunk' | 'last chunk' | 'none' = 'own chunk'): Reply => ({
  events: [
    ...halves(SCRIPT).map((content) => chunk({ content })),
    chunk({}, 'stop', usage === 'last chunk' ? { usage: USAGE } : {}),
    ...(usage === 'own chunk' ? [data({ choices: [], usage: USAGE })] : []),
    'data: [DONE]',
  ],
})

const LIMITS = { connect_ms: 5_000, first_token_ms: 5_000, idle_ms: 5_000, total_ms: 10_000 }
export const provider = (kind: string, url: string, extra: object = {}): ScriptProvider => {
  const [settings] = ProviderList.parse(
    JSON.stringify([{ name: kind, kind, base_url: url, model: 'asked-for', ...extra }]),
  )
  return createOpenAiProvider(settings!, LIMITS, { newMarker: () => 'MARKER' })
}
export const TASK = scriptTask({ brief: 'Ролик о термосе' }, { template: null, base: null })
export const ask = async (by: ScriptProvider) => {
  const calls: { output_mode: string; outcome: CallEnd['outcome'] }[] = []
  const answered = await by.ask(TASK, {
    signal: new AbortController().signal,
    onCall: async ({ output_mode }) => ({
      kept: async () => {},
      end: async ({ outcome }) => void calls.push({ output_mode, outcome }),
    }),
  })
  expect(answered.value.scenes).toHaveLength(3)
  return { ...answered, calls }
}
export const failure = async (by: ScriptProvider): Promise<ProviderFailure> => {
  const error: unknown = await ask(by).then(
    () => undefined,
    (e: unknown) => e,
  )
  expect(error).toBeInstanceOf(ProviderFailure)
  return error as ProviderFailure
}
export const formatOf = ({ body }: Asked) => (body['response_format'] ?? {}) as { type?: string; json_schema?: Body }
export const userText = ({ body }: Asked) =>
  (body['messages'] as { role: string; content: string }[]).at(-1)?.content ?? ''
