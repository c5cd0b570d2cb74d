/** A full stop, and what browsers and mail programs take for one in a name (UTS #46, and a leader); the same of other signs. */
const DOT = '[.\\u3002\\uff0e\\uff61\\u2024]'
const SLASH = '[/\\\\\\uff0f\\u2044\\u2215\\u29f8]'
const COLON = '[:\\uff1a\\u2236\\ua789]'
const SCHEMES = 'https?|ftps?|wss?|mailto|tel|sms|javascript|data|file|blob|intent|tg|viber|whatsapp'

/**
 * What makes a word one that a mail program or a telephone links, or a reader takes for an address. None repeats within another: what
 * people write is long, and is read once.
 */
const LINKED: readonly RegExp[] = [
  `${COLON}${SLASH}`,
  `^${SLASH}{2}`,
  `(?:^|[^\\p{L}])(?:${SCHEMES})${COLON}`,
  `(?:^|[^\\p{L}])www\\d?${DOT}`,
  `xn--`,
  `[^@\\uff20\\ufe6b][@\\uff20\\ufe6b][^@\\uff20\\ufe6b]`,
  `\\[[0-9a-f]{0,4}${COLON}[0-9a-f]{0,4}${COLON}`,
  `\\p{Nd}{1,3}${DOT}\\p{Nd}{1,3}${DOT}\\p{Nd}{1,3}${DOT}\\p{Nd}`,
].map((source) => new RegExp(source, 'iu'))
/** A name of the network may begin so; with a port, a path or a question behind it, it does. */
const NAMED = new RegExp(`${DOT}[\\p{L}\\p{N}\\p{So}]`, 'u')
const LED_ON = new RegExp(`${SLASH}|${COLON}\\p{Nd}|[?#](?=.)`, 'u')

/** A full stop with no space behind it: perhaps a name of the network, perhaps haste. Both words stay, and lead nowhere. Numbers do not. */
const DOTTED = new RegExp(
  `(?<=\\S)(?<!\\p{N})(${DOT})(?=[\\p{L}\\p{N}\\p{So}])|(?<=\\p{N})(${DOT})(?=[\\p{L}\\p{So}])`,
  'gu',
)

/** Characters that nobody sees or that turn the text around (bidi controls, zero width, tags, selectors), fillers that look like space. */
const UNSEEN =
  /[\p{Cf}\p{Cc}\p{Co}\p{Cs}\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\ufe00-\ufe0e\uffa0\u{e0100}-\u{e01ef}]/gu
/** One that joins pictures to one picture is part of what is seen. */
const JOINS_PICTURES = /(?<=[\p{Extended_Pictographic}\p{EMod}\ufe0f])\u200d(?=\p{Extended_Pictographic})/u
/** More marks on one character than any script writes run over the lines around it. */
const PILE = /(\p{M}{4})\p{M}+/gu

/** Stands where a link was. */
const GONE = '[…]'

function isLink(word: string): boolean {
  if (LINKED.some((mark) => mark.test(word))) return true
  const name = word.search(NAMED)
  return name >= 0 && LED_ON.test(word.slice(name))
}

/**
 * What people wrote, as it may stand in a message that goes out under our name: nothing in it is a link, turns the text around, hides, or
 * piles up. Lines stay lines.
 * @param most characters; longer words end with an ellipsis
 */
export function wordsOfPeople(text: string, most = Infinity): string {
  const pictures = text.split(JOINS_PICTURES)
  const visible = pictures
    .map((part) => part.replace(/[\u2028\u2029\u0085]/g, '\n').replace(/[\t\r]/g, ' '))
    .map((part) => part.replace(UNSEEN, (c) => (c === '\n' ? c : '')))
    .join('\u200d')
    .replace(PILE, '$1')
  const harmless = visible
    .replace(/\S+/g, (word) => (isLink(word) ? GONE : word))
    .replace(DOTTED, (dot) => `${dot} `)
    .trim()
  const characters = [...harmless]
  return characters.length <= most
    ? harmless
    : `${characters
        .slice(0, most - 1)
        .join('')
        .trimEnd()}…`
}

/** The same on one line: a name, a title. */
export const nameOfPeople = (text: string, most = 80): string =>
  wordsOfPeople(text.replace(/\s+/g, ' '), most).replace(/\s+/g, ' ').trim()
