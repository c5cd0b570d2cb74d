import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { sql, type Kysely } from 'kysely'
import { claimUnsettledAccountMails, listWaitingAccountMails } from '../../db/auth/account-mails.ts'
import { listStalePending } from '../../db/auth/accounts.ts'
import { countBehind, readLog } from '../../db/bus/log.ts'
import { countDeadLetters, giveUpWaiting, nextReplay } from '../../db/inbox/dead-letters.ts'
import { claimDeliveryIntents, claimOpenDeliveries, lastMailed } from '../../db/notifications/deliveries.ts'
import { findExceeded } from '../../db/notifications/outgoing.ts'
import { claimDueIntents, waitingIntents, whatIsDue } from '../../db/operations/intents.ts'
import { claimStaleOperations, listUnheardCancels } from '../../db/operations/operations.ts'
import type { AcceptTables } from '../../db/operations/schema.ts'
import { countSetAside, listUnsent, outboxBacklog, sendAgain, SENDER } from '../../db/outbox/outbox.ts'
import { collectPersonalData, erasePersonalData } from '../../db/personal-data.ts'
import { purge, purgesOf } from '../../db/retention/purge.ts'
import type { ServiceDb } from '../../db/databases.ts'
import { claimUnsettledInvitations } from '../../db/scenarios/shares.ts'
import { claimUnsentPhoneCodes, listWaitingPhoneCodes } from '../../db/users/phone-codes.ts'
import { SERVICES, type Service } from '../../services.ts'
import { DEFINITIONS } from '../../workers/services/index.ts'
import { cloneDatabases, type TestDatabases } from '../support/databases.ts'
import { fillTables, ONE_OF_MANY } from '../support/large-tables.ts'
import { planOf, recorded } from '../support/plans.ts'

/** Of each table that grows; a table of queued work, which holds open rows alone, may be read whole. */
const ROWS = 12_000
/** Of 8 KB, as a look at a few indexes touches. */
const MAX_BLOCKS = 60

type Asked<S extends Service> = Record<string, (db: Kysely<ServiceDb[S]>) => Promise<unknown>>

const PLACE = { name: SENDER, fence: '1' }

const EVERYWHERE: Record<string, (db: Kysely<AcceptTables>) => Promise<unknown>> = {
  whatIsDue,
  listUnheardCancels: (db) => listUnheardCancels(db, 50),
  claimDueIntents: (db) => claimDueIntents(db, 50),
  waitingIntents,
  claimStaleOperations: (db) => claimStaleOperations(db, 50),
  listUnsent: (db) => listUnsent(db, 500),
  listUnsentAndMark: (db) => listUnsent(db, 500, { sent: { place: PLACE, ids: [ONE_OF_MANY] } }),
  outboxBacklog,
  countSetAside,
  sendAgain: (db) => sendAgain(db, { topics: ['user_events'] }),
}
const HEARING: Asked<'notifications' | 'scenarios'> = {
  nextReplay: (db) => nextReplay(db, 'notifications', ['known/1']),
  giveUpWaiting: (db) => giveUpWaiting(db, 'notifications'),
  countDeadLetters,
}
/** What is asked again and again although nothing has happened. */
const PERIODIC: { readonly [S in Service]: Asked<S> } = {
  auth: {
    claimUnsettledAccountMails: (db) => claimUnsettledAccountMails(db, 50),
    listWaitingAccountMails: (db) => listWaitingAccountMails(db, 50),
    listStalePending: (db) => listStalePending(db, 200),
  },
  users: {
    // Here all wait to be looked after, and each that is taken is written.
    claimUnsentPhoneCodes: (db) => claimUnsentPhoneCodes(db, 2),
    listWaitingPhoneCodes: (db) => listWaitingPhoneCodes(db, 50),
  },
  scenarios: {
    ...(HEARING as Asked<'scenarios'>),
    claimUnsettledInvitations: (db) => claimUnsettledInvitations(db, 50),
  },
  notifications: {
    ...(HEARING as Asked<'notifications'>),
    claimOpenDeliveries: (db) => claimOpenDeliveries(db, 50),
    claimDeliveryIntents: (db) => claimDeliveryIntents(db, 50),
    readLog: (db) => readLog(db, 'user_events', String(ROWS), 500),
    readLogAndAdvance: (db) =>
      readLog(db, 'user_events', String(ROWS), 500, { place: PLACE, consumer: 'notifications', seq: '1' }),
    countBehind: (db) => countBehind(db, 'user_events', String(ROWS)),
    lastMailed: (db) => lastMailed(db, ONE_OF_MANY, 'account', 900),
    findExceeded: (db) => db.transaction().execute((trx) => findExceeded(trx, OUTGOING, CEILINGS)),
  },
  ai: {},
}

