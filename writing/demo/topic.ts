import { plainText } from '../../script/clean.ts'
import type { SpokenLanguage } from '../../script/language.ts'

/** What the demo provider takes from a brief, in the brief's own words. */
export interface Topic {
  /** A name in quotes, or one that stands out by its letters; it needs no declension. */
  readonly thing: string | undefined
  /** «про кофейню», "about a coffee shop": with the preposition it had, so that its case is right. */
  readonly about: string | undefined
  /** Its first words without the order to write a video: fit for a title. */
  readonly subject: string | undefined
  /** Those words name the film and not its matter: «Интеграция сервиса в канал». */
  readonly isOrder: boolean
  /** Sentences and items that say something on the matter, capitalised, without a full stop. */
  readonly points: readonly string[]
  /** What the brief wants seen («показать зимнюю электричку и костёр»): pictures, never words to speak. */
  readonly shots: readonly string[]
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
    'video|script|seconds|length|duration|format|tone|audience|platform|write|make (?:a|an|us)|we need|i need|create|youtube|shorts?(?!\\p{L})|reels|tiktok|vertical|call to action|cta(?!\\p{L})|at the end|style|language|brief|tutorial|explainer|hook|captions?|scenes?|shot|viewer|joke|names are on|kind:|target_|must_',
  ),
} as const

/** The film as the brief's first words name it, a request before it included. */
const FILM = {
  ru: /^(?:(?:нуж\p{L}+|сделай\p{L}*|напиши\p{L}*|придума\p{L}+|снимите|хотим|объясните|расскажите)[,\s]+)?(?:\p{L}+\s+){0,2}(?:реклам\p{L}*|ролик\p{L}*|видео\p{L}*|обзор\p{L}*|урок\p{L}*|интеграци\p{L}*|объясните|расскажите|инструкци\p{L}*|инструктаж\p{L}*|поздравлени\p{L}*|(?:видео)?приглашени\p{L}*|шортс\p{L}*|рилс\p{L}*|клип\p{L}*)(?!\p{L})/iu,
  en: /^(?:please\s+)?(?:write\s+|make\s+|we need\s+|explain\s+)?(?:an?\s+|the\s+)?(?:[\p{L}\d-]+\s+){0,2}(?:ad|advert|commercial|video|tiktok|reel|short|spot|review|tutorial|lesson|explainer|promo|integration|sponsored segment|segment|film|invitation)(?!\p{L})/iu,
} as const

/** Beginnings of headings, stage directions, prohibitions and half sentences, which cannot be said as they stand. */
const NOT_SAID = {
  ru: /^(?:без|спокойно|тепло|коротко|честно|смешно|весело|бодро|тихо|просто|не|ни|один|одна|одно|герой|героиня|и|а|но|или|потом|затем|сначала|дальше|что|как|какую|какой|про|зато|почти|маркиров\p{L}*|контекст|факты|финал|важно|если|он|она|они|это)(?!\p{L})/iu,
  en: /^(?:no|explain|calm|calmly|warm|warmly|quiet|quietly|briefly|not|never|do not|don't|without|and|but|or|then|first(?=,|\s+(?:the|we|show|a)\s)|next|start|end|close|open(?!\s+(?:from|until|daily|every))|facts|what|how|which|keep|feed|one|hero|heroine|if|he|she|they|this|that|use)(?!\p{L})/iu,
} as const

/** Faults of rivals prove nothing for the thing itself, and comparisons with them are for lawyers. */
const RIVALS = {
  ru: starts(
    'конкурент|соперник|аналог|в отличие от|у других|другие (?:марки|бренды|фирмы|магазины)|чужи[ехм]|чем у|обычные \\p{L}+ (?:ломаются|протекают|рвутся|гаснут)|дешёвые|дешевые',
  ),
  en: starts(
    'competitor|rival|unlike|other (?:brands?|companies|shops|makers|apps)|others (?:break|fail|leak)|cheaper ones|cheap ones|knock-?offs?|than theirs',
  ),
} as const

/** What a camera is to see. */
const SHOT = {
  ru: /(?:^|[.;!?\n]\s*)(?:обязательно\s+)?(?:показать|покажите|покажи|показываем|в кадре|снять|снимите|крупно|крупный план)\s*:?\s+(?!что\s|как\s|реклам|ролик|видео|обзор|сюжет)([^.;!?\n]{6,120})/giu,
  en: /(?:^|[.;!?\n]\s*)(?:show|film|close-up of|in the frame)\s*:?\s+(?!that\s|how\s|why\s)([^.;!?\n]{6,120})/giu,
} as const

/** Who stands before the camera, and what follows a «then»: a scene to film, no words to speak. */
const STAGED = {
  ru: /(?<!\p{L})говорит\s+\p{L}+|(?<!\p{L})(?:ведущ(?:ий|ая)|блогер\p{L}*|подкастер\p{L}*|диктор|актёр\p{L}*|актрис\p{L}*)\s|,\s+(?:потом|затем)\s/iu,
  en: /\b(?:the|a)\s+(?:host|podcaster|blogger|vlogger|presenter|narrator|actor|actress)\s|,\s+then\b/iu,
} as const

/** A row of things without a verb («дождь, звонок, тёплый свет») is what is to be seen. */
const isPicture = (sentence: string): boolean => {
  const things = tidy(sentence).split(/,\s+/u)
  return things.length > 2 && !/[\d:]/u.test(sentence) && things.every((thing) => wordCount(thing) <= 3)
}

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
/** Among Russian words a name in Latin letters stands out, among English ones its capital does. */
const NAME = {
  ru: /(?<![\p{L}\d@./])([A-Z][A-Za-z]*[A-Za-z0-9]+)(?![\p{L}@./])/gu,
  en: /(?<=[\p{Ll},:]\s)([A-Z][\p{L}\d]+(?:\s[A-Z][\p{L}\d]+){0,2})/gu,
} as const
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
  for (const match of opening.matchAll(NAME[language])) if (!PLATFORM_NAMES.test(match[1]!)) return match[1]
  return undefined
}

