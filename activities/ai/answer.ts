import { jsonrepair } from 'jsonrepair'
import { APIError } from 'openai'
import { z } from 'zod'
import { plainText, withoutThinking } from '../../script/clean.ts'
import { AnswerError } from './failures.ts'
import type { Usage } from './provider.ts'

const tokens = z.number().int().min(0).nullable().catch(null)

/** The usage of an answer that may be unusable otherwise: it was paid for all the same. */
export function usageOf(completion: unknown): Usage {
  const { usage } = Completion.safeParse(completion).data ?? {}
  return { input_tokens: usage?.prompt_tokens ?? null, output_tokens: usage?.completion_tokens ?? null }
}

/** A chat completion as far as we rely on it. Compatible servers differ in all the rest. */
const Completion = z.object({
  model: z.string().catch(''),
  choices: z
    .array(
      z.object({
        finish_reason: z.string().nullish(),
        message: z.object({ content: z.string().nullish(), refusal: z.string().nullish() }).nullish(),
        error: z.unknown().optional(),
      }),
    )
    .nullish(),
  usage: z.object({ prompt_tokens: tokens, completion_tokens: tokens }).nullish().catch(null),
  error: z.unknown().optional(),
})

export interface Answer {
  /** JSON of an unknown shape. */
  readonly output: unknown
  readonly usage: Usage
  /** As the provider names it; '' when it does not. */
  readonly model: string
}

/**
 * An error that came with status 200, as OpenRouter sends those of the servers behind it: `{error: {code: 429, …}}`.
 * @throws APIError with the status in `code`, 502 when there is none
 */
function throwIfError(error: unknown): void {
  if (typeof error !== 'object' || error === null) return
  const { code } = error as { code?: unknown }
  const status = typeof code === 'number' && code >= 400 && code <= 599 ? code : 502
  throw APIError.generate(status, { error }, undefined, new Headers())
}

/**
 * Reads a provider's completion. Nothing of it is trusted, its type included.
 * @param repair whether JSON with faults (a comma too many, a quote too few) may be mended
 * @throws AnswerError refused, truncated, empty or malformed; APIError when the body is an error in disguise
 */
export function readAnswer(completion: unknown, { repair = false } = {}): Answer {
  const parsed = Completion.safeParse(completion)
  if (!parsed.success) throw new AnswerError('malformed', 'the body is not a chat completion')
  const { model, choices, usage, error } = parsed.data
  throwIfError(error)
  const choice = choices?.[0]
  if (!choice) throw new AnswerError('empty', 'no choice in the answer')
  throwIfError(choice.error)
  const { finish_reason, message } = choice
  if (finish_reason === 'content_filter') throw new AnswerError('refused', 'stopped by a content filter')
  if (message?.refusal) throw new AnswerError('refused', 'the model declined')
  if (finish_reason === 'length') throw new AnswerError('truncated', 'the answer was cut off by the token limit')
  return {
    output: parseJson(message?.content ?? '', repair),
    usage: { input_tokens: usage?.prompt_tokens ?? null, output_tokens: usage?.completion_tokens ?? null },
    model: plainText(model).slice(0, 200),
  }
}

/**
 * The JSON object in an answer: alone, in a code fence, after `<think>`, or with words around it.
 * @throws AnswerError empty or malformed
 */
export function parseJson(content: string, repair = false): unknown {
  const text = withoutThinking(content).trim()
  if (text === '') throw new AnswerError('empty', 'no text in the answer')
  const whole = tryParse(text)
  if (whole !== undefined) return whole
  const inner = tryParse(text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1))
  if (inner !== undefined) return inner
  // Only where no schema was enforced: a repaired cut is a guess.
  const mended = repair && text.includes('{') ? mend(text.slice(text.indexOf('{'))) : undefined
  if (mended !== undefined) return mended
  throw new AnswerError('malformed', 'the answer is not JSON')
}

function mend(text: string): unknown {
  try {
    return tryParse(jsonrepair(text))
  } catch {
    return undefined
  }
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
