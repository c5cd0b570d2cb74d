import type { Kysely } from 'kysely'
import type { Databases } from '../db/databases.ts'
import { findDeadLetter, listDeadLetters, removeDeadLetter, wantReplay } from '../db/inbox/dead-letters.ts'
import type { InboxTables } from '../db/inbox/schema.ts'
import type { AcceptTables } from '../db/operations/schema.ts'
import { dropSetAside, findSetAside, listSetAside, sendAgain } from '../db/outbox/outbox.ts'
import { SERVICES, type Service } from '../services.ts'

/** A message that no try of a consumer could handle, or an event that could not be sent. */
export interface DeadLetter {
  readonly id: string
  /** Who could not handle it, or from whose outbox it could not be sent. */
  readonly place: string
  readonly topic: string
  readonly state: 'set_aside' | 'replaying' | 'waits_for_newer'
  readonly tries: number | null
  readonly reason: string
  readonly created_at: Date
}

/** Where messages are set aside. */
interface Place {
  list(limit: number): Promise<DeadLetter[]>
  /** Whole; undefined where it has none of that id. */
  find(id: string): Promise<object | undefined>
  /** @param ids absent: all. @returns how many */
  again(ids?: readonly string[]): Promise<number>
  drop(id: string): Promise<void>
}

const inbox = (db: Kysely<InboxTables>): Place => ({
  list: async (limit) =>
    (await listDeadLetters(db, limit)).map(
      ({ id, consumer, topic, tries, reason, created_at, replay_wanted_at, waits_for }) => ({
        ...{ id, place: consumer, topic, tries, reason, created_at },
        state: replay_wanted_at ? 'replaying' : waits_for ? 'waits_for_newer' : 'set_aside',
      }),
    ),
  find: (id) => findDeadLetter(db, id),
  again: (ids) => wantReplay(db, ids),
  drop: (id) => removeDeadLetter(db, id),
})

const outbox = (service: Service, db: Kysely<AcceptTables>): Place => ({
  list: async (limit) =>
    (await listSetAside(db, limit)).map(({ id, topic, reason, created_at }) => ({
      ...{ id, place: `outbox of ${service}`, topic, tries: null, reason: reason ?? '', created_at },
      state: 'set_aside',
    })),
  find: (id) => findSetAside(db, id),
  again: (ids) => sendAgain(db, ids === undefined ? {} : { ids }),
  drop: (id) => dropSetAside(db, id),
})

const placesOf = (databases: Databases): readonly Place[] => [
  inbox(databases.notifications),
  inbox(databases.scenarios),
  ...SERVICES.map((service) => outbox(service, databases[service])),
]

async function placeOf(databases: Databases, id: string) {
  for (const place of placesOf(databases)) {
    const message = await place.find(id)
    if (message) return { place, message }
  }
  return undefined
}

/** Of each place the oldest ones. */
export const listAllDeadLetters = async (databases: Databases, limit: number): Promise<DeadLetter[]> =>
  (await Promise.all(placesOf(databases).map((place) => place.list(limit)))).flat()

/** One, whole, wherever it is. */
export const openDeadLetter = async (databases: Databases, id: string): Promise<object | undefined> =>
  (await placeOf(databases, id))?.message

/** Has it handled or sent again, by the process that does it, at once. @returns whether there is one */
export async function replayDeadLetter(databases: Databases, id: string): Promise<boolean> {
  const found = await placeOf(databases, id)
  await found?.place.again([id])
  return found !== undefined
}

/** @returns how many */
export async function replayAllDeadLetters(databases: Databases): Promise<number> {
  let wanted = 0
  for (const place of placesOf(databases)) wanted += await place.again()
  return wanted
}

/** Gives it up. @returns whether there was one */
export async function dropDeadLetter(databases: Databases, id: string): Promise<boolean> {
  const found = await placeOf(databases, id)
  await found?.place.drop(id)
  return found !== undefined
}
