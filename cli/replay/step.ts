import { selectProvider } from '../../activities/ai/select.ts'
import { outlineTask } from '../../activities/ai/tasks/long.ts'
import { scriptTask } from '../../activities/ai/tasks/script.ts'
import { titlesTask } from '../../activities/ai/tasks/titles.ts'
import type { Task } from '../../activities/ai/task.ts'
import { ProviderFailure } from '../../activities/ai/provider.ts'
import { findGeneration } from '../../db/ai/generations.ts'
import type { GenerationRequest, TitleRequest } from '../../script/script.ts'
import { ReplayError, type Installation } from './installation.ts'

const NO_CONTEXT = { template: null, base: null }

/** Steps that need nothing but the stored order. */
const STEPS: Readonly<Record<string, (request: never) => Task<unknown>>> = {
  script: (request: GenerationRequest) => scriptTask(request, NO_CONTEXT),
  outline: (request: GenerationRequest) => outlineTask(request, NO_CONTEXT),
  titles: (request: TitleRequest) => titlesTask(request),
}

/**
 * Runs a step again, here, with its stored input and the provider of this environment. It writes nothing: the record of the run stays as
 * it is. With a real provider it costs what a call costs.
 */
export async function runStep(
  { databases, config }: Installation,
  id: string,
  step: string,
  print: (line: string) => void,
): Promise<void> {
  const run = await findGeneration(databases.ai, id)
  if (!run) throw new ReplayError(`There is no run ${id} in the database of ai.`)
  const task = STEPS[step]
  if (!task) throw new ReplayError(`"${step}" cannot be run alone; these can: ${Object.keys(STEPS).join(', ')}`)
  if ((step === 'titles') !== (run.mode === 'titles')) throw new ReplayError(`${id} has no step "${step}"`)
  const provider = selectProvider(config)
  print(`${step} of ${id} by ${provider.name}/${provider.model}; nothing is written`)
  try {
    const { value, usage, model } = await provider.ask(task(run.request as never), {
      signal: AbortSignal.timeout(config.AI_TIMEOUT_MS),
    })
    print(`answered by ${model}, tokens ${usage.input_tokens ?? '?'} + ${usage.output_tokens ?? '?'}`)
    print(JSON.stringify(value, null, 2))
  } catch (error) {
    if (!(error instanceof ProviderFailure)) throw error
    throw new ReplayError(`it fails again: ${error.code}, ${error.message}`)
  }
}
