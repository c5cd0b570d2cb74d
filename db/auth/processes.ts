import { sql } from 'kysely'
import type { Executor } from '../connection.ts'
import type { AuthDb, ProcessesTable } from './schema.ts'

/** A process as it writes itself down. */
export type Attending = Pick<ProcessesTable, 'id' | 'role' | 'host' | 'pid' | 'version' | 'pool' | 'services'> & {
  readonly fingerprints: Readonly<Record<string, string>>
}

/** Three times the pause between two of its words. */
const LIVING_S = 90

/** Says that it is there, and forgets those that said nothing for a day. */
export async function attendProcess(db: Executor<AuthDb>, process: Attending): Promise<void> {
  await db
    .insertInto('processes')
    .values({ ...process, services: [...process.services], fingerprints: JSON.stringify(process.fingerprints) })
    .onConflict((c) => c.column('id').doUpdateSet({ seen_at: sql`clock_timestamp()` }))
    .execute()
  await db
    .deleteFrom('processes')
    .where(sql<boolean>`seen_at < clock_timestamp() - interval '1 day'`)
    .execute()
}

/** It stops. */
export async function leaveProcess(db: Executor<AuthDb>, id: string): Promise<void> {
  await db.deleteFrom('processes').where('id', '=', id).execute()
}

/** Those that were heard of lately. */
export const livingProcesses = (db: Executor<AuthDb>) =>
  db
    .selectFrom('processes')
    .selectAll()
    .where(sql<boolean>`seen_at > clock_timestamp() - make_interval(secs => ${LIVING_S})`)
    .orderBy('started_at')
    .execute()
