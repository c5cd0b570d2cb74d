/**
 * How far a log is done without gaps, when its entries are finished out of order: only that far may be committed, since what lies
 * behind a committed position never comes again.
 */
export function createWatermark<P>() {
  const open: { position: P; done: boolean }[] = []
  return {
    /** Notes an entry, in the log's order. The returned function says that it is done, and returns the new position if it moved. */
    begin: (position: P): (() => P | undefined) => {
      const entry = { position, done: false }
      open.push(entry)
      return () => {
        entry.done = true
        let reached: P | undefined
        while (open[0]?.done) reached = open.shift()?.position
        return reached
      }
    },
  }
}