const wordCount = (text: string): number => text.split(/\s+/).length

/**
 * A sentence as the things it says: the short items of a list after a colon, else itself. A heading before the colon goes when it is
 * short or names the film («Реклама стального термоса: …»); what a heading says of the film itself («Герой: …») goes with its text.
 */
function statements(sentence: string, language: SpokenLanguage): string[] {
  const colon = /^([^:]{1,80}):\s+(.+)$/u.exec(sentence)
  const named = colon !== null && FILM[language].test(colon[1]!)
  if (colon && !named && (ORDER[language].test(colon[1]!) || NOT_SAID[language].test(colon[1]!))) return []
  const body = colon && (named || wordCount(colon[1]!) <= 3) ? colon[2]! : sentence
  // Numbers alone belong together: «70, 80, 90 градусов».
  const items = body.split(
    /,\s+(?!\d+(?:\s|,|$)|котор|что\s|чтобы\s|где\s|когда\s|и\s|which\s|that\s|and\s|where\s|when\s)/u,
  )
  const isClause = /^(?:you|we|it|they|there|вы|мы|там|здесь|тут)\s/iu.test(body)
  const isShort = (item: string): boolean => wordCount(item) <= 7
  const isList = colon !== null && !isClause && items.length > 1 && items.every(isShort)
  if (isList || !colon || named) return (isList ? items : [body]).map(tidy)
  // «Аптека открыла пункт выдачи: заказ в приложении, очереди нет»: what comes before the list is said as well.
  const [first = '', ...rest] = items
  const listed = [first.slice(first.indexOf(': ') + 2), ...rest]
  return (listed.length > 1 && listed.every(isShort) ? [colon[1]!, ...listed] : [body]).map(tidy)
}

function pointsOf(brief: string, language: SpokenLanguage, cta: string | undefined): string[] {
  const lines = brief.split(/\n+/u).flatMap((line) => {
    const head = /^[^:.]{1,40}:/u.exec(line)?.[0] ?? ''
    return ORDER[language].test(head) && !FILM[language].test(head) ? [] : line.split(';')
  })
  const sayable = (text: string, longest: number) =>
    text.length >= 8 &&
    text.length <= longest &&
    (wordCount(text) >= 3 || /\d/.test(text) || text.length >= 16) &&
    !ORDER[language].test(text) &&
    !NOT_SAID[language].test(text) &&
    !FILM[language].test(text) &&
    !RIVALS[language].test(text) &&
    !(cta && cta.includes(text)) &&
    // «Упомянуть скидку»: an accusative that cannot stand alone.
    (language === 'en' || !/^\p{L}+(?:ую|юю|у|ю)(?!\p{L})/u.test(text))
  return lines
    .flatMap((line) => line.split(/(?<=[.!?])\s+/u))
    .filter((sentence) => !isPicture(sentence) && !STAGED[language].test(sentence))
    .map((sentence) => tidy(tidy(sentence).replace(REQUEST[language], '')))
    .flatMap((sentence) => statements(sentence, language))
    .filter((text) => sayable(text, 130))
    .map(capitalised)
}

