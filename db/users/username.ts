/** Characters of a username. */
export const MIN_USERNAME = 3
export const MAX_USERNAME = 30

/** Letters, digits, dots, dashes and underscores; a letter or digit first. */
export const isUsername = (text: string): boolean => /^[\p{L}\p{N}][\p{L}\p{N}._-]*$/u.test(text)

/** Scripts in everyday use (UAX #31, table 5). Those that are written together are one here (UTS #39, 5.1). */
const SCRIPTS = [
  ...['Latin', 'Cyrillic', 'Greek', 'Armenian', 'Georgian', 'Hebrew', 'Arabic', 'Thaana', 'Ethiopic'],
  ...['Devanagari', 'Bengali', 'Gurmukhi', 'Gujarati', 'Oriya', 'Tamil', 'Telugu', 'Kannada', 'Malayalam', 'Sinhala'],
  ...['Thai', 'Lao', 'Tibetan', 'Myanmar', 'Khmer'],
].map((script) => [script])
const TOGETHER = [
  ['Han', 'Hiragana', 'Katakana'],
  ['Han', 'Bopomofo'],
  ['Han', 'Hangul'],
]
const anyOf = (scripts: readonly string[]) => scripts.map((script) => `\\p{scx=${script}}`).join('')
const COMMON = String.raw`\p{scx=Common}\p{scx=Inherited}`
const ONE_SCRIPT = [...SCRIPTS, ...TOGETHER].map((scripts) => new RegExp(`^[${anyOf(scripts)}${COMMON}]+$`, 'u'))
const ANY_SCRIPT = new RegExp(`^[${anyOf([...SCRIPTS, ...TOGETHER].flat())}${COMMON}]$`, 'u')

const isDigit = (character: string): boolean => /\p{Nd}/u.test(character)
/** Digits of one kind stand in a row: where it begins tells the kind. */
function kindOf(digit: string): number {
  let zero = digit.codePointAt(0) ?? 0
  while (isDigit(String.fromCodePoint(zero - 1))) zero--
  return zero
}

/** Whether all of it is of one script, its digits of one kind, and nothing in it is unseen or a form of another character. */
export const isOneScript = (username: string): boolean =>
  ONE_SCRIPT.some((script) => script.test(username)) &&
  new Set([...username].filter(isDigit).map(kindOf)).size <= 1 &&
  username.normalize('NFKC') === username &&
  !/\p{Default_Ignorable_Code_Point}/u.test(username)

/** Whether a username, decomposed, can have this character in it. */
export const isUsernameCharacter = (character: string): boolean =>
  /^[\p{L}\p{N}\p{M}._-]$/u.test(character) &&
  ANY_SCRIPT.test(character) &&
  character.normalize('NFKC') === character &&
  character.normalize('NFD') === character
