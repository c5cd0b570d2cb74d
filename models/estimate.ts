import { requestFacts } from '../script/facts.ts'
import type { GenerationRequest } from '../script/script.ts'
import { costMicros, estimateTokens, type Price } from './prices.ts'

/** Characters of our own instructions and the schema in each call. */
const INSTRUCTIONS = 6_000
/** Output tokens of a second of script, structure included; outlines, polish and repairs on top. */
const TOKENS_PER_SECOND = 30
/** Seconds that a scene of a long script takes, and the length above which there are several calls. */
const SCENE_S = 45
const AT_ONCE_S = 90
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
  const { target_duration_s } = requestFacts(request)
  const output = Math.max(1_000, target_duration_s * TOKENS_PER_SECOND)
  const calls = target_duration_s <= AT_ONCE_S ? 2 : Math.ceil(target_duration_s / SCENE_S) + 3
  return costMicros(price, input * calls + output, output * 1.5)
}
