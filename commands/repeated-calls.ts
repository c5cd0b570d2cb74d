import type { Config } from '../config.ts'
import type { CallRow } from '../db/ai/calls.ts'
import type { GenerationRow } from '../db/ai/schema.ts'
import { openText } from '../keys/seal.ts'
import type { Keys } from '../keys/keys.ts'
import { jsonIn } from '../llm/json-text.ts'
import type { Message, Task } from '../llm/task.ts'
import type { GenerationRequest, TitleRequest } from '../script/script.ts'
import { isPrompt, recordedTask } from '../writing/tasks/recorded.ts'
import { scriptTask } from '../writing/tasks/script.ts'
import { titlesTask } from '../writing/tasks/titles.ts'

/** A configuration in which this provider alone is asked; undefined: there is none of that name. */
export function onlyProvider(config: Config, name: string): Config | undefined {
  if (name === 'demo') return { ...config, demo: true, providers: [] }
  const providers = config.providers.filter((one) => one.name === name)
  return providers.length === 0 ? undefined : { ...config, demo: false, providers }
}

/** What a call was asked, word for word. @throws Error when none of our keys opens it */
export const messagesOf = ({ messages }: Pick<CallRow, 'messages'>, keys: Pick<Keys, 'payload'>): Message[] =>
  JSON.parse(openText(messages, keys.payload)) as Message[]

/** The limit of output tokens that a call was asked with; undefined: it is not on record. */
export const limitOf = ({ parameters }: Pick<CallRow, 'parameters'>): number | undefined => {
  const { max_tokens, max_completion_tokens, max_output_tokens } = parameters as Record<string, number | undefined>
  return max_tokens ?? max_completion_tokens ?? max_output_tokens
}

/** A call again, as it was recorded or with other messages; undefined: there is no such prompt any more. */
export function repeatedTask(
  { request }: Pick<GenerationRow, 'request'>,
  call: CallRow,
  messages: readonly Message[],
): Task<unknown> | undefined {
  const { prompt_name: name } = call
  const hooks = ((request as GenerationRequest).hooks ?? 0) > 0
  return isPrompt(name) ? recordedTask(name, messages, { limit: limitOf(call), hooks }) : undefined
}

/** The demo provider writes from the order itself; undefined: it cannot do this step. */
export function demoTask({ request }: Pick<GenerationRow, 'request'>, step: string): Task<unknown> | undefined {
  if (step === 'script') return scriptTask(request as GenerationRequest, { template: null, base: null })
  return step === 'titles' ? titlesTask(request as TitleRequest) : undefined
}

/** As it comes back from JSON, so that a field without a value differs from none in nothing. */
export const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

/** What was made of the recorded answer, or can be made of it now. */
export function answerOf(
  { answer, provider }: CallRow,
  task: Task<unknown>,
  keys: Pick<Keys, 'payload'>,
): { readonly value?: unknown; readonly why: string } {
  if (!answer) return { why: 'is not kept' }
  const [output] = jsonIn(openText(answer, keys.payload))
  if (output === undefined) return { why: 'is no JSON' }
  try {
    return { value: plain(task.read(output, { is_demo: provider === 'demo' })), why: '' }
  } catch {
    return { value: output, why: '' }
  }
}
