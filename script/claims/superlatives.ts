import { fold } from '../fold.ts'

const ADJECTIVE = '(?:ый|ий|ой|ая|яя|ое|ее|ые|ие|ого|его|ому|ему|ым|им|ом|ем|ую|юю|ых|их|ыми|ими)'
/** Of the word that «самый» raises; not all, since «самым утром» and «в самом центре» raise nothing. */
const RAISED = '(?:ый|ий|ой|ая|яя|ое|ее|ые|ие|ого|его|ую|юю|ых|их|ым|им|ыми|ими)'
const AMONG = '(?:мире|россии|стране|городе|рынке|отрасли)'
/** «Самое главное» opens a sentence, «самого начала» and «самого утра» are times: they praise nothing. */
const NO_PRAISE = '(?:главн|важн|интересн|перв|последн|нужн|разн)'

/**
 * Praise above all others, by the part of it that tells one from another. The law (38-FZ, art. 5) and viewers want it proved; only
 * who orders the script can do that. Texts are folded before.
 */
const PATTERNS: readonly (readonly [key: string, pattern: RegExp])[] = [
  ['лучш', new RegExp(`(?<![а-яa-z])(?:сам[а-яa-z]{2,3} )?(?:наи)?лучш${ADJECTIVE}(?: в ${AMONG})?(?![а-яa-z])`, 'g')],
  [
    '',
    new RegExp(
      `(?<![а-яa-z]|тот же |того же )сам${ADJECTIVE} (?!${NO_PRAISE})[а-яa-z]{3,}${RAISED}(?: в ${AMONG})?(?![а-яa-z])`,
      'g',
    ),
  ],
  ['', new RegExp(`(?<![а-яa-z])(?!дальнейш|ближайш|малейш)[а-яa-z]{3,}(?:ейш|айш)${ADJECTIVE}(?![а-яa-z])`, 'g')],
  ['', new RegExp(`(?<![а-яa-z])наи(?:более|бол[а-яa-z]+|выс[а-яa-z]+|мен[а-яa-z]+)(?: [а-яa-z]+)?(?![а-яa-z])`, 'g')],
  ['№1', /(?<![а-яa-z])(?:номер один|number one|no\. ?1(?!\d))(?![а-яa-z])|[№#] ?1(?![\d.,]?\d)/g],
  ['перв', new RegExp(`(?<![а-яa-z])(?:перв|единственн)${ADJECTIVE}(?: [а-яa-z]+)? в ${AMONG}(?![а-яa-z])`, 'g')],
  ['лидер', /(?<![а-яa-z])лидер[а-яa-z]{0,3} (?:рынка|отрасли|продаж)|(?<![а-яa-z])market leader(?![а-яa-z])/g],
  ['уникальн', new RegExp(`(?<![а-яa-z])(?:уникальн|непревзойденн)${ADJECTIVE}(?![а-яa-z])`, 'g')],
  ['аналог', /(?<![а-яa-z])(?:без аналогов|аналогов (?:нет|не имеет)|не имеет аналогов)(?![а-яa-z])/g],
  [
    'best',
    /(?<![а-яa-z]|your |my |our |their |at |all the )best(?:-?selling)?(?![а-яa-z]|\s(?:of luck|to\b|before|if|friend))/g,
  ],
  ['most', /(?<![а-яa-z])(?:the|world['’]s) most [а-яa-z]{4,}(?![а-яa-z])/g],
  [
    '',
    /(?<![а-яa-z])(?:the|world['’]s) (?!rest|west|test|guest|forest|interest|nest|chest|request|latest|nearest|honest|harvest|quest|invest|best)[а-яa-z]{2,}est(?![а-яa-z])/g,
  ],
  ['unique', /(?<![а-яa-z])(?:unique|unrivall?ed|unmatched|unbeatable|second to none)(?![а-яa-z])/g],
]

/** A part of each pattern: a text without any of them need not be looked at further. */
const HINT =
  /лучш|сам[а-я]{2,3} |ейш|айш|наи|номер один|[№#] ?1|перв|единств|лидер|уникальн|непревзойд|аналог|best|most|est(?![a-z])|unique|unriv|unmatch|unbeat|number one|no\. ?1|leader|second to/

export interface Superlative {
  readonly key: string
  readonly start: number
  readonly end: number
}

/** What of a text praises above all others; what it denies («не самый быстрый») is left alone. */
export function superlatives(text: string): Superlative[] {
  // Case and ё change no length, so that places in the folded text are those of the text.
  const folded = fold(text)
  if (folded.length !== text.length || !HINT.test(folded)) return []
  const found = PATTERNS.flatMap(([key, pattern]) =>
    [...folded.matchAll(pattern)]
      .filter(({ index }) => !/(?<![а-яa-z])(?:не|not) $/.test(folded.slice(Math.max(0, index - 5), index)))
      .map((match) => ({ key: key || stemOf(match[0]), start: match.index, end: match.index + match[0].length })),
  )
  // «Самый лучший в мире» is found in parts too: the longest is it.
  let until = 0
  return found
    .toSorted((a, b) => a.start - b.start || b.end - a.end)
    .filter(({ end }) => {
      if (end <= until) return false
      until = end
      return true
    })
}

/** «самую быструю», «самые быстрые»: the word that is raised, without its ending. */
const stemOf = (phrase: string): string =>
  phrase
    .split(' ')
    .at(-1)!
    .replace(new RegExp(`${ADJECTIVE}$`), '')
