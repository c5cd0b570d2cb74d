/** Netflix's timed text style guides: characters of a line and characters a second, in Russian and in other languages (English). */
const LIMITS = {
  ru: { line: 39, perSecond: 17 },
  other: { line: 42, perSecond: 20 },
} as const
export type Limits = (typeof LIMITS)[keyof typeof LIMITS]
export const limitsOf = (language: string): Limits =>
  language.toLowerCase().startsWith('ru') ? LIMITS.ru : LIMITS.other

/** Before each of two speakers in one subtitle: a part of its line. */
export const DASH = '– '

export const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' })
/** What people count as characters. */
export const lengthOf = (text: string): number => {
  if (/^[\x20-\x7e\u00a0-\u02ff\u0400-\u04ff\u2010-\u203a]*$/.test(text)) return text.length
  let n = 0
  for (const _ of graphemes.segment(text)) n++
  return n
}