/** A message that is judged by all that there is to count. */
const OUTGOING = {
  key: 'email:new',
  channel: 'email',
  weight: 'everyday',
  sender_hash: Buffer.alloc(16, 1),
  recipient_hash: Buffer.alloc(16, 2),
} as const
const CEILINGS = (['sender', 'recipient', 'pair', 'installation'] as const).map((by) => ({
  ...{ of: ['everyday' as const], by, most: 10, seconds: 3_600 },
}))

let databases: TestDatabases
beforeAll(async () => {
  databases = await cloneDatabases({ pool: '2' })
  await Promise.all(SERVICES.map((service) => fillTables(databases[service] as TestDatabases['auth'], service, ROWS)))
  await sql`insert into bus.positions values ('user_events', 'notifications', ${ROWS})`.execute(databases.notifications)
})
afterAll(() => databases.close())

test.each(SERVICES)('what %s asks again and again reads no table that grows', async (service) => {
  const db = databases[service] as Kysely<AcceptTables>
  const asked = { ...EVERYWHERE, ...(PERIODIC[service] as typeof EVERYWHERE) }
  const purges = [...purgesOf(service), ...purgesOf(service, true)].map(
    (one) => [one.name, (of: Kysely<AcceptTables>) => purge(of, one)] as const,
  )
  const heavy: unknown[] = []
  for (const [name, run] of [...Object.entries(asked), ...purges])
    for (const query of await recorded<AcceptTables>(run)) {
      const { scanned, blocks } = await planOf(db, query)
      if (blocks > MAX_BLOCKS || scanned.some((table) => !QUEUES.includes(table))) heavy.push({ name, scanned, blocks })
    }
  expect(heavy).toEqual([])
})

/** A dozen rows of each table are the person's: those, and the looks at all indexes of what is removed. */
const MAX_BLOCKS_OF_PERSON = 400

test.each(SERVICES)(
  'what %s holds of a person is found by indexes, to be erased and to be handed out',
  async (service) => {
    const db = databases[service] as Kysely<AcceptTables>
    const person = { id: ONE_OF_MANY, email: 'nobody@example.test' }
    const heavy: unknown[] = []
    for (const one of DEFINITIONS[service].personalData)
      for (const query of await recorded<AcceptTables>(async (of) => {
        await erasePersonalData(of, [one], person)
        for await (const page of collectPersonalData(of, [one], person)) expect(page.rows).toBe('')
      })) {
        const { scanned, blocks } = await planOf(db, query)
        if (blocks > MAX_BLOCKS_OF_PERSON || scanned.length > 0) heavy.push({ table: one.table, scanned, blocks })
      }
    expect(heavy).toEqual([])
  },
)

/** Their rows go when the work is done. */
const QUEUES = ['start_intents', 'delivery_intents', 'leases', 'positions']

test('a scan would have been seen', async () => {
  const [query] = await recorded<AcceptTables>((db) =>
    db.selectFrom('operations').select('id').where('summary', '=', 'nothing').execute(),
  )
  expect(await planOf(databases.ai as unknown as Kysely<AcceptTables>, query!)).toMatchObject({
    scanned: ['operations'],
  })
})
