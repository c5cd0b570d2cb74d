/** What the law asks of an advertisement, a word each; the table of `ad-law.ts` says what and where. */
export const LAW_IDS = [
  'mark',
  'mark_en',
  'credit',
  'credit_terms',
  'supplement',
  'medicine',
  'alcohol',
  'energy_drink',
  'betting',
  'blocked_platform',
  'foreign_words',
] as const
export type LawId = (typeof LAW_IDS)[number]
