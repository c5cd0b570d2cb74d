import { inLanguage } from '../../words.ts'

export const w = inLanguage({
  en: {
    ai: 'written by a model',
    human: 'written by a person',
    print: 'Print',
    prompter: 'Teleprompter',
    restore: 'restored',
    withNow: 'Compare with the current one',
  },
  ru: {
    ai: 'написала модель',
    human: 'написал человек',
    print: 'Печать',
    prompter: 'Телесуфлёр',
    restore: 'возвращена',
    withNow: 'Сравнить с текущей',
  },
})
