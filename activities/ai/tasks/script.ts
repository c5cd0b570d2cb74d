import { ModelScript, toDraft } from '../../../script/draft.ts'
import { requestFacts } from '../../../script/facts.ts'
import { spokenLanguage } from '../../../script/language.ts'
import type { GenerationContext, GenerationRequest, ScriptDraft } from '../../../script/script.ts'
import { composeScript } from '../demo/compose.ts'
import { messagesOf, orderFields, orderRules, scenesAsText, type Fields } from '../prompt.ts'
import { PROMPTS } from '../prompts.ts'
import type { Task } from '../task.ts'

/**
 * Upper limit of output tokens: a second of script is about 15 spoken characters and as much again three times in visuals and
 * JSON, at 2 characters a token (Cyrillic in older tokenizers) about 30 tokens; twice that, as a limit is no target, and at
 * least 4,096, since reasoning models count their thoughts too. At most 16,384; the provider's own limit may be lower.
 */
export const outputTokens = (seconds: number): number => Math.min(Math.max(Math.round(seconds * 60), 4_096), 16_384)

/** The order with what its template says where the order is silent. */
export function withTemplate(request: GenerationRequest, { template }: GenerationContext): GenerationRequest {
  if (!template) return request
  const { kind, platform, tone, target_duration_s, cta, language, must_avoid } = template
  return {
    kind,
    platform,
    tone,
    target_duration_s,
    language,
    ...(cta && { cta }),
    ...request,
    must_avoid: [...new Set([...(request.must_avoid ?? []), ...must_avoid])],
  }
}

/** What the model is told of template and base, as data. */
export const contextFields = ({ template, base }: GenerationContext): Fields => [
  [
    'Beats of the template, with their part of the length',
    template?.beats.map(({ beat, share }) => `- ${beat}: ${Math.round(share * 100)} %`).join('\n'),
  ],
  ['Wishes of the template', template?.instructions],
  ['The script so far, which is to be written anew', base ? scenesAsText(base.scenes) : undefined],
  [
    'Scenes that stay as they are; do not write them',
    base?.scenes.flatMap((scene, i) => (scene.locked ? [`Scene ${i + 1}`] : [])).join(', '),
  ],
]

/** The whole script in one answer. */
export const scriptTask = (request: GenerationRequest, context: GenerationContext): Task<ScriptDraft> => ({
  name: 'script',
  prompt: PROMPTS.script,
  messages: (marker) =>
    messagesOf(
      PROMPTS.script,
      orderRules(request),
      'Write the script for this order.',
      [...orderFields(request), ...contextFields(context)],
      marker,
    ),
  schema: ModelScript,
  max_output_tokens: outputTokens(requestFacts(request).target_duration_s),
  read: (output, { is_demo }) => toDraft(output, is_demo ? writtenByDemo(request) : request, { is_demo }),
  demo: () => composeScript(request, spokenLanguage(request.language, request.brief)),
})

/** A language that the demo cannot write is not claimed: «de» gives a script in the brief's language, marked so. */
function writtenByDemo(request: GenerationRequest): GenerationRequest {
  const language = spokenLanguage(request.language, request.brief)
  return request.language?.toLowerCase().startsWith(language) ? request : { ...request, language }
}
