import type { AcceptTables } from '../operations/schema.ts'

/** The tables of the accept path; the notifications themselves come with their service. */
export type NotificationsDb = AcceptTables
