import type { Selectable } from 'kysely'
import type { GeneratedTimestamp, Timestamp } from '../columns.ts'

/** Events that were handled, each in the transaction of its effect. */
interface InboxTable {
  consumer: string
  event_id: string
  handled_at: GeneratedTimestamp
}

/** Messages that no try could handle, for people to look at and replay. */
interface DeadLettersTable {
  id: string
  topic: string
  consumer: string
  key: string | null
  /** As it came. */
  body: string
  reason: string
  tries: number
  replay_wanted_at: Timestamp | null
  /** The schema of its data, which no process knew when it came; null: it waits for people. */
  waits_for: string | null
  created_at: GeneratedTimestamp
}

/** What a service's database has that consumes events. */
export interface InboxTables {
  inbox: InboxTable
  dead_letters: DeadLettersTable
}

export type DeadLetterRow = Selectable<DeadLettersTable>
