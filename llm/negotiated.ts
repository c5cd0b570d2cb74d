import { APIError } from 'openai/error'
import { outputMode, type OutputMode } from './output-modes.ts'
import { messageOf, reasonOfError } from './provider-errors.ts'
import type { ProviderQuirks } from './providers.ts'

/**
 * What a provider turned out to take, where it differs from its row: found out from its refusals and from answers that could not be
 * used, and kept by the process for all later orders.
 */
export interface Negotiated {
  readonly output_mode: OutputMode
  readonly stream: boolean
  readonly stream_usage: boolean
  /** What the token limit is called; null: it takes none. */
  readonly token_limit: ProviderQuirks['token_limit'] | null
  /** The highest token limit that it took, when it refused a higher one. */
  readonly max_tokens: number | null
  /** By how much the limit of a task is raised: models that think use it up before they write. */
  readonly raised: 1 | 2 | typeof MAX_RAISE
}
const MAX_RAISE = 4

/** What is tried first. */
export const firstOffer = ({ output_modes, stream_usage, token_limit }: ProviderQuirks): Negotiated => ({
  output_mode: output_modes[0],
  stream: true,
  stream_usage,
  token_limit,
  max_tokens: null,
  raised: 1,
})

/** What of it changed. */
export const difference = (from: Negotiated, to: Negotiated): Partial<Negotiated> =>
  Object.fromEntries(Object.entries(to).filter(([key, value]) => from[key as keyof Negotiated] !== value))

/** Below this no script fits: a refusal is about something else. */
const MIN_TOKENS = 512

/** The limit of output tokens that a task is asked with. */
export function tokenLimit(wanted: number, quirks: ProviderQuirks, { max_tokens, raised }: Negotiated): number {
  const highest = max_tokens ?? quirks.max_output_tokens * (raised > 1 ? 2 : 1)
  return Math.min(wanted * raised, highest)
}

/** The highest that it can become. */
export const highestLimit = (wanted: number, quirks: ProviderQuirks): number =>
  tokenLimit(wanted, quirks, { ...firstOffer(quirks), raised: MAX_RAISE })

/** What a refusal is about. */
type Subject = 'stream_usage' | 'stream' | 'too_many_tokens' | 'token_limit' | 'output_mode' | 'unexplained'

/** Statuses that a server refuses a parameter with. */
const REFUSALS: readonly (number | undefined)[] = [400, 404, 405, 413, 422, 501]
const NOT_TAKEN =
  /not (supported|allowed|available|implemented|permitted)|unsupported|unknown|unrecogni[sz]ed|extra (inputs|fields)|instead|unexpected|disabled|must be false/

const TOO_MANY =
  /too (large|big|high|long|many)|exceed|at most|maximum|less than|greater than|range|<=|≤|limit of|reduce|up to/

/**
 * Which parameter a refusal is about. Providers have no common code for it: most name it in `param`, others in their message only.
 * The message is looked at here and goes nowhere. The first match counts, so the special stand before the general.
 */
const ABOUT: readonly (readonly [Subject, (said: string, param: string) => boolean])[] = [
  ['stream_usage', (said) => /stream_options|include_usage/.test(said)],
  ['stream', (said, param) => param === 'stream' || (/\bstream(ing)?\b/.test(said) && NOT_TAKEN.test(said))],
  [
    'token_limit',
    (said) => /max_(completion_|output_)?tokens/.test(said) && NOT_TAKEN.test(said) && !TOO_MANY.test(said),
  ],
  [
    'too_many_tokens',
    (said) =>
      /max_(completion_|output_|new_)?tokens|context (length|window|size)|\btokens?\b/.test(said) &&
      TOO_MANY.test(said),
  ],
  [
    'output_mode',
    (said) =>
      /response_format|text\.format|json_schema|json_object|structured|guided|grammar|sampler|tool_choice|\btools?\b|functions?\b|schema/.test(
        said,
      ),
  ],
]
/** A refusal that names any of these has explained itself. */
const EXPLAINED = /message|prompt|content|context|length|model|key|role|image|input|token|param|temperature/

