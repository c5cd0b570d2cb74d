type Place = { readonly a: number; readonly b: number }

/**
 * Without what two texts share by chance: a comma or an «и» between two long stretches that differ is no part of either that stayed,
 * and would only cut them into shreds. A stretch of n words stays beside a change of at most 2n, one of marks alone beside a single
 * word.
 * @param isWord whether the entry of the first text at this place is a word, not a mark
 * @param ends how many entries each text has
 */
export function withoutChance(
  places: readonly Place[],
  ends: Place,
  isWord: (place: number) => boolean,
): readonly Place[] {
  const runs = stretches(places)
  const kept: Place[] = []
  let at: Place = { a: 0, b: 0 }
  for (const [i, run] of runs.entries()) {
    const [first, last] = [run[0]!, run.at(-1)!]
    const next = runs[i + 1]?.[0] ?? ends
    const before = Math.max(first.a - at.a, first.b - at.b)
    const after = Math.max(next.a - last.a, next.b - last.b) - 1
    const words = run.filter((place) => isWord(place.a)).length
    if (Math.min(before, after) <= Math.max(1, words * 2)) kept.push(...run)
    else continue
    at = { a: last.a + 1, b: last.b + 1 }
  }
  return kept
}

/** Neighbours in both texts together. */
function stretches(places: readonly Place[]): Place[][] {
  const runs: Place[][] = []
  for (const place of places) {
    const last = runs.at(-1)?.at(-1)
    if (last && place.a === last.a + 1 && place.b === last.b + 1) runs.at(-1)!.push(place)
    else runs.push([place])
  }
  return runs
}
