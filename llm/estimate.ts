import { requestFacts } from '../script/facts.ts'
import type { GenerationRequest } from '../script/script.ts'
import { highestLimit } from './negotiated.ts'
import { costMicros, estimateTokens, type Price } from './prices.ts'
import { MAX_SPENT } from './provider.ts'
import { quirksOf } from './providers.ts'
import type { ProviderSettings } from './settings.ts'

/** Characters of our own instructions and the schema in each call. */
const INSTRUCTIONS = 6_000
/** Output tokens of a second of script, structure included; outlines, polish and repairs on top. */
const TOKENS_PER_SECOND = 30
/** Seconds that a scene of a long script takes, and the length above which there are several calls. */
const SCENE_S = 45
const MAX_AT_ONCE_S = 90
const TITLES_TOKENS = 600
const SCENE_TOKENS = 1_500

/**
 * What a run will cost about, millionths, to set aside before it: with one round of repair. What it did cost replaces it afterwards, so
 * the error of the estimate only matters close to the end of a budget.
 */
export function estimateMicros(
  price: Price | undefined,
  request: GenerationRequest | { readonly note: string } | { readonly brief: string; readonly count: number },
): number {
  if ('note' in request) return costMicros(price, estimateTokens(INSTRUCTIONS + 6_000), SCENE_TOKENS)
  const input = estimateTokens(INSTRUCTIONS + request.brief.length)
  if ('count' in request) return costMicros(price, input, TITLES_TOKENS)
  const { output, calls } = sizeOf(request)
  // With one round of repair, which reads the script once more.
  return costMicros(price, input * (calls + 1) + output, output * 1.5)
}

/** Output tokens of a script, and the calls that write it. */
function sizeOf(request: GenerationRequest): { output: number; calls: number } {
  const { target_duration_s } = requestFacts(request)
  const output = Math.max(1_000, target_duration_s * TOKENS_PER_SECOND)
  // An outline before the scenes, and a polish after them.
  return { output, calls: target_duration_s <= MAX_AT_ONCE_S ? 1 : Math.ceil(target_duration_s / SCENE_S) + 2 }
}

/** What a script costs at least, millionths: when each answer is good at once. */
export function leastMicros(price: Price | undefined, request: GenerationRequest): number {
  const { output, calls } = sizeOf(request)
  return costMicros(price, estimateTokens(INSTRUCTIONS + request.brief.length) * calls, output)
}

/** A call of an order at its worst. */
export interface WorstCall {
  readonly input_tokens: number
  /** The limit that its task is asked with, before it is raised. */
  readonly max_output_tokens: number
}

/** Of an order: its calls, those that may be repeated in vain, and how often silence is waited out, which costs what was read. */
export interface WorstCase {
  readonly steps: readonly WorstCall[]
  readonly repairs: readonly WorstCall[]
  readonly silences: number
}

/**
 * What an order costs at most, millionths: as many answers of no use as there may be (`MAX_SPENT` is the last of them), each call as long
 * as its limit when that has been raised as far as it goes, all repairs, at the dearest of the providers.
 */
export function mostMicros(
  providers: readonly Pick<ProviderSettings, 'kind' | 'price'>[],
  { steps, repairs, silences }: WorstCase,
): number {
  const most = ({ kind, price }: (typeof providers)[number]): number => {
    const cost = ({ input_tokens, max_output_tokens }: WorstCall): number =>
      costMicros(price, input_tokens, highestLimit(max_output_tokens, quirksOf(kind)))
    const read = Math.max(...steps.map(({ input_tokens }) => costMicros(price, input_tokens, 0)))
    return sum([...steps, ...repairs].map(cost)) + (MAX_SPENT - 1) * Math.max(...steps.map(cost)) + silences * read
  }
  return Math.max(0, ...providers.map(most))
}

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0)