function subjectOf(error: APIError): Subject | undefined {
  const { status } = error as { status: number | undefined }
  const param = typeof error.param === 'string' ? error.param.toLowerCase() : ''
  const said = `${param} ${error.code ?? ''} ${messageOf(error).slice(0, 2_000)}`.toLowerCase()
  if (status !== undefined && status >= 500 && status !== 501)
    return /grammar|sampler|json_schema|guided|response_format/.test(said) ? 'output_mode' : undefined
  if (!REFUSALS.includes(status)) return undefined
  const about = ABOUT.find(([, matches]) => matches(said, param))?.[0]
  if (about) return about
  // OpenRouter, when none of the servers behind it takes all that was asked.
  if (/no endpoints found.{0,60}requested parameters/.test(said)) return 'unexplained'
  const vague = (status === 400 || status === 422) && param === '' && !EXPLAINED.test(messageOf(error).toLowerCase())
  return vague && reasonOfError(error) === 'bad_request' ? 'unexplained' : undefined
}

/** The negotiation of one call: what it has changed so far, so that what did not help can be taken back. */
export interface Negotiation {
  /** How to ask now. */
  readonly now: Negotiated
  /**
   * Takes in a refusal.
   * @returns whether to ask again: false when it is about something else, or nothing is left to try. What was changed for that very
   * refusal in vain is taken back then; all else stays.
   */
  refused(error: unknown): boolean
}

/** As many free requests as one answer may need: the five modes, three names of a limit, its size, streams. */
const MAX_STEPS = 14

export function negotiate(start: Negotiated, quirks: ProviderQuirks, wanted: number): Negotiation {
  let now = start
  let steps = 0
  /** How it was before the first change for each subject. */
  const before = new Map<Subject, Partial<Negotiated>>()

  const changed = (subject: Subject): Partial<Negotiated> | undefined => {
    switch (subject) {
      case 'stream_usage':
        return now.stream_usage ? { stream_usage: false } : undefined
      case 'stream':
        return now.stream ? { stream: false, stream_usage: false } : undefined
      case 'token_limit':
        if (now.token_limit === null) return undefined
        if (before.has('token_limit')) return { token_limit: null }
        return { token_limit: now.token_limit === 'max_tokens' ? 'max_completion_tokens' : 'max_tokens' }
      case 'too_many_tokens': {
        const half = Math.floor(tokenLimit(wanted, quirks, now) / 2)
        return half >= MIN_TOKENS ? { max_tokens: half } : undefined
      }
      case 'output_mode':
      case 'unexplained': {
        const next = quirks.output_modes[quirks.output_modes.indexOf(now.output_mode) + 1]
        const once = subject === 'output_mode' || !before.has(subject)
        return next && once ? { output_mode: next } : undefined
      }
    }
  }
  return {
    get now() {
      return now
    },
    refused: (error) => {
      const subject = error instanceof APIError ? subjectOf(error) : undefined
      if (!subject) return false
      const change = ++steps <= MAX_STEPS ? changed(subject) : undefined
      if (!change) {
        now = { ...now, ...before.get(subject) }
        return false
      }
      if (!before.has(subject))
        before.set(
          subject,
          Object.fromEntries(
            Object.keys(change).map((key) => [key, now[key as keyof Negotiated]]),
          ) as Partial<Negotiated>,
        )
      now = { ...now, ...change }
      return true
    },
  }
}

/** After an answer that did not keep to the schema: nothing enforces it there, so that it is told in words from now on. */
export function afterUseless(now: Negotiated, { output_modes }: ProviderQuirks): Negotiated {
  const later = output_modes.slice(output_modes.indexOf(now.output_mode) + 1)
  const next = later.find((mode) => outputMode(mode).told)
  return next ? { ...now, output_mode: next } : now
}

/** After a limit that thoughts alone used up. */
export const afterThoughtsAlone = (now: Negotiated): Negotiated => ({
  ...now,
  raised: now.raised === 1 ? 2 : MAX_RAISE,
})
