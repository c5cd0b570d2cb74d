import { isSpoken, type Row } from '../script.ts'
import { claimsIn, heldBy, type Claim } from './claims.ts'

/** Facts that are kept with a script, and characters of each: more than a brief has. */
const MAX_FACTS = 300
const MAX_FACT = 200

/** What texts state exactly, in their words and once each. */
export const factsIn = (texts: readonly string[]): string[] =>
  [...new Set(texts.flatMap(claimsIn).map(wordsOf))].slice(0, MAX_FACTS)

/** A house keeps the word for it: its number alone would allow «5 лет». */
const wordsOf = ({ text, unit }: Claim): string => (unit === 'house' ? `дом ${text}` : text).slice(0, MAX_FACT)

interface Written {
  readonly rows: readonly Pick<Row, 'audio' | 'on_screen_text'>[]
}
const textsOf = (scenes: readonly Written[]): string[] =>
  scenes
    .flatMap(({ rows }) => rows)
    .flatMap((row) => [row.on_screen_text ?? '', ...row.audio.filter(isSpoken).map(({ text }) => text)])

/**
 * The facts of a script after a person has written it: what the person put in is the person's word. What stood there before, invented
 * by a model perhaps, stays unknown until somebody writes it anew.
 * @param known null: nobody ordered the script, and nothing is compared
 */
export function withAuthorsFacts(
  known: readonly string[] | null,
  before: readonly Written[],
  now: readonly Written[],
): string[] | null {
  if (known === null) return null
  const stood = heldBy(textsOf(before))
  const added = textsOf(now)
    .flatMap(claimsIn)
    .filter((claim) => !stood(claim))
  return [...new Set([...known, ...added.map(wordsOf)])].slice(0, MAX_FACTS)
}
