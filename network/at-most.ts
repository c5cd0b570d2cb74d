/** Does the work when there is room, in the order of the calls of its key. What waits costs nothing but memory. */
type Limiter = <T>(key: string, work: () => Promise<T>) => Promise<T>

/**
 * Holds calls to others apart: so many at a time in all, and fewer to each, so that one that answers slowly has not all of them.
 * @param all at a time @param each at a time for one key
 */
export function atMost(all: number, each: number): Limiter {
  const running = new Map<string, number>()
  const waiting: { readonly key: string; readonly begin: () => void }[] = []
  let total = 0
  const hasRoom = (key: string) => total < all && (running.get(key) ?? 0) < each
  const count = (key: string, by: 1 | -1) => {
    total += by
    const left = (running.get(key) ?? 0) + by
    if (left > 0) running.set(key, left)
    else running.delete(key)
  }
  const next = () => {
    const index = waiting.findIndex(({ key }) => hasRoom(key))
    const [first] = index < 0 ? [] : waiting.splice(index, 1)
    if (!first) return
    count(first.key, 1)
    first.begin()
  }
  return async (key, work) => {
    if (hasRoom(key)) count(key, 1)
    else await new Promise<void>((begin) => waiting.push({ key, begin }))
    try {
      return await work()
    } finally {
      count(key, -1)
      next()
    }
  }
}
