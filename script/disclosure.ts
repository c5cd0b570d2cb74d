import type { DraftScene, Kind } from './script.ts'

/** What the law wants on the screen of an advertisement (38-FZ, art. 18.1), with slots that only its author can fill. */
const MARKS = {
  ru: { text: 'Реклама. Рекламодатель: ________. erid: ________', visual: 'Поверх кадра: плашка с пометкой «Реклама»' },
  en: { text: 'Ad. Sponsored by ________', visual: 'Over the picture: a caption that says “Ad”' },
}

export const needsDisclosure = (kind: Kind): boolean => kind === 'ad' || kind === 'integration'

/** The mark for a script of this kind, or null when it needs none. */
export const disclosureOf = (kind: Kind, language: string): string | null =>
  needsDisclosure(kind) ? MARKS[language.toLowerCase().startsWith('ru') ? 'ru' : 'en'].text : null

/**
 * The scenes with a row that marks the advertisement, at the end of the first one. Put in by code: a model forgets it, or invents an
 * advertiser. Scenes that show the mark already stay as they are.
 */
export function withDisclosure(scenes: readonly DraftScene[], kind: Kind, language: string): DraftScene[] {
  const text = disclosureOf(kind, language)
  const [first, ...rest] = scenes
  const marked = scenes.some(({ rows }) => rows.some((r) => /(?<!\p{L})erid(?!\p{L})/iu.test(r.on_screen_text ?? '')))
  if (text === null || !first || marked) return [...scenes]
  const { visual } = MARKS[language.toLowerCase().startsWith('ru') ? 'ru' : 'en']
  return [{ ...first, rows: [...first.rows, { visual, audio: [], on_screen_text: text, duration_s: 1 }] }, ...rest]
}
