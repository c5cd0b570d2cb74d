import { ProviderFailure } from '../../../llm/provider.ts'
import { selectProvider } from '../../../llm/select.ts'
import { isPrompt } from '../../../writing/tasks/recorded.ts'
import { answerOf, demoTask, messagesOf, onlyProvider, plain, repeatedTask } from '../../../commands/repeated-calls.ts'
import type { Config } from '../../../config.ts'
import { listCalls, type CallRow } from '../../../db/ai/calls.ts'
import { findGeneration } from '../../../db/ai/generations.ts'
import type { GenerationRow } from '../../../db/ai/schema.ts'
import { differenceLines, differences } from '../../../commands/differences.ts'
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
  const provider = await selectProvider(chosen(config, text(values, 'provider')))
  const prompt = text(values, 'prompt')
  if (provider.is_demo && prompt !== undefined)
    throw new ReplayError('The demo provider reads no prompt: --prompt needs a model.')
  const { task, version } = provider.is_demo
    ? {
        task:
          demoTask(generation, call.step) ??
          fallen(`The demo provider cannot do "${call.step}"; it can: script, titles`),
        version: null,
      }
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
    const before = answerOf(call, task, installation.keys)
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

/** A real model is never replaced by canned text because somebody forgot a variable. */
function chosen(config: Config, name: string | undefined): Config {
  if (name === undefined && !config.demo) return config
  if (name === undefined)
    throw new ReplayError(
      'No provider is configured here (OPENAI_API_KEY, OPENAI_BASE_URL, AI_PROVIDERS); --provider demo asks none.',
    )
  const only = onlyProvider(config, name)
  if (only) return only
  throw new ReplayError(
    `No provider "${name}" here; there are: ${['demo', ...config.providers.map((p) => p.name)].join(', ')}`,
  )
}

const fallen = (said: string): never => {
  throw new ReplayError(said)
}

async function recorded(
  generation: GenerationRow,
  call: CallRow,
  { keys, keysMissing }: Installation,
  wanted: string | undefined,
) {
  if (call.messages.length === 0) throw new ReplayError('The texts of this call were removed: their time is over.')
  if (keysMissing !== undefined) throw new ReplayError(`The texts of this call cannot be read: ${keysMissing}`)
  const name = call.prompt_name
  if (!isPrompt(name)) throw new ReplayError(`There is no prompt "${name}" in this working tree.`)
  const messages = messagesOf(call, keys)
  const taskOf = (said: typeof messages) =>
    repeatedTask(generation, call, said) ?? fallen(`There is no prompt "${name}" in this working tree.`)
  if (wanted === undefined) return { task: taskOf(messages), version: call.prompt_version }
  const other = await withPrompt({ name, hash: call.prompt_hash, messages }, wanted)
  const version = Number.isNaN(other.prompt.version) ? wanted : other.prompt.version
  return { task: taskOf([...other.messages]), version }
}
