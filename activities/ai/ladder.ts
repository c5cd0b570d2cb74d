import { APIError } from 'openai'
import { RUNGS, type Capabilities } from '../../models/capabilities.ts'
import type { Learned } from './request.ts'

/** Statuses that a server refuses a parameter with. */
const REFUSALS: readonly (number | undefined)[] = [400, 404, 405, 422, 501]

/**
 * What a refusal says of a parameter. Providers have no common code for it: most name it in `param`, others in their message only.
 * The message is looked at here and goes nowhere.
 */
function complaint(error: APIError): string {
  const body: unknown = error.error
  const detail = typeof body === 'object' && body !== null ? JSON.stringify(body) : ''
  return `${error.param ?? ''} ${error.message} ${detail}`.toLowerCase()
}

const ABOUT: readonly (readonly [keyof Learned, RegExp])[] = [
  ['stream_usage', /stream_options|include_usage/],
  ['token_limit', /max_tokens|max_completion_tokens/],
  [
    'rung',
    /response_format|text\.format|json_schema|json_object|structured|grammar|tool_choice|tools|function_call|schema/,
  ],
]

/**
 * Learns from a refused request what the provider does not take.
 * @returns how to ask next, or undefined when the refusal is about something else or nothing is left to try
 */
export function stepDown(error: unknown, { rungs }: Capabilities, learned: Learned): Learned | undefined {
  if (!(error instanceof APIError) || !REFUSALS.includes(error.status as number | undefined)) return undefined
  const said = complaint(error)
  const subject = ABOUT.find(([, pattern]) => pattern.test(said))?.[0]
  switch (subject) {
    case 'stream_usage':
      return learned.stream_usage ? { ...learned, stream_usage: false } : undefined
    case 'token_limit':
      return learned.token_limit === 'max_tokens' ? { ...learned, token_limit: 'max_completion_tokens' } : undefined
    case 'rung': {
      const next = rungs.find((r) => RUNGS.indexOf(r) > RUNGS.indexOf(learned.rung))
      return next && { ...learned, rung: next }
    }
    default:
      return undefined
  }
}
