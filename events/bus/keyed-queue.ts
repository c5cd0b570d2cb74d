/** Gives the task's turn to others until what it waits for is there, however that ends. */
export type Yield = <T>(wait: Promise<T>) => Promise<T>

export interface KeyedQueue {
  /**
   * Runs after all earlier tasks of the same key, beside those of other keys. Resolves when it has a place to wait in, not when it is
   * done.
   */
  add(key: string, task: (yielding: Yield) => Promise<void>): Promise<void>
  /** Resolves when nothing is under way. */
  idle(): Promise<void>
}

/**
 * A queue for each key: tasks of a key one after the other, keys beside each other. Bounded twice: by what runs, and by what waits, so
 * that a key that is stuck holds up others only when it alone has filled the capacity.
 * @param limits.capacity tasks that run or wait
 */
export function createKeyedQueue({ concurrency, capacity }: { concurrency: number; capacity: number }): KeyedQueue {
  const tails = new Map<string, Promise<void>>()
  const blocked: (() => void)[] = []
  let inside = 0
  let free = concurrency
  const queue: (() => void)[] = []

  const enter = () => (free > 0 ? void free-- : new Promise<void>((resolve) => queue.push(resolve)))
  const leave = () => {
    const next = queue.shift()
    if (next) next()
    else free++
  }
  const yielding: Yield = async (wait) => {
    leave()
    try {
      return await wait
    } finally {
      await enter()
    }
  }
  return {
    add: async (key, task) => {
      while (inside >= capacity) await new Promise<void>((resolve) => blocked.push(resolve))
      inside++
      const before = tails.get(key)
      const run = async () => {
        await before
        await enter()
        try {
          await task(yielding)
        } catch {
          // A task tells its own faults; the queue goes on.
        } finally {
          leave()
          inside--
          if (tails.get(key) === tail) tails.delete(key)
          blocked.shift()?.()
        }
      }
      const tail: Promise<void> = run()
      tails.set(key, tail)
    },
    idle: async () => {
      while (tails.size > 0) await Promise.all(tails.values())
    },
  }
}
