/** What waits, by person. */
interface Turns<T> {
  /** @returns whether there was room for it */
  add(person: string, item: T): boolean
  /** The oldest item of the person whose turn it is; that person's next one waits until all others had theirs. */
  take(): T | undefined
  /** Of all people together. */
  waiting(): number
}

/** @param max items that may wait, of each person and of all */
export function createTurns<T>(max: { readonly each: number; readonly all: number }): Turns<T> {
  // In the order in which it is their turn; a person without anything that waits has no entry.
  const queues = new Map<string, T[]>()
  let waiting = 0
  return {
    waiting: () => waiting,
    add: (person, item) => {
      const theirs = queues.get(person) ?? []
      if (theirs.length >= max.each || waiting >= max.all) return false
      theirs.push(item)
      queues.set(person, theirs)
      waiting++
      return true
    },
    take: () => {
      const [person, theirs] = queues.entries().next().value ?? []
      if (person === undefined || !theirs) return undefined
      queues.delete(person)
      const [first, ...rest] = theirs
      if (rest.length > 0) queues.set(person, rest)
      waiting--
      return first
    },
  }
}
