import { plainText } from '../../../script/clean.ts'
import type { SpokenLanguage } from '../../../script/language.ts'

/** What the demo provider takes from a brief, in the brief's own words. */
export interface Topic {
  /** A name in quotes, or one that stands out by its letters; it needs no declension. */
  readonly thing: string | undefined
  /** «про кофейню», "about a coffee shop": with the preposition it had, so that its case is right. */
  readonly about: string | undefined
  /** Its first words without the order to write a video: fit for a title. */
  readonly subject: string | undefined
  /** Sentences and items that say something on the matter, capitalised, without a full stop. */
  readonly points: readonly string[]
  /** A call to action that the brief itself names. */
  readonly cta: string | undefined
}

const starts = (words: string) => new RegExp(`(?<!\\p{L})(?:${words})`, 'iu')

/** Words of the order, not of the matter: format, length, tone, requests to the writer. */
const ORDER = {
  ru: starts(
    'ролик|видео|сценари|секунд|сек(?!\\p{L})|минут|хронометраж|формат|тон(?!\\p{L})|тональност|аудитори|длительност|бриф|сдела|напиш|нужен|нужна|нужно|нужны|снять|снимите|снимаем|придума|платформ|youtube|ютуб|shorts|reels|tiktok|тикток|вертикальн|призыв|cta(?!\\p{L})|в конце|в начале|язык|стиль',
  ),
  en: starts(
    'video|script|second|secs?(?!\\p{L})|minute|length|duration|format|tone|audience|platform|write|make (?:a|an|us)|we need|i need|create|youtube|shorts|reels|tiktok|vertical|call to action|cta(?!\\p{L})|at the end|style|language|brief',
  ),
} as const

/** Requests to mention something: the request goes, what follows stays. */
const REQUEST = {
  ru: /^(?:обязательно\s+)?(?:упомян\p{L}+|покаж\p{L}+|показать|расскаж\p{L}+|рассказать|скаж\p{L}+|сказать|подчеркн\p{L}+|добав\p{L}+)\s*(?:,\s*)?(?:что\s+)?/iu,
  en: /^(?:please\s+)?(?:mention|show|say|tell|stress|include|add)\s+(?:them\s+|viewers\s+)?(?:that\s+)?/iu,
} as const

