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
    'ролик|видео|сценари|секунд|хронометраж|формат|тон(?!\\p{L})|тональност|аудитори|длительност|бриф|сдела|напиш|нужен|нужна|нужно|нужны|снять|снимите|снимаем|придума|платформ|youtube|ютуб|shorts|reels|tiktok|тикток|вертикальн|призыв|cta(?!\\p{L})|в конце|в начале|стиль|интеграци|кадр|подпис|герой|сюжет|слова|kind:|tone:|audience|platform:|language:|target_|must_',
  ),
  en: starts(
    'video|script|seconds|length|duration|format|tone|audience|platform|write|make (?:a|an|us)|we need|i need|create|youtube|shorts?(?!\\p{L})|reels|tiktok|vertical|call to action|cta(?!\\p{L})|at the end|style|language|brief|tutorial|explainer|hook|captions?|scenes?|shot|viewer|joke|kind:|target_|must_',
  ),
} as const

/** Beginnings of headings, stage directions, prohibitions and half sentences, which cannot be said as they stand. */
const NOT_SAID = {
  ru: /^(?:без|не|ни|и|а|но|или|потом|затем|сначала|дальше|что|как|какую|какой|про|зато|почти|маркиров\p{L}*|контекст|факты|финал|важно|если|он|она|они|это)(?!\p{L})/iu,
  en: /^(?:no|not|never|do not|don't|without|and|but|or|then|first|next|start|end|close|open|facts|what|how|which|keep|feed|one(?= (?:that|flat))|if|he|she|they|this|that|use)(?!\p{L})/iu,
} as const

/** Requests to mention something: the request goes, what follows stays. */
const REQUEST = {
  ru: /^(?:обязательно\s+|честно\s+)?(?:упомян\p{L}+|покаж\p{L}+|показать|расскаж\p{L}+|рассказать|скаж\p{L}+|сказать|подчеркн\p{L}+|добав\p{L}+)\s*(?:,\s*)?(?:что\s+)?/iu,
  en: /^(?:please\s+)?(?:mention|show|say|tell|stress|include|add)\s+(?:them\s+|viewers\s+)?(?:that\s+)?/iu,
} as const

/** A full stop ends it only before a space: addresses have full stops of their own. */
const CTA =
  /(?:призыв(?:\s+к\s+действию)?|call\s+to\s+action|cta)\s*[:—–-]\s*[«"“]?((?:[^\n.!?»"”]|\.(?=\S)){3,160}[.!?]?)/iu
/** A name in quotes begins with a capital and is no sentence. */
const QUOTED = /[«"“](\p{Lu}[^«»"“”\n.,!?:;]{1,39})[»"”]/u
const LATIN_NAME = /(?<![\p{L}\d@./])([A-Z][A-Za-z]*[A-Za-z0-9]+)(?![\p{L}@./])/u
const ENGLISH_NAME = /(?<=[\p{Ll},]\s)([A-Z][\p{L}\d]+(?:\s[A-Z][\p{L}\d]+){0,2})/u
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
  // A name stands where the brief says what it is about; later ones are of people, towns and rivals.
  const opening = brief
    .split(/(?<=[.!?])\s|\n/u)
    .slice(0, 2)
    .join(' ')
  const quoted = QUOTED.exec(opening)?.[1]?.trim()
  if (quoted && quoted.split(/\s+/).length <= 3) return language === 'ru' ? `«${quoted}»` : quoted
  for (const match of opening.matchAll(new RegExp(language === 'ru' ? LATIN_NAME : ENGLISH_NAME, 'gu')))
    if (!PLATFORM_NAMES.test(match[1]!)) return match[1]
  return undefined
}

const wordCount = (text: string): number => text.split(/\s+/).length

/** A sentence as the things it says: the short items of a list after a colon, else itself; a short heading before a colon goes. */
function statements(sentence: string): string[] {
  const colon = /^([^:]{1,60}):\s+(.+)$/u.exec(sentence)
  const body = colon && wordCount(colon[1]!) <= 3 ? colon[2]! : sentence
  const items = body.split(/,\s+/u)
  const isList = colon !== null && items.length > 1 && items.every((item) => wordCount(item) <= 6)
  return (isList ? items : [body]).map(tidy)
}

function pointsOf(brief: string, language: SpokenLanguage, cta: string | undefined): string[] {
  const lines = brief
    .split(/\n+/u)
    .flatMap((line) => (ORDER[language].test(/^[^:.]{1,40}:/u.exec(line)?.[0] ?? '') ? [] : line.split(';')))
  const sayable = (text: string, longest: number) =>
    text.length >= 8 &&
    text.length <= longest &&
    (wordCount(text) >= 3 || /\d/.test(text) || text.length >= 16) &&
    !ORDER[language].test(text) &&
    !NOT_SAID[language].test(text) &&
    !(cta && cta.includes(text)) &&
    // «Упомянуть скидку»: an accusative that cannot stand alone.
    (language === 'en' || !/^\p{L}+(?:ую|юю|у|ю)(?!\p{L})/u.test(text))
  return lines
    .flatMap((line) => line.split(/(?<=[.!?])\s+/u))
    .map((sentence) => tidy(tidy(sentence).replace(REQUEST[language], '')))
    .flatMap(statements)
    .filter((text) => sayable(text, 130))
    .map(capitalised)
}

/**
 * Reads a brief for what can be said on the matter. It does not understand the brief: it cuts it at punctuation and leaves
 * out what speaks of the video itself.
 */
export function readBrief(text: string, language: SpokenLanguage): Topic {
  const brief = plainText(text).replace(/[ \t]+/g, ' ')
  const cta = CTA.exec(brief)?.[1]?.trim()
  const points = pointsOf(brief, language, cta)
  const [opening = ''] = brief.replace(DURATION, '').split(/[.!?\n]/u)
  const about = ABOUT[language].exec(opening)?.[0]
  const subject = subjectOf(brief, language)
  // English words stand as they are; a Russian title has a case of its own.
  if (points.length === 0 && subject && language === 'en') points.push(subject)
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

/** The first words of a brief as a title. In Russian only where their case is right: nothing before them was cut, or a preposition follows. */
function subjectOf(brief: string, language: SpokenLanguage): string | undefined {
  const [first = ''] = brief.split(/[.!?:;\n—–]|,\s/u)
  const whole = first.replace(DURATION, ' ').trim()
  const left = tidy(whole.replace(ORDER_START[language], '')).replace(
    language === 'en' ? /^(?:for|about|on)\s+/iu : /^$/u,
    '',
  )
  if (language === 'ru' && left !== tidy(whole) && !/^(?:про|о|об|обо|для)\s/iu.test(left)) return undefined
  return left.length >= 8 && left.length <= 80 ? capitalised(left) : undefined
}
