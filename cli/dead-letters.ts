/**
 * Messages that no try of a consumer could handle, and events that could not be sent.
 *   node cli/dead-letters.ts list                 the oldest 50 of each place, and why
 *   node cli/dead-letters.ts show ID              one, whole
 *   node cli/dead-letters.ts replay ID… | --all   handle or send again: the process that does it takes it up within seconds
 *   node cli/dead-letters.ts drop ID              give it up
 */
import './closed-pipe.ts'
import type { Kysely } from 'kysely'
import { loadConfig } from '../config.ts'
import { openDatabases, type Databases } from '../db/databases.ts'
import { findDeadLetter, listDeadLetters, removeDeadLetter, wantReplay } from '../db/inbox/dead-letters.ts'
import type { InboxTables } from '../db/inbox/schema.ts'
import type { AcceptTables } from '../db/operations/schema.ts'
import { dropSetAside, findSetAside, listSetAside, sendAgain } from '../db/outbox/outbox.ts'
import { SERVICES, type Service } from '../services.ts'

const USAGE = 'usage: node cli/dead-letters.ts list | show ID | replay ID… | replay --all | drop ID'
const LISTED = 50
const print = (line: string) => void process.stdout.write(`${line}\n`)

/** Where messages are set aside. */
interface Place {
  list(): Promise<string[]>
  /** Undefined where it has none of that id. */
  find(id: string): Promise<unknown>
  /** @param ids absent: all. @returns how many */
  again(ids?: readonly string[]): Promise<number>
  drop(id: string): Promise<void>
}

const inbox = (db: Kysely<InboxTables>): Place => ({
  list: async () =>
    (await listDeadLetters(db, LISTED)).map((l) => {
      const state = l.replay_wanted_at ? 'replaying' : l.waits_for ? 'waits for a newer process' : 'set aside'
      return [l.id, l.created_at.toISOString(), l.consumer, l.topic, `${l.tries} tries`, state, l.reason].join('  ')
    }),
  find: (id) => findDeadLetter(db, id),
  again: (ids) => wantReplay(db, ids),
  drop: (id) => removeDeadLetter(db, id),
})

/** What is set aside may be so for its time. */
const timeOf = ({ created_at }: { readonly created_at: unknown }) =>
  created_at instanceof Date ? created_at.toISOString() : 'no time'

const outbox = (service: Service, db: Kysely<AcceptTables>): Place => ({
  list: async () =>
    (await listSetAside(db, LISTED)).map((row) =>
      [row.id, timeOf(row), `outbox of ${service}`, row.topic, 'set aside', row.reason].join('  '),
    ),
  find: (id) => findSetAside(db, id),
  again: (ids) => sendAgain(db, ids === undefined ? {} : { ids }),
  drop: (id) => dropSetAside(db, id),
})

const placesOf = (databases: Databases): Place[] => [
  inbox(databases.notifications),
  inbox(databases.scenarios),
  ...SERVICES.map((service) => outbox(service, databases[service])),
]

const databases = openDatabases(loadConfig(), 'cli')
const places = placesOf(databases)
const [command = 'list', ...ids] = process.argv.slice(2)
const find = async (id: string) => {
  for (const place of places) {
    const message = await place.find(id)
    if (message) return { place, message }
  }
  throw new Error(`there is no dead letter ${id}`)
}
try {
  if (command === 'list') for (const place of places) for (const line of await place.list()) print(line)
  else if (command === 'show' && ids[0]) print(JSON.stringify((await find(ids[0])).message, null, 2))
  else if (command === 'replay' && ids[0] === '--all') {
    let wanted = 0
    for (const place of places) wanted += await place.again()
    print(`${wanted} to be handled again`)
  } else if (command === 'replay' && ids.length > 0) {
    for (const [i, { place }] of (await Promise.all(ids.map(find))).entries()) await place.again([ids[i] as string])
    print(`${ids.length} to be handled again`)
  } else if (command === 'drop' && ids[0]) await (await find(ids[0])).place.drop(ids[0])
  else throw new Error(USAGE)
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`)
  process.exitCode = 1
} finally {
  await databases.close()
}
