import type { z } from 'zod'
import { inShape, ModelScript, ModelScriptWithHooks, OneScene } from '../../script/draft.ts'
import { PROMPTS } from '../prompts.ts'
import type { Message, Task } from '../../llm/task.ts'
import { ModelOutline, ModelPolish } from './long.ts'
import { SomeScenes } from './rewrite.ts'
import { outputTokens } from './script.ts'
import { ModelTitles } from './titles.ts'

/** The shape of the answer to each prompt. */
const SHAPES: Readonly<Record<keyof typeof PROMPTS, z.ZodObject>> = {
  script: ModelScriptWithHooks,
  outline: ModelOutline,
  scene: OneScene,
  polish: ModelPolish,
  repair: SomeScenes,
  rewrite: OneScene,
  titles: ModelTitles,
}

/** Whether this code can ask again what was asked by a prompt of that name. */
export const isPrompt = (name: string): name is keyof typeof PROMPTS => Object.hasOwn(SHAPES, name)

/**
 * A call again, word for word as it was recorded, its answer checked against today's shape.
 * @param hooks whether the script's order asked for openings to choose from
 */
export const recordedTask = (
  name: keyof typeof PROMPTS,
  messages: readonly Message[],
  { limit, hooks }: { readonly limit: number | undefined; readonly hooks: boolean },
): Task<unknown> => {
  const schema = name === 'script' && !hooks ? ModelScript : SHAPES[name]
  return {
    name,
    // The messages themselves are the recorded ones; which language they are in does not matter to a call.
    prompt: PROMPTS[name].en,
    messages: () => messages,
    schema,
    max_output_tokens: limit ?? outputTokens(0),
    read: (output) => inShape(schema, output),
    demo: () => {
      throw new Error('the demo provider answers orders, not messages')
    },
  }
}
