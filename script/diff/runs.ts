/** `length` entries from `a` on in one sequence are those from `b` on in the other. */
interface Run {
  readonly a: number
  readonly b: number
  readonly length: number
}

/** What stands between two places of each sequence. */
interface Window {
  readonly a0: number
  readonly a1: number
  readonly b0: number
  readonly b1: number
}

/**
 * Edits that are looked ahead. What differs by more is walked in steps of so many: each step takes the path that comes furthest and
 * goes on from there, so the time grows with length × this number, and no two texts are given up.
 */
const MAX_EDITS = 150

/** So many entries that stand in each sequence once hold it together where the rest has changed. */
const ANCHOR = 3

/**
 * What two sequences have in common, in the order of both: first by stretches that are unique in both (as "patience" diffs do), then,
 * between these, the fewest edits (E. Myers, An O(ND) Difference Algorithm, 1986). What only one of them has is left out before: it
 * cannot be common, and a text of new words alone costs nothing.
 * @returns pairs of places
 */
export function commonPlaces(a: Int32Array, b: Int32Array): { a: number; b: number }[] {
  const [inA, inB] = [new Set(a), new Set(b)]
  const places = (all: Int32Array, other: ReadonlySet<number>) =>
    Int32Array.from([...all.keys()].filter((i) => other.has(all[i]!)))
  const [atA, atB] = [places(a, inB), places(b, inA)]
  const shared = runsOf(
    atA.map((i) => a[i]!),
    atB.map((i) => b[i]!),
  )
  return shared.flatMap(({ a: i, b: k, length }) =>
    Array.from({ length }, (_, step) => ({ a: atA[i + step]!, b: atB[k + step]! })),
  )
}

function runsOf(a: Int32Array, b: Int32Array): Run[] {
  const runs: Run[] = []
  const between = ({ a0, a1, b0, b1 }: Window): void => {
    const from = { a: a0, b: b0 }
    while (a0 < a1 && b0 < b1 && a[a0] === b[b0]) {
      a0++
      b0++
    }
    if (a0 > from.a) runs.push({ ...from, length: a0 - from.a })
    const ends = { a: a1, b: b1 }
    while (a0 < a1 && b0 < b1 && a[a1 - 1] === b[b1 - 1]) {
      a1--
      b1--
    }
    const inner = { a0, a1, b0, b1 }
    const anchors = a1 - a0 + b1 - b0 > MAX_EDITS ? anchorsIn(a, b, inner) : []
    if (anchors.length === 0) walk(a, b, inner, runs)
    else {
      let at = { a: a0, b: b0 }
      for (const anchor of anchors) {
        between({ a0: at.a, a1: anchor.a, b0: at.b, b1: anchor.b })
        runs.push(anchor)
        at = { a: anchor.a + anchor.length, b: anchor.b + anchor.length }
      }
      between({ a0: at.a, a1, b0: at.b, b1 })
    }
    if (ends.a > a1) runs.push({ a: a1, b: b1, length: ends.a - a1 })
  }
  between({ a0: 0, a1: a.length, b0: 0, b1: b.length })
  return runs
}

/** Stretches of `ANCHOR` entries that stand once in each window, as many as keep their order, none over another. */
function anchorsIn(a: Int32Array, b: Int32Array, { a0, a1, b0, b1 }: Window): Run[] {
  const placesIn = (all: Int32Array, from: number, to: number) => {
    const places = new Map<string, number>()
    for (let i = from; i + ANCHOR <= to; i++) {
      const key = `${all[i]} ${all[i + 1]} ${all[i + 2]}`
      places.set(key, places.has(key) ? -1 : i)
    }
    return places
  }
  const there = placesIn(b, b0, b1)
  const shared: { a: number; b: number }[] = []
  for (const [key, place] of placesIn(a, a0, a1)) {
    const other = there.get(key)
    if (place >= 0 && other !== undefined && other >= 0) shared.push({ a: place, b: other })
  }
  shared.sort((x, y) => x.a - y.a)
  const kept = longestRising(shared.map((pair) => pair.b))
  const anchors: Run[] = []
  let free = { a: a0, b: b0 }
  for (const [i, pair] of shared.entries())
    if (kept.has(i) && pair.a >= free.a && pair.b >= free.b) {
      anchors.push({ ...pair, length: ANCHOR })
      free = { a: pair.a + ANCHOR, b: pair.b + ANCHOR }
    }
  return anchors
}

/** Places of a longest rising subsequence: what kept its order, where everything else has moved. */
export function longestRising(numbers: readonly number[]): Set<number> {
  const tails: number[] = []
  const before: number[] = []
  for (const [i, number] of numbers.entries()) {
    let [low, high] = [0, tails.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (numbers[tails[middle]!]! < number) low = middle + 1
      else high = middle
    }
    before[i] = low > 0 ? tails[low - 1]! : -1
    tails[low] = i
  }
  const kept = new Set<number>()
  for (let i = tails.at(-1) ?? -1; i >= 0; i = before[i]!) kept.add(i)
  return kept
}

/** The fewest edits, in steps of `MAX_EDITS`. */
function walk(a: Int32Array, b: Int32Array, window: Window, runs: Run[]): void {
  let { a0, b0 } = window
  while (a0 < window.a1 && b0 < window.b1) {
    const step = furthest(a.subarray(a0, window.a1), b.subarray(b0, window.b1))
    for (const run of step.runs) runs.push({ a: a0 + run.a, b: b0 + run.b, length: run.length })
    a0 += step.a
    b0 += step.b
  }
}

/** How far `MAX_EDITS` edits come from the beginning of both, and what is the same on the way. */
function furthest(a: Int32Array, b: Int32Array): { a: number; b: number; runs: Run[] } {
  const [n, m] = [a.length, b.length]
  const max = Math.min(n + m, MAX_EDITS)
  const reach = new Int32Array(2 * max + 3)
  const at = (k: number) => k + max + 1
  const steps: Int32Array[] = []
  let best = { k: 0, d: 0, sum: -1 }
  for (let d = 0; d <= max && best.sum < n + m; d++) {
    for (let k = -d; k <= d; k += 2) {
      const down = k === -d || (k !== d && reach[at(k - 1)]! < reach[at(k + 1)]!)
      let x = down ? reach[at(k + 1)]! : reach[at(k - 1)]! + 1
      while (x < n && x - k < m && a[x] === b[x - k]) x++
      reach[at(k)] = x
      const sum = 2 * x - k
      // Beyond an end there is nothing to go on from.
      if (x <= n && x - k <= m && sum > best.sum) best = { k, d, sum }
    }
    steps.push(reach.slice(at(-d) - 1, at(d) + 2))
  }
  return { a: (best.sum + best.k) / 2, b: (best.sum - best.k) / 2, runs: pathTo(best, steps) }
}

/** The way back from where `d` edits came on diagonal `k`: its runs, in order. `steps[d]` holds the reach of diagonals -d-1 to d+1. */
function pathTo({ k, d, sum }: { k: number; d: number; sum: number }, steps: readonly Int32Array[]): Run[] {
  const runs: Run[] = []
  let x = (sum + k) / 2
  for (; d > 0; d--) {
    const reach = steps[d - 1]!
    const of = (diagonal: number) => reach[diagonal + d]!
    const down = k === -d || (k !== d && of(k - 1) < of(k + 1))
    const from = down ? of(k + 1) : of(k - 1) + 1
    if (x > from) runs.push({ a: from, b: from - k, length: x - from })
    k += down ? 1 : -1
    x = of(k)
  }
  if (x > 0) runs.push({ a: 0, b: 0, length: x })
  return runs.reverse()
}
