import { z } from 'zod'
import { clampText, modelText } from '../../../script/clean.ts'
import { DraftError, inShape, OneScene, toScenes } from '../../../script/draft.ts'
import { requestFacts } from '../../../script/facts.ts'
import { BEATS, type DraftScene, type GenerationContext, type GenerationRequest } from '../../../script/script.ts'
import { messagesOf, orderFields, orderRules, scenesAsText, spokenCharacters } from '../prompt.ts'
import { PROMPTS } from '../prompts.ts'
import type { Task } from '../task.ts'
import { contextFields, outputTokens } from './script.ts'

/** Above this, seconds, a script is planned first and then written scene by scene: one answer for all is cut off or thin. */
export const LONGEST_AT_ONCE_S = 90
/** As many scenes as 30 minutes need. */
const MOST_SCENES = 40

const PlannedScene = z.object({
  heading: z.string().describe('Short heading of the scene'),
  beat: z.enum(BEATS).catch('free').describe('What the scene does for the story'),
  seconds: z.number().describe('Length of the scene'),
  points: z.string().describe('What it tells and shows, one or two sentences'),
})
export const ModelOutline = z.object({ scenes: z.array(PlannedScene) })
export type Outline = readonly z.infer<typeof PlannedScene>[]

/** Demo answers are whole scripts; the long way is for models only. */
const noDemo = (): never => {
  throw new Error('the demo provider writes scripts at once')
}

export const outlineTask = (request: GenerationRequest, context: GenerationContext): Task<Outline> => ({
  name: 'outline',
  prompt: PROMPTS.outline,
  messages: (marker) =>
    messagesOf(
      PROMPTS.outline,
      orderRules(request),
      'Plan the scenes for this order.',
      [...orderFields(request), ...contextFields(context)],
      marker,
    ),
  schema: ModelOutline,
  max_output_tokens: 8_000,
  read: (output) => scaled(inShape(ModelOutline, output).scenes, requestFacts(request).target_duration_s),
  demo: noDemo,
})

/** Lengths that add up to what was ordered: the model's own sums are wishes. */
function scaled(scenes: Outline, total: number): Outline {
  const planned = scenes.slice(0, MOST_SCENES)
  if (planned.length === 0) throw new DraftError('the outline is empty')
  const lengths = planned.map((s) => (Number.isFinite(s.seconds) && s.seconds > 0 ? s.seconds : 1))
  const sum = lengths.reduce((a, b) => a + b, 0)
  return planned.map((s, i) => ({
    ...s,
    heading: clampText(modelText(s.heading), 200),
    points: clampText(modelText(s.points), 1_000),
    seconds: Math.max(3, Math.round((lengths[i]! / sum) * total)),
  }))
}

const outlineText = (outline: Outline): string =>
  outline.map((s, i) => `${i + 1}. [${s.beat}] ${s.heading} (${s.seconds} s): ${s.points}`).join('\n')

/** Scene number `index` (from 0) of the outline, after the scene before it. */
export const sceneTask = (
  request: GenerationRequest,
  outline: Outline,
  index: number,
  before: DraftScene | undefined,
): Task<DraftScene> => {
  const planned = outline[index]!
  return {
    name: 'scene',
    prompt: PROMPTS.scene,
    messages: (marker) =>
      messagesOf(
        PROMPTS.scene,
        `${orderRules(request)}\n- This scene: ${planned.seconds} seconds, about ${spokenCharacters(planned.seconds)} spoken characters.`,
        `Write scene ${index + 1} of ${outline.length}.`,
        [
          ...orderFields(request),
          ['Outline', outlineText(outline)],
          ['The scene before', before && scenesAsText([before], index)],
        ],
        marker,
      ),
    schema: OneScene,
    max_output_tokens: outputTokens(planned.seconds),
    read: (output) => ({ ...toScenes([inShape(OneScene, output).scene])[0]!, beat: planned.beat }),
    demo: noDemo,
  }
}

export const ModelPolish = z.object({
  title: z.string(),
  description: z.string().nullable().default(null),
  audience: z.string(),
  tone: z.array(z.string()),
  hooks: z.array(z.string()).describe('Three to five, the best first'),
  cta: z.string(),
  edits: z.array(
    z.object({ scene: z.number(), row: z.number(), text: z.string().describe('The better spoken words of that row') }),
  ),
})
export type Polish = z.infer<typeof ModelPolish>

/** Title, hooks and the last corrections over the whole. */
export const polishTask = (request: GenerationRequest, scenes: readonly DraftScene[]): Task<Polish> => ({
  name: 'polish',
  prompt: PROMPTS.polish,
  messages: (marker) =>
    messagesOf(
      PROMPTS.polish,
      orderRules(request),
      'Put the last hand to this script.',
      [...orderFields(request), ['Script', scenesAsText(scenes)]],
      marker,
    ),
  schema: ModelPolish,
  max_output_tokens: 4_096,
  read: (output) => inShape(ModelPolish, output),
  demo: noDemo,
})

/** The scenes with the corrected lines. One that points nowhere is left out. */
export function polished(scenes: readonly DraftScene[], { edits }: Polish): DraftScene[] {
  const copy = structuredClone(scenes) as DraftScene[]
  for (const { scene, row, text } of edits.slice(0, 10)) {
    const spoken = copy[scene - 1]?.rows[row - 1]?.audio.find((a) => a.type === 'vo' || a.type === 'dialog')
    const better = clampText(modelText(text), 5_000)
    if (spoken && better) spoken.text = better
  }
  return copy
}
