/**
 * Messages that no try of a consumer could handle, and events that could not be sent.
 *   node cli/dead-letters.ts list                 the oldest 50 of each place, and why
 *   node cli/dead-letters.ts show ID              one, whole
 *   node cli/dead-letters.ts replay ID… | --all   handle or send again: the process that does it takes it up within seconds
 *   node cli/dead-letters.ts drop ID              give it up
 */
import './closed-pipe.ts'
import {
  dropDeadLetter,
  listAllDeadLetters,
  openDeadLetter,
  replayAllDeadLetters,
  replayDeadLetter,
  type DeadLetter,
} from '../commands/dead-letters.ts'
import { loadConfig } from '../config.ts'
import { openDatabases } from '../db/databases.ts'

const USAGE = 'usage: node cli/dead-letters.ts list | show ID | replay ID… | replay --all | drop ID'
const LISTED = 50
const STATES: Readonly<Record<DeadLetter['state'], string>> = {
  set_aside: 'set aside',
  replaying: 'replaying',
  waits_for_newer: 'waits for a newer process',
}
const print = (line: string) => void process.stdout.write(`${line}\n`)

/** What is set aside by hand may have no time. */
const timeOf = ({ created_at }: DeadLetter) => (created_at instanceof Date ? created_at.toISOString() : 'no time')

const lineOf = (letter: DeadLetter): string => {
  const { id, place, topic, tries, state, reason } = letter
  return [id, timeOf(letter), place, topic, ...(tries === null ? [] : [`${tries} tries`]), STATES[state], reason].join(
    '  ',
  )
}

const databases = openDatabases(loadConfig(), 'cli')
const [command = 'list', ...ids] = process.argv.slice(2)
const found = <T>(id: string, what: T | undefined | false): T => {
  if (!what) throw new Error(`there is no dead letter ${id}`)
  return what
}
try {
  const [id] = ids
  if (command === 'list') for (const letter of await listAllDeadLetters(databases, LISTED)) print(lineOf(letter))
  else if (command === 'show' && id) print(JSON.stringify(found(id, await openDeadLetter(databases, id)), null, 2))
  else if (command === 'replay' && id === '--all') print(`${await replayAllDeadLetters(databases)} to be handled again`)
  else if (command === 'replay' && id) {
    // All are there, or none is replayed.
    for (const each of ids) found(each, await openDeadLetter(databases, each))
    for (const each of ids) await replayDeadLetter(databases, each)
    print(`${ids.length} to be handled again`)
  } else if (command === 'drop' && id) found(id, await dropDeadLetter(databases, id))
  else throw new Error(USAGE)
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`)
  process.exitCode = 1
} finally {
  await databases.close()
}
