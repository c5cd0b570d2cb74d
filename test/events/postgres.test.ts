import { randomUUID } from 'node:crypto'
import { sql, type Kysely } from 'kysely'
import { createPostgresBus } from '../../events/postgres.ts'
import { cloneDatabases } from '../support/databases.ts'
import { describeBus } from './conformance.ts'

describeBus('Postgres', async () => {
  const databases = await cloneDatabases()
  const db = databases.notifications as unknown as Kysely<never>
  return {
    open: () => createPostgresBus({ db, url: databases.urls.notifications }),
    publishRaw: async (key, body) =>
      void (await sql`insert into bus.log (topic, id, key, body) values ('user_events', ${randomUUID()}, ${key}, ${body})`.execute(
        db,
      )),
    close: () => databases.close(),
  }
})
