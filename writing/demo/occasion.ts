import type { SpokenLanguage } from '../../script/language.ts'

/** What a film of no kind is made for. Undefined: nobody knows, and an invitation's lines fit most. */
export type Occasion = 'instruction' | 'quiet'

const WORDS: Readonly<Record<SpokenLanguage, readonly (readonly [Occasion, RegExp])[]>> = {
  ru: [
    ['quiet', /прощан|памят[иь]|поминк|проводы|уходит на пенсию|поздравлени|годовщин|благодарност|спасибо/iu],
    ['instruction', /инструктаж|инструкци|безопасност|правила|первый день|новичк|новых сотрудник|стажёр|стажер/iu],
  ],
  en: [
    ['quiet', /farewell|memorial|obituary|retir(?:es|ing|ement)|in memory|thank-you|anniversary|congratulat/iu],
    [
      'instruction',
      /safety|instruction|rules of|first day|newcomer|new (?:staff|hires)|interns?(?!\p{L})|what to do when/iu,
    ],
  ],
}

export const occasionOf = (brief: string, language: SpokenLanguage): Occasion | undefined =>
  WORDS[language].find(([, pattern]) => pattern.test(brief))?.[0]
