import { languageOfTag, type Language } from '../language.ts'

/** A language that texts are read aloud in and that the demo provider writes: each that people are spoken to in. */
export type SpokenLanguage = Language

const [CYRILLIC, LATIN] = [1, 2]
const scriptOf = (character: string): number =>
  /^\p{Script=Cyrillic}$/u.test(character) ? CYRILLIC : /^\p{Script=Latin}$/u.test(character) ? LATIN : 0
/** Scripts of the first blocks, the Cyrillic ones included: a text of 200,000 letters is looked at several times while a request waits. */
const FIRST = Uint8Array.from({ length: 0x530 }, (_, code) => scriptOf(String.fromCharCode(code)))

/** How many letters of each script a text has. */
export function lettersIn(text: string): { readonly cyrillic: number; readonly latin: number } {
  const counts = [0, 0, 0]
  for (let i = 0; i < text.length; i++) {
    const code = text.codePointAt(i)!
    counts[FIRST[code] ?? scriptOf(String.fromCodePoint(code))]!++
    if (code > 0xffff) i++
  }
  return { cyrillic: counts[CYRILLIC]!, latin: counts[LATIN]! }
}

/**
 * The language of a text by its letters: Russian when at least 30 % of them are Cyrillic. Not 50 %, because Russian briefs
 * are full of Latin brands, URLs and terms, while English ones hardly ever hold a Cyrillic word.
 */
export function detectLanguage(text: string): SpokenLanguage {
  const { cyrillic, latin } = lettersIn(text)
  return cyrillic > 0 && cyrillic / (cyrillic + latin) >= 0.3 ? 'ru' : 'en'
}

/** The language to read a text in: the one that a tag such as `ru-RU` names, else the one that the text shows. */
export function spokenLanguage(tag: string | undefined, text: string): SpokenLanguage {
  return languageOfTag(tag ?? '') ?? detectLanguage(text)
}
