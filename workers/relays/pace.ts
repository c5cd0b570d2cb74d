/** How many are started side by side by a server of which nothing is known: one that just came back has much else to do. */
const FIRST = 8

export interface Pace {
  /** How many may be taken now. */
  size(): number
  /** Notes how what was taken went: twice as many the next time, or few again. */
  went(well: boolean): void
}

/**
 * Finds out how much a server bears, from few to `max`, as TCP does it by its slow start (RFC 5681, 3.1). Of starts that are more than it
 * bears in their deadline those that came first would be put off, and what came later would overtake them.
 */
export function createPace(max: number): Pace {
  let size = FIRST
  return {
    size: () => size,
    went: (well) => void (size = well ? Math.min(max, size * 2) : FIRST),
  }
}
