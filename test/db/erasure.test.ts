import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { sql } from 'kysely'
import { handleEvent } from '../../commands/notifications.ts'
import { activateInvitations } from '../../commands/shares.ts'
import { NOTIFICATIONS_PERSONAL_DATA } from '../../db/notifications/personal-data.ts'
import { erasePersonalData } from '../../db/personal-data.ts'
import { isErased, markErased } from '../../db/retention/erased-people.ts'
import { insertProfile } from '../../db/users/profiles.ts'
import { dataSchema } from '../../events/envelope.ts'
import type { InternalClient } from '../../internal/client.ts'
import { cloneDatabases, type TestDatabases } from '../support/databases.ts'
import { userEvent } from '../support/events.ts'
import { fillTables, ONE_OF_MANY } from '../support/large-tables.ts'

/** What the database says. */
const REFUSED = { code: 'SC001' }

let databases: TestDatabases
beforeAll(async () => {
  databases = await cloneDatabases()
})
afterAll(() => databases.close())

const notify = (userId: string) =>
  sql`
    insert into notifications (id, user_id, topic, kind, in_app)
    values (gen_random_uuid(), ${userId}, 'account', 'welcome', true)`
const countOf = async (userId: string) => {
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from notifications where user_id = ${userId}`.execute(databases.notifications)
  return rows[0]?.n
}

test('as much as there is of a person goes in short transactions, and nothing of others', async () => {
  const { notifications } = databases
  const stranger = ONE_OF_MANY
  const person = ONE_OF_MANY.replace(/7$/, '8')
  for (const table of ['notifications', 'deliveries']) await fillTables(notifications, 'notifications', 20_000, table)
  await sql`update notifications set user_id = ${person} where user_id <> ${stranger}`.execute(notifications)
  const sizes: number[] = []
  let before = 0
  const counts = await erasePersonalData(
    notifications,
    NOTIFICATIONS_PERSONAL_DATA,
    { id: person, email: null },
    ({ notifications: n = 0 }) => {
      sizes.push(n - before)
      before = n
    },
  )
  expect(counts).toMatchObject({ notifications: 19_980 })
  expect(Math.max(...sizes)).toBeLessThanOrEqual(5_000)
  expect(await countOf(person)).toBe(0)
  expect(await countOf(stranger)).toBe(20)
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from deliveries`.execute(notifications)
  expect(rows[0]?.n).toBe(20)
})

test('no row of a person who was erased is written, by whomever, and others are not touched by it', async () => {
  const { notifications, users } = databases
  const person = randomUUID()
  await notify(person).execute(notifications)
  for (const db of [notifications, users]) await markErased(db as typeof users, person)
  expect(await isErased(notifications, person)).toBe(true)
  await expect(notify(person).execute(notifications)).rejects.toMatchObject(REFUSED)
  const profile = { username: 'gone', full_name: null, phone_number: null, locale: null }
  await expect(insertProfile(users, { id: person, ...profile })).rejects.toMatchObject(REFUSED)
  const other = randomUUID()
  await notify(other).execute(notifications)
  await expect(
    sql`update notifications set user_id = ${person} where user_id = ${other}`.execute(notifications),
  ).rejects.toMatchObject(REFUSED)
  await insertProfile(users, { id: other, ...profile })
  expect(await countOf(other)).toBe(1)
})

test('a writer that was at work when the person was marked has committed before it is erased', async () => {
  const { notifications } = databases
  const person = randomUUID()
  const { promise: written, resolve: hasWritten } = Promise.withResolvers<void>()
  const { promise: release, resolve: letGo } = Promise.withResolvers<void>()
  const writer = notifications.transaction().execute(async (trx) => {
    await notify(person).execute(trx)
    hasWritten()
    await release
  })
  await written
  let waited = 0
  // It is still open when the wait begins, and ends because of it: so that nothing is measured by a clock.
  await markErased(notifications, person, () => {
    waited++
    letGo()
  })
  await writer
  expect(waited).toBeGreaterThan(0)
  expect(await countOf(person)).toBe(1)
  await erasePersonalData(notifications, NOTIFICATIONS_PERSONAL_DATA, { id: person, email: null })
  expect(await countOf(person)).toBe(0)
})

test('an event that comes late makes no new row: it is noted as handled', async () => {
  const { notifications, scenarios } = databases
  const person = randomUUID()
  const early = userEvent(person)
  await handleEvent(notifications, early, async () => undefined)
  expect(await countOf(person)).toBe(1)
  const erased = {
    ...userEvent(person),
    type: 'user_erased',
    dataschema: dataSchema('user_erased', 1),
  } as typeof early
  await handleEvent(notifications, erased, async () => undefined)
  expect(await countOf(person)).toBe(0)
  const late = userEvent(person)
  await handleEvent(notifications, late, async () => undefined)
  expect(await countOf(person)).toBe(0)
  const noted = await notifications.selectFrom('inbox').select('event_id').where('event_id', '=', late.id).execute()
  expect(noted).toHaveLength(1)

  await sql`
    insert into scenarios (id, owner_id, title, status, language, platform, kind, audience, target_duration_s, hook, cta, scenes, source, is_demo)
    values (${early.id}, ${randomUUID()}, 't', 'draft', 'ru', 'tiktok', 'ad', 'a', 30, 'h', 'c', '[]', 'human', false)`.execute(
    scenarios,
  )
  await sql`
    insert into shares (id, scenario_id, email, role, status, created_by)
    values (gen_random_uuid(), ${early.id}, 'late@example.test', 'viewer', 'invited', ${randomUUID()})`.execute(
    scenarios,
  )
  await markErased(scenarios, person)
  const internal = {
    contacts: () => Promise.resolve({ email: 'late@example.test', phone_number: null, email_verified: true }),
  } as unknown as InternalClient
  await activateInvitations(
    { db: scenarios, internal },
    { ...late, type: 'user_verified', dataschema: dataSchema('user_verified', 1) },
  )
  const { rows } = await sql`select from shares where user_id = ${person}`.execute(scenarios)
  expect(rows).toHaveLength(0)
})
