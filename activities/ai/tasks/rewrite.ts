import { z } from 'zod'
import { inShape, ModelScene, OneScene, toScenes } from '../../../script/draft.ts'
import { composeScript } from '../demo/compose.ts'
import { spokenLanguage } from '../../../script/language.ts'
import { estimateScene } from '../../../script/duration.ts'
import type { BaseScript, DraftScene, GenerationRequest, SceneRequest } from '../../../script/script.ts'
import { languageName, messagesOf, orderFields, orderRules, scenesAsText, spokenCharacters } from '../prompt.ts'
import { PROMPTS } from '../prompts.ts'
import type { Task } from '../task.ts'
import { outputTokens } from './script.ts'

/** One scene of a script anew, as a note asks; its neighbours are context. */
export function rewriteTask(base: BaseScript, { scene_id, note }: SceneRequest): Task<DraftScene> {
  const index = base.scenes.findIndex((s) => s.id === scene_id)
  const scene = base.scenes[index]
  if (!scene) throw new Error('the scene is not in this version')
  const seconds = Math.max(3, Math.round(estimateScene(scene, { language: base.language })))
  return {
    name: 'rewrite',
    prompt: PROMPTS.rewrite,
    messages: (marker) =>
      messagesOf(
        PROMPTS.rewrite,
        `- Write every text in ${languageName(base.language)}.\n- About ${seconds} seconds, ${spokenCharacters(seconds)} spoken characters, unless the note asks otherwise.`,
        `Write scene ${index + 1} of ${base.scenes.length} anew.`,
        [
          ['Note of the author', note],
          ['Outline', base.scenes.map((s, i) => `${i + 1}. [${s.beat}] ${s.heading}`).join('\n')],
          ['The scene before', index > 0 ? scenesAsText([base.scenes[index - 1]!], index) : undefined],
          ['The scene to write anew', scenesAsText([scene], index + 1)],
          [
            'The scene after',
            index + 1 < base.scenes.length ? scenesAsText([base.scenes[index + 1]!], index + 2) : undefined,
          ],
        ],
        marker,
      ),
    schema: OneScene,
    max_output_tokens: outputTokens(seconds),
    read: (output) => toScenes([inShape(OneScene, output).scene])[0]!,
    demo: () => {
      const { language, kind, platform } = base
      const brief = `${base.title}. ${note}`
      const script = composeScript(
        { brief, language, kind, platform, target_duration_s: Math.max(10, seconds) },
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
): Task<DraftScene[]> => ({
  name: 'repair',
  prompt: PROMPTS.repair,
  messages: (marker) =>
    messagesOf(
      PROMPTS.repair,
      orderRules(request),
      `Repair ${faults.length} scenes: ${faults.map((f) => f.scene + 1).join(', ')}.`,
      [
        ...orderFields(request),
        ['Script', scenesAsText(scenes)],
        [
          'What is wrong',
          faults.map((f) => `Scene ${f.scene + 1}:\n${f.problems.map((p) => `- ${p}`).join('\n')}`).join('\n'),
        ],
      ],
      marker,
    ),
  schema: SomeScenes,
  max_output_tokens: 16_384,
  read: (output) => toScenes(inShape(SomeScenes, output).scenes),
  demo: () => {
    throw new Error('the demo provider repairs nothing')
  },
})
