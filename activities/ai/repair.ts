import type { Check } from '../../script/checks/check.ts'
import { derive } from '../../script/derived.ts'
import { withDisclosure } from '../../script/disclosure.ts'
import { estimateScene } from '../../script/duration.ts'
import type { DraftScene, GenerationRequest, Scene, ScriptDraft } from '../../script/script.ts'
import { ProviderFailure } from './provider.ts'
import type { Run } from './run.ts'
import { repairTask, type Fault } from './tasks/rewrite.ts'

/** Characters of a spoken word with its space, both languages: for hints only. */
const CHARACTERS_PER_WORD = 7
/** Scenes that a wrong length is mended in. */
const MENDED_FOR_LENGTH = 3

interface Judged {
  readonly draft: ScriptDraft
  readonly score: number
  readonly faults: readonly Fault[]
}

/**
 * The script after at most so many rounds of repair on its failing scenes, the best attempt of all. What is left is shown as warnings on
 * the scenario: a loop would pay for taste. A round that does no better is the last one, and one that fails costs the script nothing.
 * @returns null when a round is due and this execution has paid for a step already
 */
export async function repaired(
  run: Run,
  request: GenerationRequest,
  draft: ScriptDraft,
  { rounds, onePaidStep }: { rounds: number; onePaidStep: boolean },
): Promise<ScriptDraft | null> {
  if (rounds === 0) return draft
  let best = judge(draft, request)
  for (let round = 1; round <= rounds && best.faults.length > 0; round++) {
    const step = `repair:${round}`
    if (onePaidStep && run.calls > 0 && !run.has(step)) return null
    const scenes = await repair(run, step, request, best).catch((error: unknown) => {
      if (error instanceof ProviderFailure) return undefined
      throw error
    })
    if (!scenes) break
    const next = judge({ ...best.draft, scenes: replaced(best.draft.scenes, best.faults, scenes) }, request)
    if (next.score <= best.score) break
    best = next
  }
  return best.draft
}

const repair = (run: Run, step: string, request: GenerationRequest, { draft, faults }: Judged): Promise<DraftScene[]> =>
  run.paid(step, repairTask(request, draft.scenes, faults), {
    stage: 'repairing',
    from: 0.7,
    to: 0.8,
    characters: faults.length * 1_500,
    silent: true,
  })

/** The answer has the failing scenes in their order; one that is missing stays as it was. */
const replaced = (
  scenes: readonly DraftScene[],
  faults: readonly Fault[],
  repairs: readonly DraftScene[],
): DraftScene[] => {
  const by = new Map(faults.map((fault, i) => [fault.scene, repairs[i]]))
  return scenes.map((scene, i) => by.get(i) ?? scene)
}

/** The checks that every scenario shows, of a draft as it would be stored. Ids are places here: the real ones come with the store. */
export function draftChecks(draft: ScriptDraft, request: GenerationRequest): readonly Check[] {
  const marked = withDisclosure(draft.scenes, draft.kind, draft.language)
  const scenes: Scene[] = marked.map((scene, i) => ({
    ...scene,
    id: String(i),
    locked: false,
    rows: scene.rows.map((row, n) => ({ ...row, id: `${i}.${n}` })),
  }))
  const { must_include = [], must_avoid = [] } = request
  return derive({ ...draft, scenes }, { must_include, must_avoid }).checks
}

function judge(draft: ScriptDraft, request: GenerationRequest): Judged {
  const checks = draftChecks(draft, request)
  const score = checks.reduce((sum, c) => sum + (c.pass ? 1 : c.score * 0.9), 0) / checks.length
  return { draft, score, faults: faultsOf(checks, draft) }
}

/** What is wrong by scene, in words for the model. Nothing that only its author can mend. */
function faultsOf(checks: readonly Check[], draft: ScriptDraft): Fault[] {
  const problems = new Map<number, string[]>()
  const blame = (scene: number, text: string) => problems.set(scene, [...(problems.get(scene) ?? []), text])
  const last = draft.scenes.length - 1
  for (const { check, pass, reason, spans } of checks) {
    if (pass || check === 'disclosure') continue
    if (check === 'duration') for (const [scene, hint] of lengthHints(draft)) blame(scene, hint)
    else if (check === 'hook') blame(0, `Rewrite the hook: ${reason.en}`)
    else if (spans.length === 0) blame(last, reason.en)
    else for (const { scene_id, text } of spans) blame(Number(scene_id), `${reason.en}: "${text}"`)
  }
  return [...problems]
    .filter(([scene]) => scene >= 0 && scene <= last)
    .toSorted(([a], [b]) => a - b)
    .map(([scene, all]) => ({ scene, problems: all.slice(0, 6) }))
}

/** «Cut about 20 words» for the longest scenes, by their share of the whole. */
function lengthHints({ scenes, language, target_duration_s }: ScriptDraft): [number, string][] {
  const lengths = scenes.map((scene) => estimateScene(scene, { language }))
  const total = lengths.reduce((a, b) => a + b, 0)
  const chosen = lengths
    .map((seconds, scene) => ({ seconds, scene }))
    .toSorted((a, b) => b.seconds - a.seconds)
    .slice(0, MENDED_FOR_LENGTH)
  const weight = chosen.reduce((sum, c) => sum + c.seconds, 0) || 1
  return chosen.map(({ seconds, scene }) => {
    const change = ((target_duration_s - total) * seconds) / weight
    const words = Math.max(1, Math.round((Math.abs(change) * 14.7) / CHARACTERS_PER_WORD))
    return [scene, `${change < 0 ? 'Cut' : 'Add'} about ${words} spoken words`]
  })
}
