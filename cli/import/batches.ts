/** Takes so many at a time: what is looked up for each is then asked once for all of them. */
export function* batches<T>(all: Iterable<T>, size: number): Generator<T[]> {
  let batch: T[] = []
  for (const one of all) {
    batch.push(one)
    if (batch.length < size) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}

/** Neighbours with the same key, together. */
export function* groups<T>(all: Iterable<T>, keyOf: (one: T) => number | null): Generator<T[]> {
  let group: T[] = []
  for (const one of all) {
    if (group.length > 0 && keyOf(group[0]!) !== keyOf(one)) {
      yield group
      group = []
    }
    group.push(one)
  }
  if (group.length > 0) yield group
}
