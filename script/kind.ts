import type { GenerationRequest, Kind } from './script.ts'

/** Letters before and after must not be letters: `\b` knows ASCII only. */
export const words = (pattern: string) => new RegExp(`(?<!\\p{L})(?:${pattern})`, 'iu')

/** Forms of a film that is ordered. */
const FILM_RU =
  '(?:ролик|видео|видеоролик|клип|спот|шортс|рилс|сюжет|сценари|тизер|джингл|заставк|истори|вертикал|шорт|обзор)'
const FILM_EN = '(?:video|spot|clip|film|script|short|reel|teaser|story|tiktok)'

/**
 * The brief orders an advertisement: «рекламный ролик школы», "a 30-second ad for a bakery". Such an order beats the other kinds,
 * for a missing mark is the dearest mistake («Рекламный ролик онлайн-школы: уроки…» is no lesson).
 */
const AD_ORDER = new RegExp(
  [
    `(?<!\\p{L})(?:рекламн|промо-?|продающ|имиджев)\\p{L}{0,3}[ -]?(?:\\p{L}+ ){0,2}${FILM_RU}`,
    `${FILM_RU}\\p{L}{0,2}[ -]реклам[аыу](?!\\p{L})`,
    '(?<!\\p{L})(?:сделай|сделайте|снимите|снять|напиши|напишите|придумай|придумайте|нужна|нужно|хотим|закажу|делаем) (?:\\p{L}+ ){0,2}реклам[ауы](?!\\p{L})',
    '(?<!\\p{L})(?:про)?рекламиру(?:ем|ю|йте|й)(?!\\p{L})|(?<!\\p{L})прорекламировать',
    // «Реклама термоса «Север»», but not «Реклама в интернете» or «Реклама: как она устроена».
    '^\\s*(?:\\p{L}+ )?реклама (?!в |во |на |и |или |как |это |для начинающих|—|-|–|сегодня|вчера)\\p{L}',
    `(?<!\\p{L})(?:an?|the|our|this|\\d+[- ](?:second|sec|s|minute|min)) (?:[\\p{L}\\d-]+ ){0,3}(?:ad|advert|advertisement|commercial|promo)(?= (?:for|of|about our|spot|video|film|clip|script)|[.:,!]|$)`,
    `(?<!\\p{L})(?:promo|promotional|advertising|commercial|ad|tv) (?:${FILM_EN}|ad|commercial)(?!\\p{L}|s? (?:work|platform|network|block))`,
    '^\\s*(?:ad|advert|advertisement|commercial|promo)(?: spot)? (?:for|of)(?!\\p{L})',
    '(?<!\\p{L})advertis(?:e|ing) (?:our|my|the new|its|their)(?!\\p{L})',
  ].join('|'),
  'iu',
)

/** Advertising is what the video is about: «как работает реклама», "a lesson on writing ads". */
const AD_TOPIC = new RegExp(
  [
    '(?<!\\p{L})(?:о|об|обо|про|по|из|без|от|история|истории|виды|рынок|психология|закон о|этика|настро\\p{L}+|запуск\\p{L}*|блокир\\p{L}+|что такое|как (?:работает|устроена|делают|снимают|читать|распознать)|маркировк\\p{L}+|обманчив\\p{L}+|обзор) (?:\\p{L}+ ){0,2}реклам\\p{L}*',
    'реклам\\p{L}* (?:в интернете|в соцсетях|прошлого|девяностых|90-х|как жанр|как она|и право|кабинет\\p{L}*|агентств\\p{L}*|баннер\\p{L}*|закон\\p{L}*)',
    'реклам\\p{L}*[^.!?\\n]{0,40}: ?(?:истори|как|что|почему|зачем|разбор|объясн)',
    '(?<!\\p{L})(?:about|on|of|how|what|why|history of|writing|making|running|skip|skipping|block|blocking|without) (?:\\p{L}+ ){0,2}(?:ads?|advertising|advertisements?|commercials?)(?!\\p{L})',
    '(?<!\\p{L})ad (?:blockers?|agency|agencies|campaigns?|law)(?!\\p{L})',
  ].join('|'),
  'iu',
)

/** First match wins, so the specific stand before the general: "a review for Shorts" is a review. */
const KIND_WORDS: readonly (readonly [Kind, RegExp])[] = [
  [
    'tutorial',
    words('туториал|урок|инструкци|пошагов|обучающ|мастер-класс|tutorial|how[- ]to|step[- ]by[- ]step|lesson'),
  ],
  ['review', words('обзор|сравнени|распаковк|review|unboxing|comparison')],
  [
    'explainer',
    words('объясн|эксплейнер|что такое|как работает|explain|what is|how (?:\\p{L}+ ){1,3}works?(?!\\p{L})'),
  ],
  ['ad', words('промо(?!код)|акци[яию](?!\\p{L})|скидк|продающ|promo(?! code)|discount')],
  ['short', words('шортс|рилс|короткое видео|клип|shorts?(?!\\p{L})|reels?(?!\\p{L})|tiktok|тикток')],
]
/** A sponsored segment; «интеграция с CRM» and "integration with an API" are software. */
const INTEGRATION = words(
  'нативн\\p{L}* (?:реклам|интеграц)|рекламн\\p{L}* (?:интеграц|вставк)|интеграци\\p{L}*(?!\\p{L}| (?:с|со|через|по|api|систем|данных)(?!\\p{L}))|sponsored (?:segment|video|mention|integration|read)|sponsor segment|(?:sponsor|brand|product|native) integration|integration (?:in|into|for) (?:an?|the|my|our) (?:\\p{L}+ ){0,2}(?:video|vlog|channel|podcast|stream)',
)
const MENTIONS_AD = words('реклам|ads?(?!\\p{L})|advert|commercial')

/** Whether the brief orders advertising, whatever kind its fields name: then its script is marked. */
export const ordersAdvertising = ({ brief, kind }: Pick<GenerationRequest, 'brief' | 'kind'>): boolean =>
  kind === 'ad' || kind === 'integration' || INTEGRATION.test(brief) || (AD_ORDER.test(brief) && !isAboutAds(brief))

/** What opens a sentence on how advertising is made or read: «Урок: как снять рекламный ролик» is a lesson. */
const ON_THE_MATTER = words(
  '(?:урок|туториал|мастер-класс|как|о том|разбор|что такое|почему|чем|history|how|tutorial|lesson|explain\\p{L}*|guide|why|what)(?!\\p{L})',
)

/** The words of an order stand in a sentence whose matter is advertising itself. */
function isAboutAds(brief: string): boolean {
  const ordered = AD_ORDER.exec(brief)
  if (!ordered) return AD_TOPIC.test(brief)
  const before =
    brief
      .slice(0, ordered.index)
      .split(/[.!?\n]/u)
      .at(-1) ?? ''
  const topic = AD_TOPIC.exec(brief)
  return (
    ON_THE_MATTER.test(before) ||
    (topic !== null && topic.index < ordered.index + 1 && ordered.index < topic.index + topic[0].length)
  )
}

/** The kind that a brief names, else `other`. */
export function kindOf(brief: string): Kind {
  if (INTEGRATION.test(brief)) return 'integration'
  if (ordersAdvertising({ brief })) return 'ad'
  const named = KIND_WORDS.find(([, pattern]) => pattern.test(brief))?.[0]
  if (named) return named
  return MENTIONS_AD.test(brief) && !isAboutAds(brief) ? 'ad' : 'other'
}
