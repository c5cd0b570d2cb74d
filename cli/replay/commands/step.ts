import { jsonIn } from '../../../llm/json-text.ts'
import { ProviderFailure } from '../../../llm/provider.ts'
import { selectProvider } from '../../../llm/select.ts'
import type { Message, Task } from '../../../llm/task.ts'
import { isPrompt, recordedTask } from '../../../writing/tasks/recorded.ts'
import { scriptTask } from '../../../writing/tasks/script.ts'
import { titlesTask } from '../../../writing/tasks/titles.ts'
import type { Config } from '../../../config.ts'
import { listCalls, type CallRow } from '../../../db/ai/calls.ts'
import { findGeneration } from '../../../db/ai/generations.ts'
import type { GenerationRow } from '../../../db/ai/schema.ts'
import { openText } from '../../../keys/seal.ts'
import type { GenerationRequest, TitleRequest } from '../../../script/script.ts'
import { differenceLines, differences } from '../differences.ts'
import type { Installation } from '../installation.ts'
import { requireOperation } from '../operations.ts'
import { withPrompt } from '../prompts.ts'
import { ReplayError } from '../replay-error.ts'
import { text, type Command } from '../told.ts'

/**
 * Repeats a step, here, with its stored input and the provider of this environment, and says what differs from the answer on record. It
 * writes nothing: the record of the generation stays as it is. With a real provider it costs what a call costs.
 */
export const step: Command = async ({ installation, words: [word = '', name], values, say }) => {
  const { databases, config } = installation
  const { id } = await requireOperation(databases, word)
  const generation = await findGeneration(databases.ai, id)
  if (!generation) throw new ReplayError(`There is no generation ${id} in the database of ai.`)
  const calls = await listCalls(databases.ai, id)
  const steps = [...new Set(calls.map((c) => c.step))]
  const call = calls.findLast((c) => name === undefined || c.step === name)
  if (!call)
    throw new ReplayError(
      steps.length === 0 ? `${id} called no model.` : `${id} has no step "${name}"; it has: ${steps.join(', ')}`,
    )
  const provider = selectProvider(chosen(config, text(values, 'provider')))
  const prompt = text(values, 'prompt')
  if (provider.is_demo && prompt !== undefined)
    throw new ReplayError('The demo provider reads no prompt: --prompt needs a model.')
  const { task, version } = provider.is_demo
    ? { task: demoTask(generation, call), version: null }
    : await recorded(generation, call, installation, prompt)
  const asked =
    version === null
      ? ''
      : `, prompt ${call.prompt_name} v${version}${version === call.prompt_version ? '' : ` instead of v${call.prompt_version}`}`
  say(`${call.step} of ${id} by ${provider.name}/${provider.model}${asked}; nothing is written`)
  const begun = performance.now()
  try {
    const signal = AbortSignal.timeout(config.AI_TIMEOUT_MS)
    const { value, usage, model } = await provider.ask(task, { signal })
    const duration_ms = Math.round(performance.now() - begun)
    const before = answerOf(call, task, installation)
    const differing = before.value === undefined ? null : differences(before.value, plain(value))
    return {
      json: {
        id,
        step: call.step,
        provider: provider.name,
        model,
        prompt_version: version,
        recorded: {
          outcome: call.outcome,
          provider: call.provider,
          model: call.model_served,
          prompt_version: call.prompt_version,
        },
        ...usage,
        duration_ms,
        value,
        differences: differing,
      },
      lines: [
        `answered by ${model} in ${duration_ms} ms, tokens ${usage.input_tokens ?? '?'} + ${usage.output_tokens ?? '?'}`,
        JSON.stringify(value, null, 2),
        '',
        ...(differing === null
          ? [`the recorded answer (${call.outcome ?? 'never came'}) ${before.why}: nothing to compare with`]
          : differing.length === 0
            ? ['the same as the recorded answer']
            : [
                `differs from the recorded answer in ${differing.length} places:`,
                ...differenceLines(differing, ['recorded', 'now']),
              ]),
      ],
    }
  } catch (error) {
    if (!(error instanceof ProviderFailure)) throw error
    const again =
      error.reason === call.outcome
        ? 'it fails again'
        : `it fails otherwise than before (${call.outcome ?? 'never answered'})`
    throw new ReplayError(`${again}: ${error.code}, ${error.message}`)
  }
}

/** As it comes back from JSON, so that a field without a value differs from none in nothing. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

/** What was made of the recorded answer, or can be made of it now. */
function answerOf({ answer }: CallRow, task: Task<unknown>, { keys }: Installation): { value?: unknown; why: string } {
  if (!answer) return { why: 'is not kept' }
  const [output] = jsonIn(openText(answer, keys.payload))
  if (output === undefined) return { why: 'is no JSON' }
  try {
    return { value: plain(task.read(output, { is_demo: false })), why: '' }
  } catch {
    return { value: output, why: '' }
  }
}

/** A real model is never replaced by canned text because somebody forgot a variable. */
function chosen(config: Config, name: string | undefined): Config {
  if (name === 'demo') return { ...config, demo: true, providers: [] }
  if (name === undefined && !config.demo) return config
  if (name === undefined)
    throw new ReplayError(
      'No provider is configured here (OPENAI_API_KEY, OPENAI_BASE_URL, AI_PROVIDERS); --provider demo asks none.',
    )
  const providers = config.providers.filter((p) => p.name === name)
  if (providers.length > 0) return { ...config, demo: false, providers }
  throw new ReplayError(
    `No provider "${name}" here; there are: ${['demo', ...config.providers.map((p) => p.name)].join(', ')}`,
  )
}

async function recorded(
  { request }: GenerationRow,
  call: CallRow,
  { keys, keysMissing }: Installation,
  wanted: string | undefined,
) {
  if (call.messages.length === 0) throw new ReplayError('The texts of this call were removed: their time is over.')
  if (keysMissing !== undefined) throw new ReplayError(`The texts of this call cannot be read: ${keysMissing}`)
  const name = call.prompt_name
  if (!isPrompt(name)) throw new ReplayError(`There is no prompt "${name}" in this working tree.`)
  const { max_tokens, max_completion_tokens, max_output_tokens } = call.parameters as Record<string, number | undefined>
  const limit = max_tokens ?? max_completion_tokens ?? max_output_tokens
  const hooks = ((request as GenerationRequest).hooks ?? 0) > 0
  const messages = JSON.parse(openText(call.messages, keys.payload)) as Message[]
  if (wanted === undefined)
    return { task: recordedTask(name, messages, { limit, hooks }), version: call.prompt_version }
  const other = await withPrompt({ name, hash: call.prompt_hash, messages }, wanted)
  const version = Number.isNaN(other.prompt.version) ? wanted : other.prompt.version
  return { task: recordedTask(name, other.messages, { limit, hooks }), version }
}

/** The demo provider writes from the order itself. */
function demoTask({ request }: GenerationRow, { step }: CallRow): Task<unknown> {
  if (step === 'script') return scriptTask(request as GenerationRequest, { template: null, base: null })
  if (step === 'titles') return titlesTask(request as TitleRequest)
  throw new ReplayError(`The demo provider cannot do "${step}"; it can: script, titles`)
}
