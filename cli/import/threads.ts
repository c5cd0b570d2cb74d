import type { OldComment } from './staging.ts'

/** The comment that begins the thread, whatever the depth; of a ring, the one with the lowest number. */
function rootOf(comment: OldComment, all: ReadonlyMap<number, OldComment>): OldComment {
  const way = [comment]
  for (;;) {
    const last = way.at(-1)!
    const parent = last.parent_id === null ? undefined : all.get(last.parent_id)
    if (!parent) return last
    const ring = way.indexOf(parent)
    if (ring >= 0) return way.slice(ring).reduce((low, one) => (one.id < low.id ? one : low))
    way.push(parent)
  }
}

export interface Placed {
  readonly comment: OldComment
  readonly root: OldComment
  /** Milliseconds since 1970. */
  readonly at_ms: number
  /** What it answers is not among the comments of its script. */
  readonly broken: boolean
}

/**
 * The comments of a script, first those that begin a thread. One without a moment comes a millisecond after the one before it, so that
 * a conversation is read in the order in which it was held.
 * @param comments in the order of their numbers
 * @param sinceMs the moment of the script
 */
export function threadsOf(comments: readonly OldComment[], sinceMs: number): Placed[] {
  const all = new Map(comments.map((comment) => [comment.id, comment]))
  let at = sinceMs
  const placed = comments.map((comment) => {
    at = comment.created_at ?? at + 1
    const root = rootOf(comment, all)
    const broken = root === comment && comment.parent_id !== null
    return { comment, root, at_ms: at, broken }
  })
  return placed.toSorted(
    (a, b) => Number(a.root !== a.comment) - Number(b.root !== b.comment) || a.comment.id - b.comment.id,
  )
}
