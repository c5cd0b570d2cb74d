import { spokenWords } from '../remarks.ts'
import { isSpoken } from '../script.ts'
import type { TimedRow } from '../timeline.ts'

/** What is said in a row, in order; remarks and pauses are not. */
export const spokenOf = ({ row }: TimedRow): string =>
  row.audio
    .filter(isSpoken)
    .map((a) => spokenWords(a.text))
    .join(' ')

/** What a viewer reads or hears in words in a row. */
export const wordsOf = (timed: TimedRow): string => `${spokenOf(timed)} ${timed.row.on_screen_text ?? ''}`.trim()
