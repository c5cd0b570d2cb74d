export interface Lanes {
  /** Runs after all earlier tasks of the same key, beside those of other keys. Resolves when it has a place to wait in, not when it is done. */
  add(key: string, task: () => Promise<void>): Promise<void>
  /** Resolves when nothing is under way. */
  idle(): Promise<void>
}

/**
 * One lane for each key: tasks of a key one after the other, keys beside each other. Bounded twice: by what runs, and by what
 * waits, so that a key that is stuck holds up others only when it alone has filled the waiting room.
 */
export function createLanes({ running: atOnce, waiting: room }: { running: number; waiting: number }): Lanes {
  const tails = new Map<string, Promise<void>>()
  const blocked: (() => void)[] = []
  let inside = 0
  let free = atOnce
  const queue: (() => void)[] = []

  const enter = () => (free > 0 ? void free-- : new Promise<void>((resolve) => queue.push(resolve)))
  const leave = () => {
    const next = queue.shift()
    if (next) next()
    else free++
  }
  return {
    add: async (key, task) => {
      while (inside >= room) await new Promise<void>((resolve) => blocked.push(resolve))
      inside++
      const before = tails.get(key)
      const run = async () => {
        await before
        await enter()
        try {
          await task()
        } catch {
          // A task tells its own faults; the lane goes on.
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
