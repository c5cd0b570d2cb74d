import { requestFacts } from '../../script/facts.ts'
import type { DraftScene, GenerationContext, GenerationRequest, ScriptDraft } from '../../script/script.ts'
import { toDraft } from '../../script/draft.ts'
import { repaired } from './repair.ts'
import type { Run } from './run.ts'
import { LONGEST_AT_ONCE_S, outlineTask, polished, polishTask, sceneTask } from './tasks/long.ts'
import { scriptTask, withTemplate } from './tasks/script.ts'

/** Characters of JSON that a second of script takes, for the progress bar. */
const CHARACTERS_PER_SECOND = 60

/**
 * The finished script, or null when the long way has more to do: each execution of the activity then pays for one step, so that
 * operators see the steps and a dead worker costs one of them.
 */
export async function writeScript(
  run: Run,
  asked: GenerationRequest,
  context: GenerationContext,
  { isDemo, repairRounds: rounds }: { isDemo: boolean; repairRounds: number },
): Promise<ScriptDraft | null> {
  const request = withTemplate(asked, context)
  const { target_duration_s } = requestFacts(request)
  // The demo provider writes any length at once; what it writes is not judged.
  if (isDemo || target_duration_s <= LONGEST_AT_ONCE_S) {
    const draft = await run.paid('script', scriptTask(request, context), {
      stage: 'writing',
      from: 0.1,
      to: 0.7,
      characters: target_duration_s * CHARACTERS_PER_SECOND,
    })
    return isDemo ? draft : repaired(run, request, draft, { rounds, onePaidStep: false })
  }
  const draft = await writeLong(run, request, context)
  return draft && repaired(run, request, draft, { rounds, onePaidStep: true })
}

async function writeLong(
  run: Run,
  request: GenerationRequest,
  context: GenerationContext,
): Promise<ScriptDraft | null> {
  const outline = await run.paid('outline', outlineTask(request, context), {
    stage: 'planning',
    from: 0.05,
    to: 0.1,
    characters: 3_000,
  })
  const scenes: DraftScene[] = []
  const part = 0.55 / outline.length
  for (const [i, planned] of outline.entries()) {
    if (run.calls > 0 && !run.has(`scene:${i}`)) return null
    const scene = await run.paid(`scene:${i}`, sceneTask(request, outline, i, scenes.at(-1)), {
      stage: 'writing',
      from: 0.1 + part * i,
      to: 0.1 + part * (i + 1),
      characters: planned.seconds * CHARACTERS_PER_SECOND,
    })
    scenes.push(scene)
  }
  if (run.calls > 0 && !run.has('polish')) return null
  const polish = await run.paid('polish', polishTask(request, scenes), {
    stage: 'polishing',
    from: 0.65,
    to: 0.7,
    characters: 2_000,
  })
  const { title, description, audience, tone, hooks, cta } = polish
  return toDraft(
    { title, description, audience, tone, hook: hooks[0] ?? '', cta, scenes: polished(scenes, polish) },
    request,
  )
}
