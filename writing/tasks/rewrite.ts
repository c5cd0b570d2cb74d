import { z } from 'zod'
import { clampText } from '../../script/clean.ts'
import { inShape, ModelScene, OneScene, toScenes } from '../../script/draft.ts'
import { composeScript } from '../demo/compose.ts'
import { spokenLanguage } from '../../script/language.ts'
import { sceneSeconds } from '../../script/duration.ts'
import { requestFacts } from '../../script/facts.ts'
import type { BaseScript, DraftScene, GenerationRequest, SceneRequest } from '../../script/script.ts'
import { filled } from '../prompt-words.ts'
import {
  charactersFor,
  keptFields,
  languageName,
  messagesOf,
  orderFields,
  orderRules,
  scenesAsText,
  tellable,
  wordsFor,
} from '../prompt.ts'
import { PROMPTS } from '../prompts.ts'
import type { Task } from '../../llm/task.ts'
import { outputTokens } from './script.ts'

/** One scene of a script anew, as a note asks; its neighbours are context, and what the whole keeps to holds for it too. */
export function rewriteTask(base: BaseScript, { scene_id, note }: SceneRequest): Task<DraftScene> {
  const index = base.scenes.findIndex((s) => s.id === scene_id)
  const scene = base.scenes[index]
  if (!scene) throw new Error('the scene is not in this version')
  const seconds = Math.max(3, Math.round(sceneSeconds(base.scenes, base)[index]!))
  const words = wordsFor({ language: base.language, brief: base.title })
  const { headings, rules, wishes } = words
  const prompt = PROMPTS.rewrite[spokenLanguage(base.language, base.title)]
  const neighbour = (i: number): string | undefined => base.scenes[i] && scenesAsText([base.scenes[i]], i + 1)
  return {
    name: 'rewrite',
    prompt,
    messages: (marker) =>
      messagesOf(
        prompt,
        [
          filled(rules.writeIn, { language: languageName(base.language, words) }),
          filled(rules.kind, { kind: words.kinds[base.kind] }),
          filled(rules.platform, { platform: words.platforms[base.platform] }),
          filled(rules.rewriteLength, { seconds, characters: charactersFor(seconds, base) }),
        ].join('\n'),
        filled(wishes.rewrite, { n: index + 1, count: base.scenes.length }),
        [
          [headings.note, note],
          ...keptFields(base, words),
          [headings.outline, base.scenes.map((s, i) => `${i + 1}. [${s.beat}] ${s.heading}`).join('\n')],
          [headings.before, neighbour(index - 1)],
          [headings.anew, neighbour(index)],
          [headings.after, neighbour(index + 1)],
        ],
        marker,
      ),
    schema: OneScene,
    max_output_tokens: outputTokens(seconds),
    read: (output) => toScenes([inShape(OneScene, output).scene])[0]!,
    demo: () => {
      const { language, kind, platform, tone, audience, cta, must_avoid, reading_ms_per_char } = base
      const brief = `${base.title}. ${note}`
      const script = composeScript(
        {
          ...{ brief, language, kind, platform, tone, audience, cta, must_avoid },
          target_duration_s: Math.max(10, seconds),
          ...(reading_ms_per_char && { reading_ms_per_char }),
        },
        spokenLanguage(language, brief),
      )
      const like = script.scenes.find((s) => s.beat === scene.beat) ?? script.scenes[0]!
      return { scene: { ...like, heading: scene.heading || like.heading } }
    },
  }
}

export const SomeScenes = z.object({ scenes: z.array(ModelScene) })

/** What a checker found in one scene, in words for the model. */
export interface Fault {
  /** From 0. */
  readonly scene: number
  readonly problems: readonly string[]
}

/** The failing scenes again, with what is wrong with them. */
export const repairTask = (
  request: GenerationRequest,
  scenes: readonly DraftScene[],
  faults: readonly Fault[],
): Task<DraftScene[]> => {
  const words = wordsFor(request)
  const prompt = PROMPTS.repair[spokenLanguage(request.language, request.brief)]
  const scene = (n: number): string => filled(words.headings.lockedScene, { n: n + 1 })
  const { target_duration_s: seconds } = requestFacts(request)
  const told = tellable(seconds)
  return {
    name: 'repair',
    prompt,
    messages: (marker) =>
      messagesOf(
        prompt,
        orderRules(request),
        filled(words.wishes.repair, { count: faults.length, scenes: faults.map((f) => f.scene + 1).join(', ') }),
        [
          ...orderFields(request),
          [words.headings.script, clampText(scenesAsText(scenes), told)],
          [
            words.headings.wrong,
            clampText(
              faults.map((f) => `${scene(f.scene)}:\n${f.problems.map((p) => `- ${p}`).join('\n')}`).join('\n'),
              told,
            ),
          ],
        ],
        marker,
      ),
    schema: SomeScenes,
    max_output_tokens: outputTokens(seconds),
    read: (output) => toScenes(inShape(SomeScenes, output).scenes),
    demo: () => {
      throw new Error('the demo provider repairs nothing')
    },
  }
}
