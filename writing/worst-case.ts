import type { Task } from '../llm/task.ts'
import type { WorstCall, WorstCase } from '../llm/estimate.ts'
import { requestFacts } from '../script/facts.ts'
import { strictSchema } from '../script/strict-schema.ts'
import type { GenerationContext, GenerationRequest } from '../script/script.ts'
import { tellable, writtenSeconds } from './prompt.ts'
import { MAX_SINGLE_CALL_S, maxScenes, outlineCharacters, outlineTask, polishTask, sceneTask } from './tasks/long.ts'
import { repairTask } from './tasks/rewrite.ts'
import { outputTokens, scriptTask, withContext } from './tasks/script.ts'

/**
 * Tokens of a task's messages, one a character: more than any tokenizer makes of Latin or Cyrillic letters. With the schema, which may be
 * told in words.
 */
const read = (task: Task<unknown>): number =>
  task.messages('marker').reduce((sum, { content }) => sum + content.length, 0) +
  JSON.stringify(strictSchema(task.schema)).length

const call = (task: Task<unknown>, more = 0): WorstCall => ({
  input_tokens: read(task) + more,
  max_output_tokens: task.max_output_tokens,
})

/** The calls of an order at its worst, by the tasks that would ask them. Whatever a model wrote for one of them is read by the next. */
export function worstCase(
  asked: GenerationRequest,
  context: GenerationContext,
  repairRounds: number,
): Pick<WorstCase, 'steps' | 'repairs'> {
  const request = withContext(asked, context)
  const { target_duration_s } = requestFacts(request)
  const steps =
    target_duration_s <= MAX_SINGLE_CALL_S ? [call(scriptTask(request, context))] : longSteps(request, context)
  // A repair reads the script, and what is wrong with it in its own words.
  const repair = call(repairTask(request, [], []), 2 * tellable(target_duration_s))
  return { steps, repairs: Array.from({ length: repairRounds }, () => repair) }
}

function longSteps(request: GenerationRequest, context: GenerationContext): WorstCall[] {
  const seconds = writtenSeconds(request)
  const count = maxScenes(seconds)
  const planned = { heading: '', beat: 'free' as const, seconds: Math.ceil(seconds / count), points: '' }
  const outline = { cast: [], style: '', scenes: Array.from({ length: count }, () => planned) }
  // Of scenes of unequal length the long ones have more than this and the short ones the least there is: as much in all.
  const task = {
    ...sceneTask(request, outline, 0, undefined),
    max_output_tokens: outputTokens(0) + 60 * planned.seconds,
  }
  // Each is told the plan and the scene before it.
  const scene = call(task, outlineCharacters(count) + tellable(0))
  const scenes = Array.from({ length: count }, () => scene)
  const polish = call(polishTask(request, []), tellable(seconds))
  return [call(outlineTask(request, context)), ...scenes, polish]
}
