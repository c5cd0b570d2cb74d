import type { Caller } from '../http/caller.ts'

/** How often ended sessions are looked for: with the question itself, streams end within the 2 s that SECURITY.md promises. */
const LOOK_MS = 1_000

export interface SessionWatch {
  /**
   * Calls `end` when the caller's session has ended, wherever and for whatever reason, or the token has expired that it came with.
   * @returns forgets it
   */
  watch(caller: Caller, end: () => void): () => void
}

/**
 * Asks for all sessions that are watched at once. Not by a message of who ends one: that could be lost, and with it the end.
 * @param listLiving those of the ids that live
 */
export function createSessionWatch(listLiving: (ids: readonly string[]) => Promise<readonly string[]>): SessionWatch {
  const watched = new Map<string, Set<() => void>>()
  let timer: NodeJS.Timeout | undefined

  const look = async () => {
    const ids = [...watched.keys()]
    // While the database is away nobody's session can end; the tokens' time goes on.
    const living = new Set(await listLiving(ids).catch(() => ids))
    for (const id of ids) if (!living.has(id)) watched.get(id)?.forEach((end) => end())
    timer = watched.size > 0 ? setTimeout(() => void look(), LOOK_MS) : undefined
  }
  return {
    watch({ session_id, token_expires_at = Infinity }, end) {
      const ends = watched.get(session_id) ?? new Set()
      watched.set(session_id, ends.add(end))
      timer ??= setTimeout(() => void look(), LOOK_MS)
      const life = token_expires_at - Date.now()
      const expiry = Number.isFinite(life) ? setTimeout(end, Math.max(0, life)) : undefined
      return () => {
        clearTimeout(expiry)
        ends.delete(end)
        if (ends.size === 0 && watched.get(session_id) === ends) watched.delete(session_id)
      }
    },
  }
}
