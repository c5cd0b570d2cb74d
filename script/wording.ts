import { fold } from './fold.ts'

/** Endings that Russian and English words change by, longest first. Coarse on purpose: it is for finding, not for grammar. */
const ENDINGS =
  /(?:иями|ями|ами|ого|его|ому|ему|ыми|ими|ешь|ить|ать|ять|еть|ая|яя|ое|ее|ые|ие|ый|ий|ой|ую|юю|ов|ев|ей|ам|ям|ах|ях|ом|ем|ия|ию|ии|ть|у|ю|а|я|о|е|ы|и|ь|й|ing|ed|es|s|e)$/u

/**
 * Endings that a form of the word may have in a text. A list, not any few letters: «самый» is not in «самовар», nor «кота» in «котангенс».
 * Verbs have more of them than `ENDINGS`, which would take the end of nouns with them (школа).
 */
const INFLECTION =
  '(?:иями|ями|ами|ого|его|ому|ему|ыми|ими|[еи]шь|[еи]те|[аияе]ть|[аияе]л[аио]?|у?[еёию]т|[уюая]т|[аяоеыи][яеймх]|[ую]ю|[оеё]ю|[оеё]в|ию|ии|л[аио]?|ть|[уюаяоеёыиьй]|ing|ed|e?s|e)(?:ся|сь)?'

/** The part of a word that stays, at least 3 letters of it. */
function stem(word: string): string {
  const stemmed = word.replace(ENDINGS, '')
  return stemmed.length >= 3 ? stemmed : word
}

const escape = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/**
 * A pattern for the forms of a word or phrase in a text that was folded: word borders by `\p{L}`, since `\b` knows ASCII only;
 * the endings of a form after each stem. `undefined` for a phrase without letters and digits.
 */
function pattern(phrase: string): RegExp | undefined {
  const words = fold(phrase).match(/[\p{L}\p{N}]+/gu)
  if (!words) return undefined
  const forms = words.map((w) => (stem(w) === w && w.length < 4 ? escape(w) : `${escape(stem(w))}(?:${INFLECTION})?`))
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

/** Words that have a sign of their own: «1 990 ₽» says the same as «1990 рублей». */
const SIGNS: readonly (readonly [RegExp, string])[] = [
  [/(?<!\p{L})(?:рубл\p{L}{1,4}|руб|rubles?)(?!\p{L})/gu, '₽'],
  [/(?<!\p{L})(?:процент\p{L}{0,3}|per ?cent)(?!\p{L})/gu, '%'],
  [/(?<!\p{L})(?:доллар\p{L}{0,3}|dollars?)(?!\p{L})/gu, '$'],
  [/(?<!\p{L})(?:евро|euros?)(?!\p{L})/gu, '€'],
]
const signed = (text: string): string =>
  SIGNS.reduce(
    (signs, [word, sign]) => signs.replace(word, sign.replace('$', '$$$$')),
    // Thousands are one number however they are grouped.
    fold(text).replace(/(?<=\d)[ \u00a0\u2009\u202f,](?=\d{3}(?!\d))/g, ''),
  )

/** The stems of a text's words of three letters and more, its numbers and signs of money: for comparing what texts are about. */
export const stems = (text: string): string[] => [
  ...new Set(
    (signed(text).match(/[\p{L}\p{N}]+|[₽%$€]/gu) ?? [])
      .filter((w) => w.length >= 3 || /[\p{N}₽%$€]/u.test(w))
      .map(stem),
  ),
]
