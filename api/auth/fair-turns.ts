import { AppError } from '../../errors/errors.ts'

/** A job waits this long for its turn, then the caller is told to come back. */
const WAIT_MS = 2_000
/** Jobs of one client that wait: the line of a whole office at nine, and less than what is hashed within `WAIT_MS`. */
const MAX_WAITING = 60

export interface Turns {
  /** Runs a job of `client` when its turn comes. @throws AppError rate.limited, service.unavailable */
  inTurn<T>(client: string, job: () => Promise<T>): Promise<T>
  /** How many jobs wait. */
  waiting(): number
}

/**
 * At most `width` jobs at a time. Clients take turns, and the jobs of each go first come first served: who comes with a hundred waits
 * behind them alone. The turn belongs to the job and not to the request: a client that goes away does not free it.
 */
export function createFairTurns(width: number): Turns {
  let free = width
  /** Clients with waiting jobs, the next one first. */
  const lines = new Map<string, Set<() => void>>()

  const leave = (client: string, go: () => void) => {
    const line = lines.get(client)
    if (line?.delete(go) && line.size === 0) lines.delete(client)
  }
  const turn = (client: string) => {
    if (free > 0) {
      free--
      return undefined
    }
    const line = lines.get(client) ?? new Set()
    if (line.size >= MAX_WAITING) throw new AppError('rate.limited', { headers: { 'Retry-After': '2' } })
    lines.set(client, line)
    return new Promise<void>((resolve, reject) => {
      const go = () => {
        clearTimeout(timer)
        resolve()
      }
      const timer = setTimeout(() => {
        leave(client, go)
        reject(new AppError('service.unavailable', { headers: { 'Retry-After': '2' } }))
      }, WAIT_MS)
      line.add(go)
    })
  }
  /** The turn goes to the next client without becoming free in between; that one goes to the end of the round. */
  const pass = () => {
    const [first] = lines
    if (!first) return void free++
    const [client, line] = first
    const [go] = line
    lines.delete(client)
    line.delete(go!)
    if (line.size > 0) lines.set(client, line)
    go!()
  }
  return {
    inTurn: async (client, job) => {
      await turn(client)
      try {
        return await job()
      } finally {
        pass()
      }
    },
    waiting: () => [...lines.values()].reduce((sum, line) => sum + line.size, 0),
  }
}
