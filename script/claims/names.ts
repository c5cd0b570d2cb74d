import { fold } from '../fold.ts'

const WORD = /[\p{L}\p{N}]+(?:[-'’][\p{L}\p{N}]+)*/gu
const isCapital = (word: string): boolean => /^\p{Lu}/u.test(word)

/**
 * Words of a phrase that are names: with a capital where no sentence begins, in quotation marks, or of another alphabet in a Russian
 * phrase. A capital at the beginning counts when the next word has one too («Анна Петрова»).
 */
export function namesIn(phrase: string): string[] {
  const words = [...phrase.matchAll(WORD)]
  const russian = /\p{Script=Cyrillic}/u.test(phrase)
  const quoted = [...phrase.matchAll(/[«"“„]([^«»"“”„]{2,60})[»"”]/gu)].flatMap(
    ([, inside]) => inside!.match(WORD) ?? [],
  )
  const found = words.flatMap(({ 0: word, index }, i) => {
    if (/\d/.test(word)) return []
    if (russian && /^[A-Za-z][\w'’-]+$/.test(word)) return [word]
    if (!isCapital(word)) return []
    const begins = i === 0 || /[.!?:]\s*[«"“„]?$/u.test(phrase.slice(0, index))
    const next = words[i + 1]?.[0]
    return begins && !(next && isCapital(next)) ? [] : [word]
  })
  const seen = new Set<string>()
  // "I" and the like are no names.
  return [...quoted, ...found].filter((word) => word.length > 1 && !seen.has(fold(word)) && seen.add(fold(word)))
}
