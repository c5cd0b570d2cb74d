import { APIError } from 'openai'
import { AnswerError } from './failures.ts'

/** A chat completion as `readAnswer` takes it, put together from whatever the server sent. */
export interface Completion {
  readonly model?: unknown
  readonly choices?: unknown
  readonly usage?: unknown
  readonly error?: unknown
}

/** Called for each piece of the answer's text, as it comes. */
export type OnText = (piece: string) => void

type Json = Record<string, unknown>
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

/** The data of each server-sent event of a body, as text. */
async function* dataOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let rest = ''
  let data: string[] = []
  for await (const bytes of body) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split(/\r\n|\n|\r(?!$)/)
    rest = lines.pop() ?? ''
    for (const line of lines) {
      if (line === '' && data.length > 0) {
        yield data.join('\n')
        data = []
      } else if (line.startsWith('data:')) data.push(line.slice(5).replace(/^ /, ''))
    }
  }
  // A last event without its blank line: some servers leave it out.
  if (rest.startsWith('data:')) data.push(rest.slice(5).replace(/^ /, ''))
  if (data.length > 0) yield data.join('\n')
}

/**
 * Reads the body of an answer, streamed or whole (a server may not know `stream`), of either endpoint.
 * @throws SyntaxError when a piece is not JSON; APIError for an error within the stream; Error when it ends too early
 */
export async function readCompletion(response: Response, onText: OnText): Promise<Completion> {
  let { body } = response
  if (!body || !(response.headers.get('content-type') ?? '').includes('text/event-stream')) {
    const text = await response.text()
    // Some proxies call any answer JSON.
    body = /^(?:data|event|id|:)/.test(text) ? new Response(text).body : null
    if (!body) return readWhole(text, onText)
  }
  return readStream(body, onText)
}

function readWhole(body: string, onText: OnText): Completion {
  const whole = JSON.parse(body) as unknown
  if (!isObject(whole)) throw new AnswerError('malformed', 'the body is not a chat completion')
  const completion = whole['object'] === 'response' ? fromResponse(whole) : whole
  const text = contentOf(completion)
  if (text) onText(text)
  return completion
}

async function readStream(body: ReadableStream<Uint8Array>, onText: OnText): Promise<Completion> {
  const collected = { model: '', content: '', refusal: '', finish: '', usage: null as unknown, done: false }
  for await (const data of dataOf(body)) {
    if (data.trim() === '[DONE]') {
      collected.done = true
      break
    }
    const event = JSON.parse(data) as unknown
    if (!isObject(event)) continue
    if (typeof event['type'] === 'string' && event['type'].startsWith('response.')) {
      const whole = responsesEvent(event, onText)
      if (whole) return whole
    } else chatChunk(event, collected, onText)
  }
  const { model, content, refusal, finish, usage, done } = collected
  // A clean end of the body is no end of the answer: half a script would be stored as a whole one.
  if (!done && finish === '') throw new Error('the stream ended before the answer did')
  return {
    model,
    choices: [{ finish_reason: finish || 'stop', message: { content, refusal: refusal || null } }],
    usage,
  }
}

function contentOf(completion: Completion): string {
  const [choice] = Array.isArray(completion.choices) ? (completion.choices as unknown[]) : []
  return isObject(choice) && isObject(choice['message']) ? textOf(choice['message']['content']) : ''
}

function chatChunk(
  chunk: Json,
  collected: { model: string; content: string; refusal: string; finish: string; usage: unknown },
  onText: OnText,
): void {
  if (isObject(chunk['error'])) throw errorWithin(chunk['error'])
  collected.model ||= textOf(chunk['model'])
  if (isObject(chunk['usage'])) collected.usage = chunk['usage']
  const [choice] = Array.isArray(chunk['choices']) ? (chunk['choices'] as unknown[]) : []
  // The last chunk has usage and no choice.
  if (!isObject(choice)) return
  if (isObject(choice['error'])) throw errorWithin(choice['error'])
  const delta = isObject(choice['delta']) ? choice['delta'] : isObject(choice['message']) ? choice['message'] : {}
  const piece = textOf(delta['content']) + toolArguments(delta)
  if (piece) onText(piece)
  collected.content += piece
  collected.refusal += textOf(delta['refusal'])
  collected.finish = textOf(choice['finish_reason']) || collected.finish
}

/** A forced tool call carries the answer in its arguments. */
function toolArguments(delta: Json): string {
  const [call] = Array.isArray(delta['tool_calls']) ? (delta['tool_calls'] as unknown[]) : []
  const called = isObject(call) ? call['function'] : delta['function_call']
  return isObject(called) ? textOf(called['arguments']) : ''
}

/** @returns the whole answer when this event ends it */
function responsesEvent(event: Json, onText: OnText): Completion | undefined {
  switch (event['type']) {
    case 'response.output_text.delta':
      onText(textOf(event['delta']))
      return undefined
    case 'response.completed':
    case 'response.incomplete':
      return isObject(event['response']) ? fromResponse(event['response']) : undefined
    case 'response.failed':
      throw errorWithin(isObject(event['response']) ? event['response']['error'] : undefined)
    case 'response.error':
      throw errorWithin(event['error'])
    default:
      return undefined
  }
}

/** An answer of `/responses` in the words of a chat completion. `status` tells whether it is whole, not the end of the stream. */
function fromResponse(response: Json): Completion {
  if (isObject(response['error'])) throw errorWithin(response['error'])
  const items = (Array.isArray(response['output']) ? (response['output'] as unknown[]) : []).filter(isObject)
  const parts = items.flatMap((item) => (Array.isArray(item['content']) ? (item['content'] as unknown[]) : []))
  const objects = parts.filter(isObject)
  const refusal = objects.map((p) => textOf(p['refusal'])).join('')
  const called = items.filter((i) => i['type'] === 'function_call').map((i) => textOf(i['arguments']))
  const reason = isObject(response['incomplete_details']) ? response['incomplete_details']['reason'] : undefined
  const usage = isObject(response['usage']) ? response['usage'] : undefined
  return {
    model: response['model'],
    choices: [
      {
        finish_reason:
          response['status'] === 'incomplete' ? (reason === 'content_filter' ? 'content_filter' : 'length') : 'stop',
        message: {
          content: objects.map((p) => textOf(p['text'])).join('') + called.join(''),
          refusal: refusal || null,
        },
      },
    ],
    usage: usage && { prompt_tokens: usage['input_tokens'], completion_tokens: usage['output_tokens'] },
  }
}

/** An error that came in the middle of a stream that began with status 200. */
function errorWithin(error: unknown): APIError {
  const code = isObject(error) ? error['code'] : undefined
  const status =
    typeof code === 'number' && code >= 400 && code <= 599 ? code : code === 'rate_limit_exceeded' ? 429 : 502
  return APIError.generate(status, { error: isObject(error) ? error : {} }, undefined, new Headers())
}
