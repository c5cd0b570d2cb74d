import { ModelScript, ModelScriptWithHooks, toDraft } from '../../script/draft.ts'
import { requestFacts } from '../../script/facts.ts'
import { ordersAdvertising } from '../../script/kind.ts'
import { spokenLanguage } from '../../script/language.ts'
import { isAdvertising } from '../../script/law/marks.ts'
import type {
  BaseScript,
  GenerationContext,
  GenerationRequest,
  ScriptDraft,
  TemplateFacts,
} from '../../script/script.ts'
import { composeScript } from '../demo/compose.ts'
import { filled, type PromptWords } from '../prompt-words.ts'
import { messagesOf, orderFields, orderRules, scenesAsText, wordsFor, type Fields } from '../prompt.ts'
import { PROMPTS } from '../prompts.ts'
import type { Task } from '../../llm/task.ts'

/**
 * Upper limit of output tokens: a second of script is about 15 spoken characters and as much again three times in visuals and
 * JSON, at 2 characters a token (Cyrillic in older tokenizers) about 30 tokens; twice that, as a limit is no target, and at
 * least 4,096, since reasoning models count their thoughts too. At most 16,384; the provider's own limit may be lower.
 */
export const outputTokens = (seconds: number): number => Math.min(Math.max(Math.round(seconds * 60), 4_096), 16_384)

/** The order with what its template says, and then the script that it is written over, where the order is silent. */
export function withContext(request: GenerationRequest, { template, base }: GenerationContext): GenerationRequest {
  return over(over(request, template && templateOrder(template)), base && baseOrder(base, request))
}

const over = (request: GenerationRequest, silent: Partial<GenerationRequest> | null): GenerationRequest => ({
  ...silent,
  ...request,
  ...(silent?.must_avoid && { must_avoid: [...new Set([...(request.must_avoid ?? []), ...silent.must_avoid])] }),
})

function templateOrder(template: TemplateFacts): Partial<GenerationRequest> {
  const { kind, platform, tone, target_duration_s, cta, language, must_avoid } = template
  return { kind, platform, tone, target_duration_s, language, ...(cta && { cta }), must_avoid }
}

/** A script stays what it is («сделай короче» is still an advertisement), unless the brief orders advertising. */
function baseOrder(base: BaseScript, { brief }: GenerationRequest): Partial<GenerationRequest> {
  const { kind, platform, language, target_duration_s, tone, audience, cta, must_include, must_avoid } = base
  const advertises = ordersAdvertising({ brief }) && !isAdvertising(kind)
  return {
    ...(kind !== 'other' && !advertises && { kind }),
    ...(platform !== 'other' && { platform }),
    ...{ language, target_duration_s },
    ...(tone?.length && { tone }),
    ...(audience && { audience }),
    ...(cta && { cta }),
    ...(must_include?.length && { must_include }),
    ...(must_avoid?.length && { must_avoid }),
  }
}

/** Texts beside the order that facts of the script may come from. */
export const knownTexts = ({ template, base }: GenerationContext): string[] => [
  ...(template ? [template.instructions] : []),
  ...(base?.order_facts ?? (base ? [scenesAsText(base.scenes)] : [])),
]

/** What the model is told of template and base, as data. */
export const contextFields = ({ template, base }: GenerationContext, { headings }: PromptWords): Fields => [
  [
    headings.templateBeats,
    template?.beats.map(({ beat, share }) => `- ${beat}: ${Math.round(share * 100)} %`).join('\n'),
  ],
  [headings.templateWishes, template?.instructions],
  [headings.base, base ? scenesAsText(base.scenes) : undefined],
  [
    headings.locked,
    base?.scenes.flatMap((scene, i) => (scene.locked ? [filled(headings.lockedScene, { n: i + 1 })] : [])).join(', '),
  ],
]

/** The whole script in one answer. */
export const scriptTask = (request: GenerationRequest, context: GenerationContext): Task<ScriptDraft> => {
  const words = wordsFor(request)
  const prompt = PROMPTS.script[spokenLanguage(request.language, request.brief)]
  const { hooks = 0 } = request
  return {
    name: 'script',
    prompt,
    messages: (marker) =>
      messagesOf(
        prompt,
        [
          orderRules(request, { template: context.template !== null }),
          ...(hooks > 0 ? [filled(words.rules.hooks, { count: hooks })] : []),
        ].join('\n'),
        words.wishes.script,
        [...orderFields(request), ...contextFields(context, words)],
        marker,
      ),
    schema: hooks > 0 ? ModelScriptWithHooks : ModelScript,
    max_output_tokens: outputTokens(requestFacts(request).target_duration_s),
    read: (output, { is_demo }) =>
      toDraft(output, is_demo ? writtenByDemo(request) : request, { is_demo, known: knownTexts(context) }),
    demo: () => composeScript(request, spokenLanguage(request.language, request.brief)),
  }
}

/** A language that the demo cannot write is not claimed: «de» gives a script in the brief's language, marked so. */
function writtenByDemo(request: GenerationRequest): GenerationRequest {
  const language = spokenLanguage(request.language, request.brief)
  return request.language?.toLowerCase().startsWith(language) ? request : { ...request, language }
}
