/** What was, what is and what was undone. */
export interface History<T> {
  readonly past: readonly T[]
  readonly now: T
  readonly future: readonly T[]
  /** What the newest change was made to: more changes to it are one with it. */
  readonly by: string | undefined
}

/** Steps back: a script of an hour held 200 times is its changed rows 200 times, the others are shared. */
const MOST = 200

export const begin = <T>(now: T): History<T> => ({ past: [], now, future: [], by: undefined })

/** Every state as another. */
export const mapped = <T>({ past, now, future }: History<T>, to: (state: T) => T): History<T> => ({
  past: past.map(to),
  now: to(now),
  future: future.map(to),
  by: undefined,
})

/** @param by what is typed into: letters that follow each other are undone together */
export function change<T>(history: History<T>, now: T, by?: string): History<T> {
  if (now === history.now) return history
  const goesOn = by !== undefined && by === history.by
  const past = goesOn ? history.past : [...history.past, history.now].slice(-MOST)
  return { past, now, future: [], by }
}

export function undo<T>({ past, now, future, by }: History<T>): History<T> {
  const before = past.at(-1)
  return before === undefined
    ? { past, now, future, by }
    : { past: past.slice(0, -1), now: before, future: [now, ...future], by: undefined }
}

export function redo<T>({ past, now, future, by }: History<T>): History<T> {
  const [next, ...rest] = future
  return next === undefined
    ? { past, now, future, by }
    : { past: [...past, now], now: next, future: rest, by: undefined }
}
