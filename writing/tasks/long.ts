import { z } from 'zod'
import { clampText, modelText } from '../../script/clean.ts'
import { DraftError, inShape, ModelHooks, OneScene, toScenes } from '../../script/draft.ts'
import { closeWith, openWith } from '../../script/hooks.ts'
import { spokenLanguage } from '../../script/language.ts'
import {
  BEATS,
  isSpoken,
  type DraftScene,
  type GenerationContext,
  type GenerationRequest,
} from '../../script/script.ts'
import { filled } from '../prompt-words.ts'
import {
  charactersFor,
  messagesOf,
  orderFields,
  orderRules,
  scenesAsText,
  tellable,
  wordsFor,
  writtenSeconds,
} from '../prompt.ts'
import { PROMPTS } from '../prompts.ts'
import type { Task } from '../../llm/task.ts'
import { contextFields, outputTokens } from './script.ts'

/** Above this, seconds, a script is planned first and then written scene by scene: one answer for all is cut off or thin. */
export const MAX_SINGLE_CALL_S = 90
/** As many scenes as 30 minutes need, and no more than one for so many seconds: each of them is a call. */
const MAX_SCENES = 40
const MIN_SCENE_S = 10
export const maxScenes = (seconds: number): number => Math.min(MAX_SCENES, Math.ceil(seconds / MIN_SCENE_S))

const PlannedScene = z.object({
  heading: z.string().describe('Short heading of the scene'),
  beat: z.enum(BEATS).catch('free').describe('What the scene does for the story'),
  seconds: z.number().describe('Length of the scene'),
  points: z.string().describe('What it tells and shows, one or two sentences'),
})
const CastMember = z.object({
  name: z.string().describe('The name under which it speaks in every scene'),
  role: z.string().describe('Who it is'),
  voice: z.string().describe('How it looks and speaks'),
})
export const ModelOutline = z.object({
  cast: z.array(CastMember).default([]).describe('Everybody who is heard or seen more than once'),
  style: z.string().default('').describe('The style sheet that every scene keeps to'),
  scenes: z.array(PlannedScene),
})
/** The plan of a long script: what all of its scenes share, and what each of them is. */
export type Outline = z.infer<typeof ModelOutline>

/** Demo answers are whole scripts; the long way is for models only. */
const noDemo = (): never => {
  throw new Error('the demo provider writes scripts at once')
}

const languageOf = ({ language, brief }: GenerationRequest) => spokenLanguage(language, brief)

export const outlineTask = (request: GenerationRequest, context: GenerationContext): Task<Outline> => {
  const words = wordsFor(request)
  const prompt = PROMPTS.outline[languageOf(request)]
  return {
    name: 'outline',
    prompt,
    messages: (marker) =>
      messagesOf(
        prompt,
        orderRules(request, { template: context.template !== null }),
        words.wishes.outline,
        [...orderFields(request), ...contextFields(context, words)],
        marker,
      ),
    schema: ModelOutline,
    max_output_tokens: 8_000,
    read: (output) => planned(inShape(ModelOutline, output), writtenSeconds(request)),
    demo: noDemo,
  }
}

const MAX_CAST = 12
const MAX_STYLE = 2_000
/** Characters of a plan at most, as every scene is told it: a line for each scene, and what they share. */
export const outlineCharacters = (scenes: number): number => scenes * 1_300 + MAX_CAST * 750 + MAX_STYLE

/** The longest plan that can be written: the shortest neighbours become one scene, so that none is left out. */
function joined(scenes: Outline['scenes'], most: number): Outline['scenes'] {
  const all = [...scenes]
  const length = (i: number) => all[i]!.seconds + all[i + 1]!.seconds
  while (all.length > most) {
    let at = 0
    for (let i = 1; i + 1 < all.length; i++) if (length(i) < length(at)) at = i
    const [first, second] = [all[at]!, all[at + 1]!]
    const points = [first.points, second.points].filter(Boolean).join(' ')
    all.splice(at, 2, { ...first, points, seconds: length(at) })
  }
  return all
}

