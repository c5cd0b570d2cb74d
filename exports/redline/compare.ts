import type { Language } from '../../language.ts'
import { diffVersions } from '../../script/diff/diff.ts'
import { toRedlineHtml } from './html.ts'
import { toRedlineMarkdown } from './markdown.ts'
import { redline, type Compared } from './redline.ts'

export const COMPARISON_FORMATS = ['json', 'html', 'md'] as const
export type ComparisonFormat = (typeof COMPARISON_FORMATS)[number]

/** Two versions to compare, and how it is to be written. `language` is that of the reader. */
export interface CompareWork {
  readonly compared: Compared
  readonly format: ComparisonFormat
  readonly language: Language
}

/** What changed between two versions, as text. */
export function compare({ compared, format, language }: CompareWork): string {
  const { from, to, before, after } = compared
  if (format === 'json') return JSON.stringify({ from, to, ...diffVersions(before, after) })
  const laid = redline(compared, language)
  return format === 'html' ? toRedlineHtml(laid) : toRedlineMarkdown(laid)
}
