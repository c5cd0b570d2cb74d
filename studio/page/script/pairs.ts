import type { Row } from './script.ts'

/** A row as it is written, before the API has given it an id. */
export type NewRow = Omit<Row, 'id'>
/** What a row is now, and what it would become; one of the two may not be there. */
export interface Pair {
  readonly was?: Row
  readonly is?: NewRow
}

const wordsOf = ({ visual, audio, on_screen_text }: NewRow): Set<string> =>
  new Set(
    [visual, ...audio.map(({ text }) => text), on_screen_text ?? '']
      .join(' ')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu),
  )

/** Common words among all words, 0 to 1; rows that stand at the same place are a little more alike. */
function likeness(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const common = [...a].filter((word) => b.has(word)).length
  return common / (a.size + b.size - common || 1)
}
/** Two rows at one place of their scenes are worth comparing even without a common word; a pair is better than two halves. */
const PAIRED = 0.05

/** Rows before beside rows after, in both orders: the sum of likenesses is the greatest there is. */
export function pairRows(before: readonly Row[], after: readonly NewRow[]): Pair[] {
  const [was, is] = [before.map(wordsOf), after.map(wordsOf)]
  const worth = (i: number, j: number): number => likeness(was[i] ?? new Set(), is[j] ?? new Set()) + PAIRED
  // best[i][j]: of the rows from i and j on.
  const best = Array.from({ length: before.length + 1 }, () => Array<number>(after.length + 1).fill(0))
  const of = (i: number, j: number): number => best[i]?.[j] ?? 0
  for (let i = before.length - 1; i >= 0; i -= 1)
    for (let j = after.length - 1; j >= 0; j -= 1)
      best[i]![j] = Math.max(of(i + 1, j), of(i, j + 1), of(i + 1, j + 1) + worth(i, j))
  const pairs: Pair[] = []
  let [i, j] = [0, 0]
  while (i < before.length || j < after.length) {
    const [a, b] = [before[i], after[j]]
    if (a && b && of(i, j) === of(i + 1, j + 1) + worth(i, j)) {
      pairs.push({ was: a, is: b })
      i += 1
      j += 1
    } else if (a && (!b || of(i, j) === of(i + 1, j))) {
      pairs.push({ was: a })
      i += 1
    } else if (b) {
      pairs.push({ is: b })
      j += 1
    }
  }
  return pairs
}

export type Pick = 'was' | 'is'

/** What is marked on the screen and spoken by nobody may be there because a law wants it: it goes only when somebody says so. */
const isMark = ({ audio, on_screen_text }: NewRow): boolean =>
  on_screen_text !== null && audio.every(({ text }) => text === '')
export const proposed = ({ was, is }: Pair): Pick => (was && !is && isMark(was) ? 'was' : 'is')

/** The rows that were picked. One that replaces another keeps its id, so that comments stay with it. */
export const picked = (pairs: readonly Pair[], picks: readonly Pick[], newId: (i: number) => string): Row[] =>
  pairs.flatMap(({ was, is }, i) => {
    if (picks[i] === 'was') return was ?? []
    return is ? { ...is, id: was?.id ?? newId(i) } : []
  })
