import { UNKNOWN_TOPIC, type OutboxRow } from '../../db/outbox/outbox.ts'
import { isFaultOfMessage } from '../../events/bus/faults.ts'
import { TOPICS, type Topic } from '../../events/catalogue.ts'
import { envelopeOf, PoisonMessage, type Envelope } from '../../events/envelope.ts'
import { doubling } from '../../lifecycle.ts'
import type { Service } from '../../services.ts'

/** Batches that fail in a row before single rows are suspected: until then it is the bus. */
const SUSPECT_AFTER = 2
/** So many publishes in vain, none in between that went through, and it is the bus after all. Twice that the next time. */
const IN_VAIN = 12
/** How often a row must have failed where others went through, before it is set aside for a fault of its own … */
const TRIES = 3
/** … and for how long where nobody knows whose fault it is. */
const GIVE_UP_MS = 3_600_000
/** How long a key rests whose row did not go through. */
const restMs = doubling(1_000, 60_000)

/** A key that does not get on. */
interface Stuck {
  readonly id: string
  readonly since: number
  readonly tries: number
  readonly restsUntil: number
}

/** A row and why it does not go through. */
export interface Failed {
  readonly row: OutboxRow
  readonly error: unknown
}

export interface Publishing {
  /** Keys that rest now: their rows are left out of the next batch. */
  resting(): string[]
  /** Until the first of those that it named last has rested, milliseconds; infinite where it named none. */
  restsMs(): number
  /**
   * Publishes rows in their order, as many as can be. Where one holds up the others they are sent without it, and without the later ones of
   * its key.
   * @throws the bus's error when none can be published, and not for a fault of their own
   */
  publish(rows: readonly OutboxRow[], signal: AbortSignal): Promise<{ readonly givenUp: readonly Failed[] }>
}

/**
 * Tells a bus that is away from a row that it does not take.
 * @param send resolves when the bus has the events, and the rows know it
 */
export function createPublishing(
  service: Service,
  send: (topic: Topic, rows: readonly OutboxRow[], events: readonly Envelope[]) => Promise<void>,
): Publishing {
  const stuck = new Map<string, Stuck>()
  let failures = 0
  let vain = IN_VAIN
  /** When it was asked which keys rest. */
  let asked = 0

  /** In order; a key has one topic, so that topics may go one after the other. */
  const sendAll = async (rows: readonly OutboxRow[]) => {
    for (const [topic, some] of Map.groupBy(rows, (row) => row.topic as Topic))
      await send(
        topic,
        some,
        some.map((row) => envelopeOf(service, row)),
      )
    for (const { key } of rows) stuck.delete(key)
  }

  /** Halves that fail are halved again, until the rows stand alone that do not go through. */
  const separate = async (rows: readonly OutboxRow[], signal: AbortSignal): Promise<Map<string, Failed>> => {
    const failed = new Map<string, Failed>()
    let passed = false
    let inVain = 0
    let last: unknown
    const attempt = async (some: readonly OutboxRow[]): Promise<void> => {
      signal.throwIfAborted()
      const free = some.filter(({ key }) => !failed.has(key))
      const [first] = free
      if (!first) return
      if (inVain >= vain) throw last
      try {
        await sendAll(free)
        passed = true
        inVain = 0
      } catch (error) {
        last = error
        if (!isFaultOfMessage(error)) inVain++
        if (free.length === 1) return void failed.set(first.key, { row: first, error })
        const half = Math.ceil(free.length / 2)
        await attempt(free.slice(0, half))
        await attempt(free.slice(half))
      }
    }
    try {
      await attempt(rows)
    } catch (error) {
      if (error === last) vain *= 2
      throw error
    }
    // Nothing says that the bus is there, unless the rows themselves are what is wrong.
    if (!passed && ![...failed.values()].every(({ error }) => isFaultOfMessage(error))) throw last
    vain = IN_VAIN
    return failed
  }

  const isGivenUp = ({ tries, since }: Stuck, error: unknown) =>
    tries >= TRIES && (isFaultOfMessage(error) || performance.now() - since >= GIVE_UP_MS)

  /** Notes that it failed again. @returns whether it is given up */
  const note = ({ row, error }: Failed): boolean => {
    const now = performance.now()
    const before = stuck.get(row.key)
    const same = before?.id === row.id ? before : { since: now, tries: 0 }
    const tries = same.tries + 1
    const next = { id: row.id, since: same.since, tries, restsUntil: now + restMs(tries) }
    if (isGivenUp(next, error)) return stuck.delete(row.key)
    stuck.set(row.key, next)
    return false
  }

  return {
    resting: () => {
      asked = performance.now()
      return [...stuck].flatMap(([key, { restsUntil }]) => (restsUntil > asked ? [key] : []))
    },
    restsMs: () => {
      const ends = Array.from(stuck.values(), ({ restsUntil }) => restsUntil).filter((end) => end > asked)
      return Math.max(0, Math.min(...ends) - performance.now())
    },
    publish: async (rows, signal) => {
      const strange = rows.filter(({ topic }) => !(TOPICS as readonly string[]).includes(topic))
      const known = rows.filter((row) => !strange.includes(row))
      const givenUp: Failed[] = strange.map((row) => ({ row, error: new PoisonMessage(UNKNOWN_TOPIC) }))
      try {
        await sendAll(known)
        failures = 0
      } catch (error) {
        // A row that was told apart before is known to be one.
        if (++failures < SUSPECT_AFTER && stuck.size === 0 && !isFaultOfMessage(error)) throw error
        const failed = await separate(known, signal)
        givenUp.push(...[...failed.values()].filter(note))
        failures = 0
      }
      return { givenUp }
    },
  }
}
