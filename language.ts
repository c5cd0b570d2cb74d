/**
 * Languages of human texts, by primary subtag (BCP 47). Codes have none. A table of texts is a record by `Language` or `Texts`, one
 * for each language in this order: one more does not compile until every table has it.
 */
export const LANGUAGES = ['en', 'ru'] as const
export type Language = (typeof LANGUAGES)[number]

/** Where neither the request nor the profile names one of them. */
export const DEFAULT_LANGUAGE = 'en' satisfies Language

/** One text in every language. */
export type Texts = TextOfEach<typeof LANGUAGES>
type TextOfEach<List extends readonly unknown[]> = { readonly [Place in keyof List]: string }

/** A text in that language. */
export const textIn = (texts: Texts, language: Language): string => texts[LANGUAGES.indexOf(language)] as string

/** The language that a tag names (`ru`, `ru-RU`, `ru_RU` as operating systems write it), or undefined. */
export function languageOfTag(tag: string): Language | undefined {
  const primary = tag.toLowerCase().split(/[-_]/)[0]
  return LANGUAGES.find((language) => language === primary)
}

/** The language of a person whose profile has this locale. */
export const languageOfLocale = (locale: string | null): Language => languageOfTag(locale ?? '') ?? DEFAULT_LANGUAGE
