import { inLanguage } from '../../words.ts'

export const w = inLanguage({
  en: { attempt: 'attempt', isWritten: 'is being written', took: 'in', waits: 'The first words come in a moment.' },
  ru: { attempt: 'попытка', isWritten: 'пишется', took: 'за', waits: 'Первые слова появятся через мгновение.' },
})
