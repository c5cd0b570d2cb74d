import { isFinish } from './ends.ts'
import { estimateTokens } from './prices.ts'
import type { Usage } from './provider.ts'
import { errorIn, ErrorWithin } from './provider-errors.ts'

/** What has come of an answer, put together from whatever the server sends, of either endpoint, streamed or whole. */
export interface Received {
  model: string
  /** The answer itself, as text. */
  content: string
  /** What the model thought aloud before it: paid for, and life. */
  thinking: string
  refusal: string
  /** Why the server stopped, in its own word; '' while it has not. */
  finish: string
  usage: Usage
  /** Usage that came with the end or after it: nothing is left to wait for. */
  counted: boolean
  /** Something came that can only be an answer. A body that is none costs nothing. */
  answered: boolean
  /** The beginning of a body that was cut off before anything of it could be read. */
  unread: string
  /** It had the outer form of an answer, were it an empty one. */
  formed: boolean
  /** The server said that nothing follows. */
  done: boolean
  /** What `/responses` calls this answer, and the number of its last event; '' and null: it told none. */
  responseId: string
  lastEvent: number | null
}

export const nothingReceived = (): Received => ({
  model: '',
  content: '',
  thinking: '',
  refusal: '',
  finish: '',
  usage: { input_tokens: null, output_tokens: null },
  counted: false,
  answered: false,
  unread: '',
  formed: false,
  done: false,
  responseId: '',
  lastEvent: null,
})

type Json = Record<string, unknown>
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')
const listOf = (value: unknown): Json[] => (Array.isArray(value) ? value.filter(isObject) : [])
/** Arguments of a call: text, or at GigaChat the object itself. */
const argumentsOf = (value: unknown): string => (isObject(value) ? JSON.stringify(value) : textOf(value))

/**
 * Takes one event of a stream, or a whole body.
 * @returns whether it had a part of an answer in it, however small: the server is alive
 * @throws APIError for an error in it
 */
export function take(received: Received, event: unknown, onText: (piece: string) => void): boolean {
  if (!isObject(event)) return false
  const type = textOf(event['type'])
  if (type.startsWith('response.')) return takeResponsesEvent(received, type, event, onText)
  if (event['object'] === 'response') return takeResponse(received, event, onText)
  const error = errorIn(event)
  if (error) throw new ErrorWithin(error)
  return takeChat(received, event, onText)
}

function takeChat(received: Received, event: Json, onText: (piece: string) => void): boolean {
  received.model ||= textOf(event['model'])
  const [choice] = listOf(event['choices']).filter((c) => (c['index'] ?? 0) === 0)
  const error = choice && errorIn({ error: choice['error'] })
  if (error) throw new ErrorWithin(error)
  const delta = choice && (isObject(choice['delta']) ? choice['delta'] : undefined)
  const message = choice && (isObject(choice['message']) ? choice['message'] : undefined)
  if (delta) takeParts(received, delta, onText)
  if (message && (!delta || received.content === '')) takeMessage(received, message, onText)
  if (choice && typeof choice['text'] === 'string') say(received, choice['text'], onText)
  const finish = textOf(choice?.['finish_reason'] ?? choice?.['stop_reason'])
  if (isFinish(finish)) received.finish = finish
  takeUsage(received, usageIn(event, choice))
  if (choice) received.answered = true
  if (Array.isArray(event['choices'])) received.formed = true
  return choice !== undefined
}

/** Where servers count: beside the choices, in the last of them (Moonshot), in a field of their own (Groq). */
function usageIn(event: Json, choice: Json | undefined): unknown {
  const own = event['x_groq']
  return event['usage'] ?? choice?.['usage'] ?? (isObject(own) ? own['usage'] : undefined)
}

/** A whole message, which some servers send once more at the end of a stream. */
function takeMessage(received: Received, message: Json, onText: (piece: string) => void): void {
  const whole = nothingReceived()
  takeParts(whole, message, () => {})
  if (whole.content.startsWith(received.content)) say(received, whole.content.slice(received.content.length), onText)
  received.thinking ||= whole.thinking
  received.refusal ||= whole.refusal
}

function takeParts(received: Received, parts: Json, onText: (piece: string) => void): void {
  const { content } = parts
  if (Array.isArray(content)) for (const part of content as unknown[]) takePart(received, part, onText)
  else if (isObject(content)) say(received, JSON.stringify(content), onText)
  else say(received, withoutBeginning(received.content, textOf(content)), onText)
  received.thinking += THOUGHTS.map((name) => thoughtsIn(parts[name])).find((text) => text !== '') ?? ''
  received.refusal += textOf(parts['refusal'])
  const call = listOf(parts['tool_calls'])[0]?.['function'] ?? parts['function_call']
  // A forced call carries the answer in its arguments.
  if (isObject(call)) say(received, argumentsOf(call['arguments']), onText)
}

/** Where thoughts stand. Some gateways send the same ones in two fields: the first counts. */
const THOUGHTS = ['reasoning_content', 'reasoning', 'thinking', 'reasoning_details', 'thoughts']

/** A text, an object with one, or a list of either. */
function thoughtsIn(value: unknown): string {
  if (typeof value === 'string') return value
  if (Array.isArray(value)) return value.map(thoughtsIn).join('')
  if (!isObject(value)) return ''
  return [...THOUGHTS, 'text', 'content', 'summary'].map((name) => thoughtsIn(value[name])).find(Boolean) ?? ''
}

/** Long enough for no piece of a text to begin with it by chance, characters. */
const MIN_REPEATED = 40
/** Some servers send all of the text so far with each event. */
const withoutBeginning = (before: string, piece: string): string =>
  before.length >= MIN_REPEATED && piece.startsWith(before) ? piece.slice(before.length) : piece

