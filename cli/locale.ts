import { DEFAULT_LANGUAGE, languageOfTag, textIn, type Texts } from '../language.ts'

/** The language of who sits at the terminal, by LC_ALL, LC_MESSAGES or LANG, as the runtime reads them. */
const TERMINAL = languageOfTag(Intl.DateTimeFormat().resolvedOptions().locale) ?? DEFAULT_LANGUAGE

/** A text in the language of the terminal. */
export const here = (texts: Texts): string => textIn(texts, TERMINAL)
