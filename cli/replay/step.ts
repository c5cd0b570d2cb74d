import { ProviderFailure } from '../../activities/ai/provider.ts'
import { selectProvider } from '../../activities/ai/select.ts'
import type { Message, Task } from '../../activities/ai/task.ts'
import { isPrompt, recordedTask } from '../../activities/ai/tasks/recorded.ts'
import { scriptTask } from '../../activities/ai/tasks/script.ts'
import { titlesTask } from '../../activities/ai/tasks/titles.ts'
import type { Config } from '../../config.ts'
import { listCalls, type CallRow } from '../../db/ai/calls.ts'
import { findGeneration } from '../../db/ai/generations.ts'
import type { GenerationRow } from '../../db/ai/schema.ts'
import { openText } from '../../sealed.ts'
import type { GenerationRequest, TitleRequest } from '../../script/script.ts'
import { ReplayError, type Installation } from './installation.ts'

export interface StepOptions {
  /** Name of the step, as `show` gives it; absent: the last one that was called. */
  readonly step: string | undefined
  /** Name of a configured provider, or `demo`; absent: those of the environment, as in production. */
  readonly provider: string | undefined
}

/**
 * Runs a step again, here, with its stored input and the provider of this environment. It writes nothing: the record of the run stays as
 * it is. With a real provider it costs what a call costs.
 */
export async function runStep(
  { databases, config, keys }: Installation,
  id: string,
  { step, provider: name }: StepOptions,
  print: (line: string) => void,
): Promise<void> {
  const run = await findGeneration(databases.ai, id)
  if (!run) throw new ReplayError(`There is no run ${id} in the database of ai.`)
  const calls = await listCalls(databases.ai, id)
  const steps = [...new Set(calls.map((c) => c.step))]
  const call = calls.findLast((c) => step === undefined || c.step === step)
  if (!call)
    throw new ReplayError(
      steps.length === 0 ? `${id} called no model.` : `${id} has no step "${step}"; it has: ${steps.join(', ')}`,
    )
  const provider = selectProvider(chosen(config, name))
  const task = provider.is_demo ? demoTask(run, call) : recorded(call, keys)
  print(`${call.step} of ${id} by ${provider.name}/${provider.model}; nothing is written`)
  try {
    const signal = AbortSignal.timeout(config.AI_TIMEOUT_MS)
    const { value, usage, model } = await provider.ask(task, { signal })
    print(`answered by ${model}, tokens ${usage.input_tokens ?? '?'} + ${usage.output_tokens ?? '?'}`)
    print(JSON.stringify(value, null, 2))
  } catch (error) {
    if (!(error instanceof ProviderFailure)) throw error
    throw new ReplayError(`it fails again: ${error.code}, ${error.message}`)
  }
}

function chosen(config: Config, name: string | undefined): Config {
  if (name === undefined) return config
  if (name === 'demo') return { ...config, demo: true, providers: [] }
  const providers = config.providers.filter((p) => p.name === name)
  if (providers.length > 0) return { ...config, demo: false, providers }
  throw new ReplayError(
    `No provider "${name}" here; there are: ${['demo', ...config.providers.map((p) => p.name)].join(', ')}`,
  )
}

function recorded(call: CallRow, keys: Installation['keys']): Task<unknown> {
  if (call.messages.length === 0) throw new ReplayError('The texts of this call were removed: their time is over.')
  if (!isPrompt(call.prompt_name))
    throw new ReplayError(`There is no prompt "${call.prompt_name}" in this working tree.`)
  const { max_tokens, max_completion_tokens, max_output_tokens } = call.parameters as Record<string, number | undefined>
  const limit = max_tokens ?? max_completion_tokens ?? max_output_tokens
  return recordedTask(call.prompt_name, JSON.parse(openText(call.messages, keys.payload)) as Message[], limit)
}

/** The demo provider writes from the order itself. */
function demoTask({ request }: GenerationRow, { step }: CallRow): Task<unknown> {
  if (step === 'script') return scriptTask(request as GenerationRequest, { template: null, base: null })
  if (step === 'titles') return titlesTask(request as TitleRequest)
  throw new ReplayError(`The demo provider cannot do "${step}"; it can: script, titles`)
}
