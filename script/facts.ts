import { kindOf, words } from './kind.ts'
import { detectLanguage } from './language.ts'
import type { GenerationRequest, Kind, Platform } from './script.ts'

/** A request with every gap filled: what prompt, demo provider and draft agree on. Seconds in `target_duration_s`. */
export interface RequestFacts {
  readonly kind: Kind
  readonly platform: Platform
  /** A language tag, `ru` or `en` when the request named none. */
  readonly language: string
  readonly target_duration_s: number
}

/** When neither request nor brief says how long (seconds): one minute suits most kinds and every platform. */
export const DEFAULT_DURATION_S = 60
const MIN_DURATION_S = 5
const MAX_DURATION_S = 1_800

const PLATFORM_WORDS: readonly (readonly [Platform, RegExp])[] = [
  ['shorts', words('shorts|шортс')],
  ['reels', words('reels?(?!\\p{L})|рилс')],
  ['tiktok', words('tik ?tok|тик ?ток')],
  ['rutube', words('rutube|рутуб')],
  ['vk', words('vk(?!\\p{L})|вк(?!\\p{L})|вконтакте|vkontakte')],
  ['telegram', words('telegram|телеграм')],
  ['youtube', words('youtube|ютуб|ютьюб')],
  ['tv', words('tv(?!\\p{L})|тв(?!\\p{L})|телевид|телевиз|television')],
]

const SECONDS = '(?:секунд\\p{L}*|сек|с|seconds?|secs?|s)(?!\\p{L})'
const MINUTES = '(?:минут\\p{L}*|мин|minutes?|mins?)(?!\\p{L})'
const VIDEO =
  'ролик|видео|сценари|интеграци|реклам|обзор|урок|туториал|shorts?|reels?|tiktok|тикток|video|script|film|clip|tutorial|review|explainer|ad|spot|commercial|хронометраж|длительност|длин|duration|length'
/**
 * A number belongs to the video when a word for the video stands close before it, or right after it («30-секундный ролик»); «доставка за 30
 * минут», "ready in 5 minutes" speak of something else.
 */
const BEFORE = new RegExp(
  `(?<!\\p{L})(?:${VIDEO})[^.!?\\n]{0,40}?(?<!(?:за|через|каждые|до|in|within|every|under|after|than)\\s)(?<![\\d.,])(\\d{1,4})\\s*-?\\s*(?:(${SECONDS})|(${MINUTES}))`,
  'iu',
)
const AFTER = new RegExp(
  `(?<![\\d.,])(\\d{1,4})\\s*-?\\s*(?:(${SECONDS})|(${MINUTES}))\\s+(?:\\p{L}+\\s+){0,2}(?:${VIDEO})`,
  'iu',
)

/** «Ролик на 30 секунд», "a 2-minute video": seconds, within 5 to 1,800; `undefined` when the brief does not say. */
function durationInBrief(brief: string): number | undefined {
  const match = AFTER.exec(brief) ?? BEFORE.exec(brief)
  if (!match) return undefined
  const seconds = Number(match[1]) * (match[3] ? 60 : 1)
  return seconds >= MIN_DURATION_S && seconds <= MAX_DURATION_S ? seconds : undefined
}

/** Of a request that is still at hand: its brief is gone through once, not by each of ten who ask. */
const known = new WeakMap<GenerationRequest, RequestFacts>()

/** Fills what the request leaves open: from the words of the brief, else `other`, the brief's language and 60 s. Pure. */
export function requestFacts(request: GenerationRequest): RequestFacts {
  const facts = known.get(request) ?? readFacts(request)
  known.set(request, facts)
  return facts
}

function readFacts(request: GenerationRequest): RequestFacts {
  const { brief } = request
  const target = request.target_duration_s ?? durationInBrief(brief) ?? DEFAULT_DURATION_S
  return {
    kind: request.kind ?? kindOf(brief),
    platform: request.platform ?? PLATFORM_WORDS.find(([, pattern]) => pattern.test(brief))?.[0] ?? 'other',
    language: request.language ?? detectLanguage(brief),
    target_duration_s: Math.min(Math.max(target, MIN_DURATION_S), MAX_DURATION_S),
  }
}
