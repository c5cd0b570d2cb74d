import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { cleanupScheduleId } from '../../contracts/cleanup.ts'
import type { Service } from '../../services.ts'
import { ensureSchedule } from '../../workers/schedules.ts'
import { cleanup } from '../../workers/services/auth.ts'
import { PASSWORD } from '../support/http.ts'
import { firstRunEnds } from '../support/schedules.ts'
import { startSystem, type System } from '../support/system.ts'
import { until } from '../support/until.ts'

let system: System
beforeAll(async () => {
  system = await startSystem({ env: { REGISTER_WAIT_MS: '15000' } })
})
afterAll(() => system.stop())

type Db = System['databases']['auth']
const db = (service: Service) => system.databases[service] as Db

/** Makes the next two writes of that kind fail, as a database does that goes away and comes back. */
async function failTwice(
  service: Service,
  table: string,
  write: 'insert' | 'update' | 'delete',
): Promise<() => Promise<number>> {
  const name = `outage_${randomUUID().replaceAll('-', '')}`
  // A sequence is not rolled back with the write that it counts.
  await sql.raw(`create sequence ${name}`).execute(db(service))
  await sql
    .raw(
      `create function ${name}() returns trigger language plpgsql as $$
    begin
      if nextval('${name}') <= 2 then raise exception 'outage'; end if;
      return coalesce(new, old);
    end $$`,
    )
    .execute(db(service))
  await sql
    .raw(`create trigger ${name} before ${write} on ${table} for each row execute function ${name}()`)
    .execute(db(service))
  return async () => {
    const { rows } = await sql<{ n: number }>`select last_value::int as n from ${sql.table(name)}`.execute(db(service))
    await sql.raw(`drop trigger ${name} on ${table}`).execute(db(service))
    return rows[0]?.n ?? 0
  }
}

const register = (email: string, username: string) =>
  system.api.call('POST', '/auth/register', { body: { email, password: PASSWORD, username } })
const fresh = () => {
  const unique = randomUUID()
  return { email: `s-${unique}@example.test`, username: `saga-${unique.slice(0, 13)}` }
}
const accounts = (email: string) =>
  system.databases.auth.selectFrom('accounts').select(['id', 'status']).where('email', '=', email).execute()
const profiles = (username: string) =>
  system.databases.users.selectFrom('profiles').select('id').where('username', '=', username).execute()
const registeredEvents = (id: string) =>
  system.databases.auth
    .selectFrom('outbox')
    .select('id')
    .where('key', '=', id)
    .where('type', '=', 'user_registered')
    .execute()

/** A registration whose account is gone when its last step comes: it has to be undone. */
async function losesItsAccount(email: string, username: string) {
  await system.stopWorkers('users')
  const waiting = register(email, username)
  await until(async () => (await accounts(email)).length > 0)
  await system.databases.auth.deleteFrom('accounts').where('email', '=', email).execute()
  await system.startWorkers('users')
  return waiting
}

/** A registration whose username is taken between the look and the write. */
async function losesItsName(email: string, username: string) {
  await system.stopWorkers('users')
  const waiting = register(email, username)
  await until(async () => (await accounts(email)).length > 0)
  await system.databases.users.insertInto('profiles').values({ id: randomUUID(), username }).execute()
  await system.startWorkers('users')
  return waiting
}

test.each([
  ['the profile is written', 'users', 'profiles', 'insert'],
  ['the account is activated', 'auth', 'accounts', 'update'],
  ['the account mail is promised', 'auth', 'letters', 'insert'],
  ['the event is written', 'auth', 'outbox', 'insert'],
] as const)('an outage while %s delays a registration and nothing else', async (_, service, table, write) => {
  const { email, username } = fresh()
  const tries = await failTwice(service, table, write)
  const reply = await register(email, username)
  expect(await tries()).toBeGreaterThanOrEqual(3)
  expect(reply).toMatchObject({ status: 201, body: { user: { email, username } } })
  expect(await accounts(email)).toEqual([{ id: reply.body.user.id, status: 'active' }])
  expect(await profiles(username)).toEqual([{ id: reply.body.user.id }])
  expect(await registeredEvents(reply.body.user.id)).toHaveLength(1)
})

test('a step that fails for good is undone: the name was taken in between', async () => {
  const { email, username } = fresh()
  expect(await losesItsName(email, username)).toMatchObject({ status: 409, body: { code: 'auth.username_taken' } })
  expect(await accounts(email)).toEqual([])
  expect(await profiles(username)).toHaveLength(1)
  expect(await register(email, fresh().username)).toMatchObject({ status: 201 })
})

test('a step that fails for good is undone: the account was gone', async () => {
  const { email, username } = fresh()
  expect((await losesItsAccount(email, username)).status).toBe(404)
  expect(await profiles(username)).toEqual([])
  expect(await register(email, username)).toMatchObject({ status: 201 })
})

test('an outage while the profile is removed delays the undoing and nothing else', async () => {
  const { email, username } = fresh()
  const tries = await failTwice('users', 'profiles', 'delete')
  expect((await losesItsAccount(email, username)).status).toBe(404)
  expect(await tries()).toBeGreaterThanOrEqual(3)
  expect(await profiles(username)).toEqual([])
  expect(await register(email, username)).toMatchObject({ status: 201 })
})

test('an outage while the account is given back delays the undoing and nothing else', async () => {
  const { email, username } = fresh()
  const tries = await failTwice('auth', 'accounts', 'delete')
  expect(await losesItsName(email, username)).toMatchObject({ status: 409 })
  expect(await tries()).toBeGreaterThanOrEqual(3)
  expect(await accounts(email)).toEqual([])
  expect(await register(email, fresh().username)).toMatchObject({ status: 201 })
})

/** One whose execution is lost before its end, as after a restored backup of the Temporal server; the operation and the account of it. */
async function isForgotten(email: string, username: string): Promise<{ operation: string; account: string }> {
  await system.stopWorkers('users')
  const waiting = register(email, username)
  const { id: account } = await until(async () => (await accounts(email))[0])
  const operation = await until(() =>
    system.databases.auth.selectFrom('operations').select('id').where('owner_id', '=', account).executeTakeFirst(),
  )
  const execution = system.temporal.workflow.getHandle(operation.id)
  await until(() =>
    execution.describe().then(
      () => true,
      () => false,
    ),
  )
  expect((await register(email, username)).body.code).toBe('auth.email_taken')
  await execution.terminate()
  expect(await waiting).toMatchObject({ status: 202, body: { id: operation.id } })
  return { operation: operation.id, account }
}

test('one that nobody finished is given up after a day by the schedule, and the address registers again', async () => {
  const suffix = system.config.TASK_QUEUE_SUFFIX
  await ensureSchedule(system.temporal, cleanup(suffix))
  await ensureSchedule(system.temporal, cleanup(suffix))
  const schedule = system.temporal.schedule.getHandle(cleanupScheduleId(suffix))
  try {
    const { email, username } = fresh()
    const { operation, account } = await isForgotten(email, username)
    await schedule.trigger()
    await system.startWorkers('users')
    await firstRunEnds(schedule, system)
    expect((await register(email, username)).body.code).toBe('auth.email_taken')
    await sql`update accounts set created_at = created_at - interval '25 hours' where id = ${account}`.execute(
      db('auth'),
    )
    await schedule.trigger()
    expect(await system.api.finished(operation)).toMatchObject({ status: 'failed' })
    expect(await register(email, username)).toMatchObject({ status: 201 })
  } finally {
    await schedule.delete()
  }
})