/** Asked for, or told by a row of things. */
const shotsOf = (brief: string, language: SpokenLanguage): string[] =>
  [
    ...[...brief.matchAll(SHOT[language])].map(([, shot]) => shot!),
    ...brief
      .replace(SHOT[language], '. ')
      .split(/(?<=[.!?])\s+/u)
      .filter(isPicture),
  ]
    .map((shot) => tidy(shot).replace(/^\p{Lu}(?=\p{Ll})/u, (c) => c.toLowerCase()))
    .slice(0, 6)

/**
 * Reads a brief for what can be said on the matter. It does not understand the brief: it cuts it at punctuation and leaves
 * out what speaks of the video itself.
 */
export function readBrief(text: string, language: SpokenLanguage): Topic {
  const brief = plainText(text).replace(/[ \t]+/g, ' ')
  const cta = CTA.exec(brief)?.[1]?.trim()
  const points = pointsOf(brief.replace(SHOT[language], '. '), language, cta)
  const [opening = ''] = brief.replace(DURATION, '').split(/[.!?:\n]/u)
  const about = ABOUT[language].exec(opening)?.[0]
  const subject = subjectOf(brief, language)
  // English words stand as they are; a Russian title has a case of its own.
  const isOrder = subject !== undefined && FILM[language].test(subject)
  if (points.length === 0 && subject && language === 'en' && !isOrder && !STAGED.en.test(`a ${subject}`))
    points.push(subject)
  return {
    thing: nameIn(brief, language),
    about:
      about && tidy(about).split(' ').length <= 8 ? tidy(about).replace(/^\p{Lu}/u, (c) => c.toLowerCase()) : undefined,
    subject,
    isOrder,
    points: [...new Set(points)].slice(0, 12),
    shots: shotsOf(brief, language),
    cta: cta ? capitalised(cta) : undefined,
  }
}

const ORDER_START = {
  ru: /^(?:(?:нуж(?:ен|на|но|ны)|сделай\p{L}*|напиши\p{L}*|придума\p{L}+|создай\p{L}*|подготов\p{L}+|снимите|хочу|хотим)\s+)?(?:мне\s+|нам\s+)?(?:(?:короткий|рекламный|вертикальный|обучающий|динамичный)\s+)*(?:сценарий\s+)?(?:(?:рекламного|короткого|обучающего)\s+)?(?:ролика?\s*|видео\s*)?(?:(?:объясните|расскажите)\s*,?\s*)?/iu,
  en: /^(?:(?:please\s+)?(?:write|make|create|explain|we need|i need|i want)\s+)?(?:me\s+|us\s+)?(?:an?\s+|the\s+)?(?:(?:short|vertical|promo|fun)\s+)*(?:script\s+(?:for|of)\s+)?(?:an?\s+)?(?:(?:ad|commercial|promo|tiktok|reel|short|explainer)\s+)?(?:video\s+)?/iu,
} as const

/**
 * The first words of a brief as a title. In Russian only where their case is right: nothing before them was cut, or a preposition
 * follows.
 */
function subjectOf(brief: string, language: SpokenLanguage): string | undefined {
  const [first = ''] = brief.replace(/^(объясните|расскажите|explain),\s/iu, '$1 ').split(/[.!?:;\n—–]|,\s/u)
  const whole = first.replace(DURATION, ' ').trim()
  const left = tidy(whole.replace(ORDER_START[language], '')).replace(
    language === 'en' ? /^(?:for|about|on)\s+/iu : /^$/u,
    '',
  )
  if (language === 'ru' && left !== tidy(whole) && !/^(?:про|о|об|обо|для)\s/iu.test(left)) return undefined
  return left.length >= 8 && left.length <= 80 ? capitalised(left) : undefined
}