const CTA = /(?:призыв(?:\s+к\s+действию)?|call\s+to\s+action|cta)\s*[:—–-]\s*[«"“]?([^\n.!?»"”]{3,120}[.!?]?)/iu
const QUOTED = /[«"“]([^«»"“”\n]{2,40})[»"”]/u
const LATIN_NAME = /(?<![\p{L}\d@./])([A-Z][A-Za-z]*[A-Za-z0-9]+)(?![\p{L}@./])/u
const ENGLISH_NAME = /(?<=[\p{Ll},:]\s)([A-Z][\p{L}\d]+(?:\s[A-Z][\p{L}\d]+){0,2})/u
const PLATFORM_NAMES = /^(?:youtube|shorts|reels|tiktok|telegram|vk|rutube|instagram|tv|cta|b2b|b2c|english|russian)/i
const ABOUT = {
  ru: /(?<!\p{L})(?:про|об|обо|о)\s+[^.,;:!?\n()—–]{3,70}/iu,
  en: /(?<!\p{L})about\s+[^.,;:!?\n()—–]{3,70}/iu,
} as const
const DURATION =
  /\s*(?:(?:на|длиной|в|for|of|in)\s+)?\d{1,4}\s*-?\s*(?:секунд\p{L}*|сек\.?|минут\p{L}*|мин\.?|seconds?|secs?|minutes?|mins?)(?!\p{L})/giu

const capitalised = (text: string): string => text.replace(/^["«“]?\p{Ll}/u, (c) => c.toUpperCase())
const tidy = (text: string): string => text.replace(/^[\s,;:•*–—-]+|[\s.,;:!–—-]+$/gu, '').replace(/\s+/g, ' ')

function nameIn(brief: string, language: SpokenLanguage): string | undefined {
  const quoted = QUOTED.exec(brief)?.[1]?.trim()
  if (quoted && quoted.split(/\s+/).length <= 4) return language === 'ru' ? `«${quoted}»` : quoted
  for (const match of brief.matchAll(new RegExp(language === 'ru' ? LATIN_NAME : ENGLISH_NAME, 'gu')))
    if (!PLATFORM_NAMES.test(match[1]!)) return match[1]
  return undefined
}

/** Sentences, and the items of lists (after a colon, or of a sentence too long to be spoken at once). */
function clauses(brief: string, order: RegExp): string[] {
  const sentences = brief.split(/(?<=[.!?])\s+|[\n;]+/u)
  return sentences.flatMap((sentence) => {
    const colon = /^([^:]{1,60}):\s+(.+)$/u.exec(sentence)
    const [head, body] = colon ? [colon[1]!, colon[2]!] : [undefined, sentence]
    // «Тон: тёплый и спокойный», "Audience: busy parents": what follows speaks of the video as well.
    if (head && order.test(head)) return []
    const items =
      colon || body.length > 110 ? body.split(/,\s+(?!котор|что|где|когда|чтобы|which|that|who|where)/iu) : [body]
    return head ? [head, ...items] : items
  })
}

/**
 * Reads a brief for what can be said on the matter. It does not understand the brief: it cuts it at punctuation and leaves
 * out what speaks of the video itself.
 */
export function readBrief(text: string, language: SpokenLanguage): Topic {
  const brief = plainText(text).replace(/[ \t]+/g, ' ')
  const cta = CTA.exec(brief)?.[1]?.trim()
  const points = clauses(brief, ORDER[language])
    .map((clause) => tidy(tidy(clause).replace(REQUEST[language], '')))
    .filter((c) => c.length >= 8 && c.length <= 110 && c.split(' ').length >= 2)
    .filter((c) => !ORDER[language].test(c) && !(cta && cta.includes(c)))
    // «Упомянуть скидку»: an accusative that cannot stand alone.
    .filter((c) => language === 'en' || !/^\p{L}+(?:ую|юю|у|ю)(?!\p{L})/u.test(c))
    .map(capitalised)
  const about = ABOUT[language].exec(brief.replace(DURATION, ''))?.[0]
  const subject = subjectOf(brief, language)
  return {
    thing: nameIn(brief, language),
    about:
      about && tidy(about).split(' ').length <= 8 ? tidy(about).replace(/^\p{Lu}/u, (c) => c.toLowerCase()) : undefined,
    subject,
    points: [...new Set(points)].slice(0, 12),
    cta: cta ? capitalised(cta) : undefined,
  }
}

const ORDER_START = {
  ru: /^(?:(?:нуж(?:ен|на|но|ны)|сделай\p{L}*|напиши\p{L}*|придума\p{L}+|создай\p{L}*|подготов\p{L}+|снимите|хочу|хотим)\s+)?(?:мне\s+|нам\s+)?(?:(?:короткий|рекламный|вертикальный|обучающий|динамичный)\s+)*(?:сценарий\s+)?(?:(?:рекламного|короткого|обучающего)\s+)?(?:ролика?\s*|видео\s*)?/iu,
  en: /^(?:(?:please\s+)?(?:write|make|create|we need|i need|i want)\s+)?(?:me\s+|us\s+)?(?:an?\s+|the\s+)?(?:(?:short|vertical|promo|fun)\s+)*(?:script\s+(?:for|of)\s+)?(?:an?\s+)?(?:(?:ad|commercial|promo)\s+)?(?:video\s+)?/iu,
} as const

function subjectOf(brief: string, language: SpokenLanguage): string | undefined {
  const first = brief.split(/[.!?:;\n—–]|,\s/u)[0]!
  const left = tidy(first.replace(DURATION, ' ').trim().replace(ORDER_START[language], ''))
  return left.length >= 8 && left.length <= 80 ? capitalised(left) : undefined
}
