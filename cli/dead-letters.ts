/**
 * Messages that no try of a consumer could handle.
 *   node cli/dead-letters.ts list                 the oldest 50 of each consumer, and why
 *   node cli/dead-letters.ts show ID              one, whole
 *   node cli/dead-letters.ts replay ID… | --all   handle again: the consumer's process does it within seconds
 *   node cli/dead-letters.ts drop ID              give it up
 */
import type { Kysely } from 'kysely'
import { loadConfig } from '../config.ts'
import { openDatabases } from '../db/connection.ts'
import { findDeadLetter, listDeadLetters, removeDeadLetter, wantReplay } from '../db/inbox/dead-letters.ts'
import type { InboxTables } from '../db/inbox/schema.ts'

const USAGE = 'usage: node cli/dead-letters.ts list | show ID | replay ID… | replay --all | drop ID'
const LISTED = 50
const print = (line: string) => void process.stdout.write(`${line}\n`)

const databases = openDatabases(loadConfig(), 'cli')
const consumers = [databases.notifications, databases.scenarios].map((db) => db as unknown as Kysely<InboxTables>)
const [command = 'list', ...ids] = process.argv.slice(2)
const find = async (id: string) => {
  for (const db of consumers) {
    const letter = await findDeadLetter(db, id)
    if (letter) return { db, letter }
  }
  throw new Error(`there is no dead letter ${id}`)
}
try {
  if (command === 'list')
    for (const db of consumers)
      for (const { id, topic, consumer, reason, tries, created_at, replay_wanted_at } of await listDeadLetters(
        db,
        LISTED,
      ))
        print(
          [
            id,
            created_at.toISOString(),
            consumer,
            topic,
            `${tries} tries`,
            replay_wanted_at ? 'replaying' : 'set aside',
            reason,
          ].join('  '),
        )
  else if (command === 'show' && ids[0]) print(JSON.stringify((await find(ids[0])).letter, null, 2))
  else if (command === 'replay' && ids[0] === '--all') {
    for (const db of consumers) print(`${await wantReplay(db)} to be handled again`)
  } else if (command === 'replay' && ids.length > 0) {
    for (const { db, letter } of await Promise.all(ids.map(find))) await wantReplay(db, [letter.id])
    print(`${ids.length} to be handled again`)
  } else if (command === 'drop' && ids[0]) {
    const { db, letter } = await find(ids[0])
    await removeDeadLetter(db, letter.id)
  } else throw new Error(USAGE)
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`)
  process.exitCode = 1
} finally {
  await databases.close()
}
