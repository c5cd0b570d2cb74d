import { mentionsAny, stems } from '../wording.ts'
import { claimsIn, heldBy, type Claim } from './claims.ts'
import { namesIn } from './names.ts'

/** Share of a phrase's words that make it said: people do not repeat a brief word for word. */
export const MIN_SAID = 0.6

/** A number with its unit, a code or an address weighs as much as two words. */
const WEIGHT = 2

/** A text as phrases are looked for in it: worked out once, however many phrases there are. */
export interface Heard {
  readonly text: string
  readonly stems: ReadonlySet<string>
  /** Whether it states this too. */
  readonly states: (claim: Claim) => boolean
}

export function heard(text: string): Heard {
  let states: Heard['states'] | undefined
  return {
    text,
    stems: new Set(stems(text)),
    states: (claim) => (states ??= heldBy([text]))(claim),
  }
}

/**
 * How much (0..1) of a phrase a text says: its words in any form, and every number, price, code, address and name of it exactly.
 * «Гарантия 5 лет» has half the words of «гарантия 10 лет» and says the contrary: where something exact is missing, the phrase is
 * not said, whatever the rest.
 */
export function shareSaid(phrase: string): (by: Heard) => number {
  const exact = claimsIn(phrase).filter(({ kind }) => kind !== 'superlative')
  // «24 часа» may be said as «двадцать четыре часа»: what is compared exactly is not compared by its words.
  const words = stems(exact.reduce((rest, { text }) => rest.replace(text, ' '), phrase))
  const names = namesIn(phrase).map((name) => mentionsAny([name]))
  const whole = words.length + exact.length * WEIGHT
  return ({ text, stems: held, states }) => {
    const said = words.filter((stem) => held.has(stem)).length
    // Most texts hold none of the words: what is exact need not be looked for in them.
    if (whole > 0 && said + exact.length * WEIGHT < whole * MIN_SAID) return said / whole
    const kept = exact.filter(states).length
    const share = whole === 0 ? 1 : (said + kept * WEIGHT) / whole
    const isExact = kept === exact.length && names.every((isNamed) => isNamed(text))
    return isExact ? share : Math.min(share, MIN_SAID - 0.1)
  }
}