/** The plan within its bounds, with lengths that add up to what was ordered: the model's own sums are wishes. */
function planned({ cast, style, scenes }: Outline, total: number): Outline {
  const kept = joined(scenes.slice(0, 2 * MAX_SCENES), maxScenes(total))
  if (kept.length === 0) throw new DraftError('the outline is empty')
  const lengths = kept.map((s) => (Number.isFinite(s.seconds) && s.seconds > 0 ? s.seconds : 1))
  const sum = lengths.reduce((a, b) => a + b, 0)
  return {
    cast: cast.slice(0, MAX_CAST).map(({ name, role, voice }) => ({
      name: clampText(modelText(name), 100),
      role: clampText(modelText(role), 300),
      voice: clampText(modelText(voice), 300),
    })),
    style: clampText(modelText(style), MAX_STYLE),
    scenes: kept.map((s, i) => ({
      ...s,
      heading: clampText(modelText(s.heading), 200),
      points: clampText(modelText(s.points), 1_000),
      seconds: Math.max(3, Math.round((lengths[i]! / sum) * total)),
    })),
  }
}

const outlineText = ({ scenes }: Outline): string =>
  scenes.map((s, i) => `${i + 1}. [${s.beat}] ${s.heading} (${s.seconds} s): ${s.points}`).join('\n')
const castText = ({ cast }: Outline): string =>
  cast.map(({ name, role, voice }) => `- ${name}: ${[role, voice].filter(Boolean).join('; ')}`).join('\n')

/** Scene number `index` (from 0) of the outline, after the scene before it. */
export const sceneTask = (
  request: GenerationRequest,
  outline: Outline,
  index: number,
  before: DraftScene | undefined,
): Task<DraftScene> => {
  const { seconds, beat } = outline.scenes[index]!
  const words = wordsFor(request)
  const prompt = PROMPTS.scene[languageOf(request)]
  return {
    name: 'scene',
    prompt,
    messages: (marker) =>
      messagesOf(
        prompt,
        `${orderRules(request)}\n${filled(words.rules.thisScene, { seconds, characters: charactersFor(seconds, request) })}`,
        filled(words.wishes.scene, { n: index + 1, count: outline.scenes.length }),
        [
          ...orderFields(request),
          [words.headings.cast, castText(outline)],
          [words.headings.style, outline.style],
          [words.headings.outline, outlineText(outline)],
          [words.headings.before, before && clampText(scenesAsText([before], index), tellable(0))],
        ],
        marker,
      ),
    schema: OneScene,
    max_output_tokens: outputTokens(seconds),
    read: (output) => ({ ...toScenes([inShape(OneScene, output).scene])[0]!, beat }),
    demo: noDemo,
  }
}

export const ModelPolish = z.object({
  title: z.string(),
  description: z.string().nullable().default(null),
  audience: z.string(),
  tone: z.array(z.string()),
  hooks: ModelHooks.describe('Three to five, the best first'),
  cta: z.string(),
  edits: z.array(
    z.object({ scene: z.number(), row: z.number(), text: z.string().describe('The better spoken words of that row') }),
  ),
})
export type Polish = z.infer<typeof ModelPolish>

/** Title, hooks and the last corrections over the whole. */
export const polishTask = (request: GenerationRequest, scenes: readonly DraftScene[]): Task<Polish> => {
  const words = wordsFor(request)
  const prompt = PROMPTS.polish[languageOf(request)]
  return {
    name: 'polish',
    prompt,
    messages: (marker) =>
      messagesOf(
        prompt,
        orderRules(request),
        words.wishes.polish,
        [
          ...orderFields(request),
          [words.headings.script, clampText(scenesAsText(scenes), tellable(writtenSeconds(request)))],
        ],
        marker,
      ),
    schema: ModelPolish,
    max_output_tokens: 4_096,
    read: (output) => inShape(ModelPolish, output),
    demo: noDemo,
  }
}

const MAX_EDITS = 10

/**
 * The scenes with the corrected lines, the best hook as the first words and the call to action at the end. An edit that points
 * nowhere is left out.
 */
export function polished(scenes: readonly DraftScene[], { edits, hooks, cta }: Polish): DraftScene[] {
  const copy = structuredClone(scenes) as DraftScene[]
  for (const { scene, row, text } of edits.slice(0, MAX_EDITS)) {
    const spoken = copy[scene - 1]?.rows[row - 1]?.audio.find(isSpoken)
    const better = clampText(modelText(text), 5_000)
    if (spoken && better) spoken.text = better
  }
  return closeWith(openWith(copy, clampText(modelText(hooks[0]?.text ?? ''), 500)), clampText(modelText(cta), 500))
}
