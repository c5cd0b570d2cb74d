/** What one thing of a script was and is; without `was` it is new, without `is` it is gone. */
export interface Pair<T> {
  readonly was?: T
  readonly is?: T
}

/** How things without a common id are told to be the same. */
export interface Likeness<T> {
  /** Things of the same text are the same. */
  text(thing: T): string
  /** Words (or other marks) by which a changed one is known again. */
  words(thing: T): readonly string[]
  /** Preferred among several that are alike. */
  near(was: T, is: T): boolean
}

/** Things that share less than this (0..1, of the weight of their words) are different ones. */
const MIN_LIKENESS = 0.5
/** The same of things that stand in the same place, which are more likely to be one. */
const MIN_LIKENESS_NEAR = 0.3
/** A word of more things than these tells nothing of any of them. */
const MAX_HOLDERS = 30

/**
 * Which of the old things became which new one: by id, then by the same text, then by what their rare words have in common. An editor
 * that sends a script back without ids, or a model that writes it anew, so removes and adds only what it did.
 */
export function pairUp<T extends { readonly id: string }>(
  before: readonly T[],
  after: readonly T[],
  likeness: Likeness<T>,
): Pair<T>[] {
  const wasOf = new Map<T, T>()
  const old = new Set(before)
  const join = (is: T, was: T) => {
    wasOf.set(is, was)
    old.delete(was)
  }
  const fresh = () => after.filter((is) => !wasOf.has(is))

  const byId = new Map(before.map((was) => [was.id, was]))
  for (const is of after) {
    const was = byId.get(is.id)
    if (was && old.has(was)) join(is, was)
  }
  const byText = Map.groupBy(old, likeness.text)
  for (const nearOnly of [true, false])
    for (const is of fresh()) {
      const same = byText.get(likeness.text(is)) ?? []
      const was = same.find((one) => old.has(one) && (!nearOnly || likeness.near(one, is)))
      if (was) join(is, was)
    }
  for (const { was, is } of alike({ before, after }, [...old], fresh(), likeness))
    if (old.has(was) && !wasOf.has(is)) join(is, was)

  return [
    ...after.map((is) => {
      const was = wasOf.get(is)
      return was ? { was, is } : { is }
    }),
    ...before.filter((was) => old.has(was)).map((was) => ({ was })),
  ]
}

/**
 * Pairs that are alike enough, the most alike first (Dice's coefficient). Words weigh by how rare they are in the whole script: a picture
 * that every row has makes no two of them alike.
 */
function alike<T>(
  script: { readonly before: readonly T[]; readonly after: readonly T[] },
  before: readonly T[],
  after: readonly T[],
  likeness: Likeness<T>,
): { was: T; is: T }[] {
  if (before.length === 0 || after.length === 0) return []
  const numbers = new Map<string, number>()
  const bag = (thing: T): number[] => {
    const words = new Set(likeness.words(thing))
    return Array.from(words, (word) => {
      const number = numbers.get(word) ?? numbers.size
      numbers.set(word, number)
      return number
    })
  }
  const bags = new Map([...script.before, ...script.after].map((thing) => [thing, bag(thing)]))
  const bagsOf = (things: readonly T[]) => things.map((thing) => bags.get(thing) ?? [])
  const heldBy = (things: readonly T[]): number[][] => {
    const held = Array.from(numbers, (): number[] => [])
    for (const [i, words] of bagsOf(things).entries()) for (const word of words) held[word]!.push(i)
    return held
  }
  const everywhere = [heldBy(script.before), heldBy(script.after)] as const
  const most = Math.max(script.before.length, script.after.length)
  const weights = everywhere[0].map((held, word) =>
    Math.log((most + 1) / Math.max(held.length, everywhere[1][word]!.length)),
  )
  const total = (words: readonly number[]) => words.reduce((sum, word) => sum + weights[word]!, 0)
  const [old, now] = [bagsOf(before), bagsOf(after)]
  const [totalOld, totalNow] = [old.map(total), now.map(total)]
  const inOld = heldBy(before)
  const places = [...before.keys()]
  const shared = new Float64Array(before.length)
  const found = now.flatMap((words, k) => {
    shared.fill(0)
    for (const word of words) {
      const held = inOld[word]!
      if (held.length <= MAX_HOLDERS) for (const i of held) shared[i]! += weights[word]!
    }
    const score = (i: number) => (2 * shared[i]!) / (totalOld[i]! + totalNow[k]!)
    const isAlike = (i: number) =>
      score(i) >= MIN_LIKENESS || (score(i) >= MIN_LIKENESS_NEAR && likeness.near(before[i]!, after[k]!))
    return places.filter(isAlike).map((i) => ({ i, k, score: score(i) }))
  })
  const preferred = (pair: { i: number; k: number; score: number }) =>
    pair.score + (likeness.near(before[pair.i]!, after[pair.k]!) ? 0.1 : 0)
  return found
    .toSorted((x, y) => preferred(y) - preferred(x) || x.k - y.k || x.i - y.i)
    .map(({ i, k }) => ({ was: before[i]!, is: after[k]! }))
}
