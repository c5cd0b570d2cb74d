import { requestFacts } from '../script/facts.ts'
import type { DraftScene, GenerationContext, GenerationRequest, ScriptDraft } from '../script/script.ts'
import { toDraft } from '../script/draft.ts'
import { repaired } from './repair.ts'
import type { PaidSteps } from './steps.ts'
import { MAX_SINGLE_CALL_S, outlineTask, polished, polishTask, sceneTask } from './tasks/long.ts'
import { knownTexts, scriptTask, withContext } from './tasks/script.ts'

/** Characters of JSON that a second of script takes, for the progress bar. */
const CHARACTERS_PER_SECOND = 60

/**
 * The finished script, or null when the long way has more to do: each execution of the activity then pays for one step, so that
 * operators see the steps and a dead worker costs one of them.
 */
export async function writeScript(
  steps: PaidSteps,
  asked: GenerationRequest,
  context: GenerationContext,
  { isDemo, repairRounds: rounds }: { isDemo: boolean; repairRounds: number },
): Promise<ScriptDraft | null> {
  const request = withContext(asked, context)
  const { target_duration_s } = requestFacts(request)
  // The demo provider writes any length at once; what it writes is not judged.
  if (isDemo || target_duration_s <= MAX_SINGLE_CALL_S) {
    const draft = await steps.paid('script', scriptTask(request, context), {
      stage: 'writing',
      from: 0.1,
      to: 0.7,
      characters: target_duration_s * CHARACTERS_PER_SECOND,
    })
    return isDemo ? draft : repaired(steps, request, draft, { rounds, onePaidStep: false })
  }
  const draft = await writeLong(steps, request, context)
  return draft && repaired(steps, request, draft, { rounds, onePaidStep: true })
}

async function writeLong(
  steps: PaidSteps,
  request: GenerationRequest,
  context: GenerationContext,
): Promise<ScriptDraft | null> {
  const outline = await steps.paid('outline', outlineTask(request, context), {
    stage: 'planning',
    from: 0.05,
    to: 0.1,
    characters: 3_000,
  })
  const scenes: DraftScene[] = []
  const part = 0.55 / outline.scenes.length
  for (const [i, planned] of outline.scenes.entries()) {
    if (steps.calls > 0 && !steps.has(`scene:${i}`)) return null
    const scene = await steps.paid(`scene:${i}`, sceneTask(request, outline, i, scenes.at(-1)), {
      stage: 'writing',
      from: 0.1 + part * i,
      to: 0.1 + part * (i + 1),
      characters: planned.seconds * CHARACTERS_PER_SECOND,
    })
    scenes.push(scene)
  }
  if (steps.calls > 0 && !steps.has('polish')) return null
  const polish = await steps.paid('polish', polishTask(request, scenes), {
    stage: 'polishing',
    from: 0.65,
    to: 0.7,
    characters: 2_000,
  })
  const { title, description, audience, tone, hooks, cta } = polish
  // What the order calls for is at the end, whatever the polish thinks of it.
  const ended = polished(scenes, { ...polish, cta: request.cta ?? cta })
  const hook = hooks[0]?.text ?? ''
  return toDraft({ title, description, audience, tone, hook, hook_variants: hooks, cta, scenes: ended }, request, {
    known: knownTexts(context),
  })
}
