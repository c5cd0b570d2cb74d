/** The two languages that texts are read aloud in and that the demo provider writes. */
export type SpokenLanguage = 'ru' | 'en'

/**
 * The language of a text by its letters: Russian when at least 30 % of them are Cyrillic. Not 50 %, because Russian briefs
 * are full of Latin brands, URLs and terms, while English ones hardly ever hold a Cyrillic word.
 */
export function detectLanguage(text: string): SpokenLanguage {
  const cyrillic = text.match(/\p{Script=Cyrillic}/gu)?.length ?? 0
  const latin = text.match(/\p{Script=Latin}/gu)?.length ?? 0
  return cyrillic > 0 && cyrillic / (cyrillic + latin) >= 0.3 ? 'ru' : 'en'
}

/** The language to read a text in: the one that a tag such as `ru-RU` names, else the one that the text shows. */
export function spokenLanguage(tag: string | undefined, text: string): SpokenLanguage {
  const primary = tag?.toLowerCase().split(/[-_]/)[0]
  return primary === 'ru' || primary === 'en' ? primary : detectLanguage(text)
}
