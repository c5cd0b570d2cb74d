import { fold } from './fold.ts'

/** Endings that Russian and English words change by, longest first. Coarse on purpose: it is for finding, not for grammar. */
const ENDINGS =
  /(?:иями|ями|ами|ого|его|ому|ему|ыми|ими|ешь|ить|ать|ять|еть|ая|яя|ое|ее|ые|ие|ый|ий|ой|ую|юю|ов|ев|ей|ам|ям|ах|ях|ом|ем|ия|ию|ии|ть|у|ю|а|я|о|е|ы|и|ь|й|ing|ed|es|s|e)$/u

/** The part of a word that stays, at least 3 letters of it. */
function stem(word: string): string {
  const stemmed = word.replace(ENDINGS, '')
  return stemmed.length >= 3 ? stemmed : word
}

const escape = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/**
 * A pattern for the forms of a word or phrase in a text that was folded: word borders by `\p{L}`, since `\b` knows ASCII only;
 * up to 4 more letters after each stem. `undefined` for a phrase without letters and digits.
 */
function pattern(phrase: string): RegExp | undefined {
  const words = fold(phrase).match(/[\p{L}\p{N}]+/gu)
  if (!words) return undefined
  const forms = words.map((w) => (stem(w) === w && w.length < 4 ? escape(w) : `${escape(stem(w))}\\p{L}{0,4}`))
  return new RegExp(`(?<![\\p{L}\\p{N}])${forms.join('[^\\p{L}\\p{N}]+')}(?![\\p{L}\\p{N}])`, 'u')
}

/** A test whether a text has any of these words or phrases, in any of their forms («скидка» finds «скидкой»). */
export function mentionsAny(phrases: readonly string[]): (text: string) => boolean {
  const patterns = phrases.flatMap((p) => pattern(p) ?? [])
  return (text) => patterns.length > 0 && patterns.some((p) => p.test(fold(text)))
}

/** What a text has of these words and phrases, in the forms it has them, folded. */
export function findMentions(phrases: readonly string[]): (text: string) => string[] {
  const patterns = phrases.flatMap((p) => pattern(p) ?? [])
  return (text) => {
    const folded = fold(text)
    return patterns.flatMap((p) => p.exec(folded)?.[0] ?? [])
  }
}

/** The stems of a text's words of three letters and more, for comparing what texts are about. */
export const stems = (text: string): string[] => [
  ...new Set((fold(text).match(/[\p{L}\p{N}]+/gu) ?? []).filter((w) => w.length >= 3 || /\p{N}/u.test(w)).map(stem)),
]