function takePart(received: Received, part: unknown, onText: (piece: string) => void): void {
  if (!isObject(part)) return say(received, textOf(part), onText)
  const text = isObject(part['text']) ? textOf(part['text']['value']) : textOf(part['text'])
  if (/thinking|reasoning/.test(textOf(part['type']))) received.thinking += thoughtsIn(part)
  else say(received, text, onText)
  received.refusal += textOf(part['refusal'])
}

/** Characters. An id that is longer is none that can be asked for. */
const MAX_ID = 200

function takeResponsesEvent(received: Received, type: string, event: Json, onText: (piece: string) => void): boolean {
  const { delta, response, sequence_number: number } = event
  if (isObject(response)) received.responseId ||= textOf(response['id']).slice(0, MAX_ID)
  if (typeof number === 'number') received.lastEvent = number
  if (type === 'response.error' || type === 'response.failed' || type === 'response.cancelled') {
    const failed = isObject(response) ? response : event
    throw new ErrorWithin(errorIn({ error: failed['error'] ?? event['error'] ?? 'failed' })!)
  }
  if (type === 'response.completed' || type === 'response.incomplete' || type === 'response.done')
    return isObject(response) && takeResponse(received, response, onText)
  if (type.includes('reasoning')) received.thinking += textOf(delta)
  else if (type === 'response.output_text.delta' || type === 'response.function_call_arguments.delta')
    say(received, textOf(delta), onText)
  else if (type === 'response.refusal.delta') received.refusal += textOf(delta)
  return delta !== undefined
}

/** A whole answer of `/responses`. Its `status` tells whether it is whole, not the end of the stream. */
function takeResponse(received: Received, response: Json, onText: (piece: string) => void): boolean {
  if (isObject(response['error'])) throw new ErrorWithin(errorIn({ error: response['error'] })!)
  const whole = nothingReceived()
  for (const item of listOf(response['output'])) {
    if (item['type'] === 'function_call') say(whole, argumentsOf(item['arguments']), () => {})
    const reasoning = item['type'] === 'reasoning' ? [...listOf(item['summary']), ...listOf(item['content'])] : []
    for (const part of reasoning) whole.thinking += textOf(part['text'])
    if (reasoning.length === 0) for (const part of listOf(item['content'])) takePart(whole, part, () => {})
    received.answered = true
  }
  if (whole.content.startsWith(received.content)) say(received, whole.content.slice(received.content.length), onText)
  received.thinking ||= whole.thinking
  received.refusal ||= whole.refusal
  received.model = textOf(response['model']) || received.model
  const details = isObject(response['incomplete_details']) ? textOf(response['incomplete_details']['reason']) : ''
  received.finish = details || textOf(response['status']) || 'completed'
  received.done = true
  received.formed = true
  takeUsage(received, response['usage'])
  return true
}

function say(received: Received, piece: string, onText: (piece: string) => void): void {
  if (piece === '') return
  received.content += piece
  received.answered = true
  onText(piece)
}

/** No model reads or writes as many: a larger number is no count, and would take all of a person's money. */
const MAX_TOKENS = 10_000_000
const tokens = (value: unknown): number | null => {
  const count = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof count === 'number' && Number.isInteger(count) && count >= 0 && count <= MAX_TOKENS ? count : null
}

function takeUsage(received: Received, usage: unknown): void {
  if (!isObject(usage)) return
  const input = tokens(usage['prompt_tokens'] ?? usage['input_tokens'])
  const output = tokens(usage['completion_tokens'] ?? usage['output_tokens'])
  // Thoughts that are in the total alone (xAI, Gemini) are paid for as what was written.
  const rest = (tokens(usage['total_tokens']) ?? 0) - (input ?? 0)
  const written = input !== null && output !== null && rest > output ? rest : output
  // A count with the end replaces an earlier one; fields that are there only to be there do not.
  if (input || written || received.usage.output_tokens === null)
    received.usage = { input_tokens: input, output_tokens: written, ...detailsIn(usage) }
  received.counted = received.finish !== ''
}

/** Under the names of both protocols. DeepSeek has its cache at the top. */
function detailsIn(usage: Json): Pick<Usage, 'cached_tokens' | 'thinking_tokens'> {
  const of = (name: string) => (isObject(usage[name]) ? usage[name] : {})
  const [read, written] = [of('prompt_tokens_details'), of('completion_tokens_details')]
  const [read2, written2] = [of('input_tokens_details'), of('output_tokens_details')]
  const cached = tokens(read['cached_tokens'] ?? read2['cached_tokens'] ?? usage['prompt_cache_hit_tokens'])
  const thinking = tokens(written['reasoning_tokens'] ?? written2['reasoning_tokens'])
  return { ...(cached && { cached_tokens: cached }), ...(thinking && { thinking_tokens: thinking }) }
}

/** Characters of a token at most, on the average of a text: more thoughts than this were not counted. */
const MAX_CHARACTERS_PER_TOKEN = 8

/**
 * What the server counted. Zeros beside text are no count: some fill the fields in only to have them. Thoughts that came and are not in
 * the count are added by their length.
 */
export function usageOf({ usage, content, thinking }: Received): Usage {
  const written = content !== '' || thinking !== ''
  const counted = (count: number | null) => (count === 0 && written ? null : count)
  const output = counted(usage.output_tokens)
  const uncounted = output !== null && thinking.length > output * MAX_CHARACTERS_PER_TOKEN
  return {
    ...usage,
    input_tokens: counted(usage.input_tokens),
    output_tokens: uncounted ? output + estimateTokens(thinking.length) : output,
  }
}
