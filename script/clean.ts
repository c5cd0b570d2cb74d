import { nfc } from './nfc.ts'

/** C0 and C1 controls but tab and line feed; NUL among them, which Postgres refuses. */
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g
/** Halves of a surrogate pair without the other half; with the `u` flag whole pairs do not match. */
const LONE_SURROGATES = /\p{Surrogate}/gu
/** Zero-width and direction marks with which text hides from people; joiners of emoji (U+200D) stay. */
const INVISIBLE = /[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/g

/**
 * Reasoning that some models put before their answer: what follows its last end tag is the answer, and an unclosed block has
 * swallowed the rest. By splitting, not by one expression over pairs: that took minutes for a text of start tags alone.
 */
export const withoutThinking = (text: string): string =>
  text
    .split(/<\/(?:think|thinking|reasoning)>/i)
    .at(-1)!
    .split(/<(?:think|thinking|reasoning)>/i)[0]!

/** What separates lines in some system: CR LF, CR, vertical tab, form feed, NEL, and Unicode's line and paragraph separators. */
const LINE_BREAKS = /\r\n?|[\u000b\u000c\u0085\u2028\u2029]/g
/** A text whose lines end with `\n` alone. */
export const withLineBreaks = (text: string): string => text.replace(LINE_BREAKS, '\n')

/** What any store, screen or voice can take: no controls, no halves of characters, NFC, trimmed. Line breaks become `\n`. */
export const plainText = (text: string): string =>
  nfc(withLineBreaks(text).replace(CONTROLS, '').replace(LONE_SURROGATES, '').replace(INVISIBLE, '')).trim()

/**
 * Markdown's marks go, its words stay; a lone asterisk («2 * 3») or an underscore within a word (snake_case) is left. No mark is looked
 * for further than it matters: time grows with the text alone.
 */
const withoutMarkdown = (text: string): string =>
  text
    .replace(/^\s*```[\w-]*\s*$/gm, '')
    .replace(/```/g, '')
    .replace(/`([^`\n]+)`/g, '$1')
    .replace(/!?\[([^[\]\n]+)\]\((?:[^()\s]+)\)/g, '$1')
    .replace(/^\s{0,3}#{1,6}\s+/gm, '')
    .replace(/^\s{0,3}>\s+/gm, '')
    .replace(/^\s{0,3}[-*+]\s+(?=\S)/gm, '')
    .replace(/(\*\*|__)(?=\S)([^\n]{0,500}?\S)\1/g, '$2')
    .replace(/(?<![\p{L}\p{N}*])\*(?=\S)([^*\n]*\S)\*(?![\p{L}\p{N}*])/gu, '$1')
    .replace(/(?<![\p{L}\p{N}_])_(?=\S)([^_\n]*\S)_(?![\p{L}\p{N}_])/gu, '$1')

/** Just above the longest field of a row: the rest is not looked at, since the text is clamped or refused anyway. */
const MAX_LOOKED_AT = 6_000

/** Text of a model made fit to store: without thinking, markdown and what `plainText` removes. */
export const modelText = (text: string): string =>
  plainText(withoutMarkdown(withoutThinking(plainText(text.slice(0, MAX_LOOKED_AT)))))

/** A label that models put before what is said although the speaker has a field: «Диктор: …», "Voice-over: …". */
export const withoutLabel = (text: string): string =>
  text.replace(/^(?:диктор|закадровый голос|голос за кадром|гзк|voice[- ]?over|narrator|v\.?o\.?)\s*:\s*/iu, '')

/**
 * At most `max` UTF-16 units (so at most that many code points too, whichever is counted later), cut at a space where one
 * is near and never inside a character; the cut is shown by «…».
 */
export function clampText(text: string, max: number): string {
  if (text.length <= max) return text
  const cut = text.slice(0, max - 1).replace(LONE_SURROGATES, '')
  const space = cut.lastIndexOf(' ')
  return `${(space > max * 0.7 ? cut.slice(0, space) : cut).trimEnd()}…`
}
