import { randomUUID } from 'node:crypto'
import { expect, test } from '@jest/globals'
import { sql } from 'kysely'
import { advance, openPosition, readLog } from '../../db/bus/log.ts'
import { takeLease, type Place } from '../../db/leases/leases.ts'
import { purgeAll, purgesOfTable } from '../../db/retention/purge.ts'
import { noteEvent } from '../../db/inbox/inbox.ts'
import { createPostgresBus } from '../../events/bus/postgres.ts'
import { cloneDatabases } from '../support/databases.ts'
import { userEvent } from '../support/events.ts'
import { describeBus } from './conformance.ts'

describeBus('Postgres', async () => {
  const databases = await cloneDatabases()
  const db = databases.notifications
  return {
    open: () => createPostgresBus({ db, url: databases.urls.notifications }),
    publishRaw: async (key, body) =>
      void (await sql`
        with written as (insert into bus.log (topic, id, key, body) values ('user_events', ${randomUUID()}, ${key}, ${body}))
        select pg_notify('bus', 'user_events')`.execute(db)),
    close: () => databases.close(),
  }
})

test('the log loses what is old and what every group has passed, and nothing else; the inbox what is past its time', async () => {
  const databases = await cloneDatabases()
  const db = databases.notifications
  const bus = createPostgresBus({ db, url: databases.urls.notifications })
  const events = Array.from({ length: 3 }, () => userEvent())
  await bus.publish('user_events', events)
  const seqs = (await readLog(db, 'user_events', '0', 10)).map((entry) => entry.seq)
  await openPosition(db, 'user_events', 'quick')
  await openPosition(db, 'user_events', 'slow')
  const place = (await takeLease(db, 'consume user_events', 'test', 60_000)) as Place
  await advance(db, 'user_events', { place, consumer: 'quick', seq: seqs[2] as string })
  await advance(db, 'user_events', { place, consumer: 'slow', seq: seqs[0] as string })
  expect(await purgeAll(db, purgesOfTable('notifications', 'bus.log'))).toBe(0)
  await sql`update bus.log set created_at = created_at - interval '73 hours'`.execute(db)
  expect(await purgeAll(db, purgesOfTable('notifications', 'bus.log'))).toBe(1)
  expect((await readLog(db, 'user_events', '0', 10)).map((entry) => entry.seq)).toEqual(seqs.slice(1))
  const { notifications } = databases
  await notifications.transaction().execute(async (trx) => {
    for (const { id } of events) await noteEvent(trx, 'notifications', id)
  })
  await sql`update inbox set handled_at = handled_at - interval '31 days' where event_id = ${events[0]?.id}`.execute(db)
  await purgeAll(notifications, purgesOfTable('notifications', 'inbox'))
  const left = await notifications.selectFrom('inbox').select('event_id').execute()
  expect(left.map((row) => row.event_id).toSorted()).toEqual(
    events
      .slice(1)
      .map((e) => e.id)
      .toSorted(),
  )
  await bus.close()
  await databases.close()
})
