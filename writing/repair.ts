import type { Check } from '../script/checks/check.ts'
import { derive } from '../script/derived.ts'
import { spokenLanguage, type SpokenLanguage } from '../script/language.ts'
import { lawsById, legalSeconds, withLegalRows } from '../script/law/marks.ts'
import { sceneSeconds, SECONDS_PER_CHARACTER } from '../script/duration.ts'
import type { DraftScene, GenerationRequest, Scene, ScriptDraft } from '../script/script.ts'
import { ProviderFailure } from '../llm/provider.ts'
import { filled } from './prompt-words.ts'
import { count } from '../telemetry/tally.ts'
import type { PaidSteps } from './steps.ts'
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
  steps: PaidSteps,
  request: GenerationRequest,
  draft: ScriptDraft,
  { rounds, onePaidStep }: { rounds: number; onePaidStep: boolean },
): Promise<ScriptDraft | null> {
  if (rounds === 0) return draft
  let best = judge(draft, request)
  for (let round = 1; round <= rounds && best.faults.length > 0; round++) {
    const step = `repair:${round}`
    if (onePaidStep && steps.calls > 0 && !steps.has(step)) return null
    const scenes = await repair(steps, step, request, best).catch((error: unknown) => {
      if (error instanceof ProviderFailure) return undefined
      throw error
    })
    if (!scenes) {
      count('scenor_script_repairs_total', { result: 'failed' })
      break
    }
    const next = judge({ ...best.draft, scenes: replaced(best.draft.scenes, best.faults, scenes) }, request)
    count('scenor_script_repairs_total', { result: next.score > best.score ? 'better' : 'no_better' })
    if (next.score <= best.score) break
    best = next
  }
  return best.draft
}

const repair = (
  steps: PaidSteps,
  step: string,
  request: GenerationRequest,
  { draft, faults }: Judged,
): Promise<DraftScene[]> =>
  steps.paid(step, repairTask(request, draft.scenes, faults), {
    stage: 'repairing',
    from: 0.7,
    to: 0.8,
    characters: faults.length * 1_500,
    silent: true,
    once: true,
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
  const marked = withLegalRows(draft.scenes, lawsById(draft.laws ?? []), (row) => row)
  const scenes: Scene[] = marked.map((scene, i) => ({
    ...scene,
    id: String(i),
    locked: false,
    rows: scene.rows.map((row, n) => ({ ...row, id: `${i}.${n}` })),
  }))
  const { must_include = [], must_avoid = [] } = request
  return derive(
    { ...draft, scenes },
    { must_include, must_avoid, order_facts: draft.order_facts, reading_ms_per_char: draft.reading_ms_per_char },
  ).checks
}

function judge(draft: ScriptDraft, request: GenerationRequest): Judged {
  const checks = draftChecks(draft, request)
  const score = checks.reduce((sum, c) => sum + (c.pass ? 1 : c.score * 0.9), 0) / checks.length
  return { draft, score, faults: faultsOf(checks, draft) }
}

/** What only a length or a hook needs, in the language of the script. */
const HINTS: Record<SpokenLanguage, Record<'hook' | 'cut' | 'add', string>> = {
  en: {
    hook: 'Rewrite the hook',
    cut: 'Cut about {words} spoken words',
    add: 'Add about {words} spoken words',
  },
  ru: {
    hook: 'Перепишите зацепку',
    cut: 'Уберите примерно столько произносимых слов: {words}',
    add: 'Добавьте примерно столько произносимых слов: {words}',
  },
}

/** What is wrong by scene, in words for the model. Nothing that only its author can mend. */
function faultsOf(checks: readonly Check[], draft: ScriptDraft): Fault[] {
  const problems = new Map<number, string[]>()
  const blame = (scene: number, text: string) => problems.set(scene, [...(problems.get(scene) ?? []), text])
  const last = draft.scenes.length - 1
  const language = spokenLanguage(draft.language, draft.title)
  for (const { check, pass, reason, spans } of checks) {
    if (pass || check === 'disclosure') continue
    const why = reason[language]
    if (check === 'duration') for (const [scene, hint] of lengthHints(draft)) blame(scene, hint)
    else if (check === 'hook') blame(0, `${HINTS[language].hook}: ${why}`)
    else if (spans.length === 0) blame(last, why)
    else for (const { scene_id, text } of spans) blame(Number(scene_id), `${why}: "${text}"`)
  }
  return [...problems]
    .filter(([scene]) => scene >= 0 && scene <= last)
    .toSorted(([a], [b]) => a - b)
    .map(([scene, all]) => ({ scene, problems: all.slice(0, 6) }))
}

/** «Cut about 20 words» for the longest scenes, by their share of the whole. */
function lengthHints({
  scenes,
  language,
  target_duration_s,
  title,
  laws = [],
  reading_ms_per_char,
}: ScriptDraft): [number, string][] {
  const spoken = spokenLanguage(language, title)
  const wanted = target_duration_s - legalSeconds(lawsById(laws))
  const lengths = sceneSeconds(scenes, { language, target_duration_s, reading_ms_per_char })
  const total = lengths.reduce((a, b) => a + b, 0)
  const chosen = lengths
    .map((seconds, scene) => ({ seconds, scene }))
    .toSorted((a, b) => b.seconds - a.seconds)
    .slice(0, MENDED_FOR_LENGTH)
  const weight = chosen.reduce((sum, c) => sum + c.seconds, 0) || 1
  return chosen.map(({ seconds, scene }) => {
    const change = ((wanted - total) * seconds) / weight
    const words = Math.max(1, Math.round(Math.abs(change) / SECONDS_PER_CHARACTER / CHARACTERS_PER_WORD))
    return [scene, filled(HINTS[spoken][change < 0 ? 'cut' : 'add'], { words })]
  })
}
