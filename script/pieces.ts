/** All pieces of some work at once: for those whose thread nobody waits for. */
export function toEnd<T>(work: Generator<void, T>): T {
  for (;;) {
    const { done, value } = work.next()
    if (done) return value
  }
}
