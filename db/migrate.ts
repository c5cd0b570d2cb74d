import { pathToFileURL } from 'node:url'
import type { Kysely } from 'kysely'
import { Migrator, type Migration } from 'kysely/migration'
import pg from 'pg'
import { databaseOn, loadConfig } from '../config.ts'
import { SERVICES, type Service } from '../services.ts'
import * as ai0001 from './ai/migrations/0001_baseline.ts'
import * as ai0002 from './ai/migrations/0002_recovery.ts'
import * as ai0003 from './ai/migrations/0003_kinds.ts'
import * as ai0004 from './ai/migrations/0004_learned.ts'
import * as ai0005 from './ai/migrations/0005_retention.ts'
import * as ai0006 from './ai/migrations/0006_running_activities.ts'
import * as ai0007 from './ai/migrations/0007_kept_calls.ts'
import * as auth0001 from './auth/migrations/0001_baseline.ts'
import * as auth0002 from './auth/migrations/0002_imported_rows.ts'
import * as auth0003 from './auth/migrations/0003_recovery.ts'
import * as auth0004 from './auth/migrations/0004_kinds.ts'
import * as auth0005 from './auth/migrations/0005_retention.ts'
import * as auth0006 from './auth/migrations/0006_archive_pieces.ts'
import * as auth0007 from './auth/migrations/0007_devices.ts'
import * as auth0008 from './auth/migrations/0008_stream_tickets.ts'
import * as auth0009 from './auth/migrations/0009_proof.ts'
import * as auth0010 from './auth/migrations/0010_alike_devices.ts'
import * as auth0011 from './auth/migrations/0011_processes.ts'
import * as auth0012 from './auth/migrations/0012_done_by.ts'
import { openDatabase } from './connection.ts'
import { grantService } from './grants.ts'
import { limitSessions } from './limits.ts'
import { beginAtBaseline } from './earlier-databases.ts'
import * as notifications0001 from './notifications/migrations/0001_baseline.ts'
import * as notifications0002 from './notifications/migrations/0002_recovery.ts'
import * as notifications0003 from './notifications/migrations/0003_kinds.ts'
import * as notifications0004 from './notifications/migrations/0004_unknown_outcomes.ts'
import * as notifications0005 from './notifications/migrations/0005_retention.ts'
import * as notifications0006 from './notifications/migrations/0006_push_sessions.ts'
import * as notifications0007 from './notifications/migrations/0007_outgoing.ts'
import * as scenarios0001 from './scenarios/migrations/0001_baseline.ts'
import * as scenarios0002 from './scenarios/migrations/0002_imported_rows.ts'
import * as scenarios0003 from './scenarios/migrations/0003_writing.ts'
import * as scenarios0004 from './scenarios/migrations/0004_recovery.ts'
import * as scenarios0005 from './scenarios/migrations/0005_kinds.ts'
import * as scenarios0006 from './scenarios/migrations/0006_retention.ts'
import * as scenarios0007 from './scenarios/migrations/0007_domains.ts'
import * as scenarios0008 from './scenarios/migrations/0008_comment_rows.ts'
import * as users0001 from './users/migrations/0001_baseline.ts'
import * as users0002 from './users/migrations/0002_recovery.ts'
import * as users0003 from './users/migrations/0003_kinds.ts'
import * as users0004 from './users/migrations/0004_retention.ts'
import * as users0005 from './users/migrations/0005_unsent_codes.ts'
import * as users0006 from './users/migrations/0006_skeletons.ts'
import { fillSkeletons } from './users/skeletons.ts'
import * as users0007 from './users/migrations/0007_code_sessions.ts'

/** Every migration by service and name. A released one never changes; a new one goes to the end. */
const MIGRATIONS: Record<Service, Record<string, Migration>> = {
  auth: {
    '0001_baseline': auth0001,
    '0002_imported_rows': auth0002,
    '0003_recovery': auth0003,
    '0004_kinds': auth0004,
    '0005_retention': auth0005,
    '0006_archive_pieces': auth0006,
    '0007_devices': auth0007,
    '0008_stream_tickets': auth0008,
    '0009_proof': auth0009,
    '0010_alike_devices': auth0010,
    '0011_processes': auth0011,
    '0012_done_by': auth0012,
  },
  users: {
    '0001_baseline': users0001,
    '0002_recovery': users0002,
    '0003_kinds': users0003,
    '0004_retention': users0004,
    '0005_unsent_codes': users0005,
    '0006_skeletons': users0006,
    '0007_code_sessions': users0007,
  },
  scenarios: {
    '0001_baseline': scenarios0001,
    '0002_imported_rows': scenarios0002,
    '0003_writing': scenarios0003,
    '0004_recovery': scenarios0004,
    '0005_kinds': scenarios0005,
    '0006_retention': scenarios0006,
    '0007_domains': scenarios0007,
    '0008_comment_rows': scenarios0008,
  },
  notifications: {
    '0001_baseline': notifications0001,
    '0002_recovery': notifications0002,
    '0003_kinds': notifications0003,
    '0004_unknown_outcomes': notifications0004,
    '0005_retention': notifications0005,
    '0006_push_sessions': notifications0006,
    '0007_outgoing': notifications0007,
  },
  ai: {
    '0001_baseline': ai0001,
    '0002_recovery': ai0002,
    '0003_kinds': ai0003,
    '0004_learned': ai0004,
    '0005_retention': ai0005,
    '0006_running_activities': ai0006,
    '0007_kept_calls': ai0007,
  },
}

/** What is made of the rows that are there, at each run: it changes with what it is made by, as no migration may. */
const DERIVED: Partial<Record<Service, (db: Kysely<unknown>) => Promise<void>>> = { users: fillSkeletons }
/** Names of all migrations of a service, in their order. */
export const migrationsOf = (service: Service): string[] => Object.keys(MIGRATIONS[service])

/**
 * Creates the databases that are missing and brings each to its newest migration. Safe to run from several processes at once
 * (kysely takes an advisory lock) and again after a crash: each migration is one transaction with its bookkeeping.
 */
export async function migrate(
  urls: Readonly<Record<Service, string>>,
  onStep: (line: string) => void = () => {},
): Promise<void> {
  for (const service of SERVICES) {
    await createDatabase(urls[service])
    const db = openDatabase<unknown>(urls[service], { max: 2, applicationName: 'scenor-migrate' })
    try {
      await beginAtBaseline(db, service)
      const migrator = new Migrator({ db, provider: { getMigrations: async () => MIGRATIONS[service] } })
      const { error, results } = await migrator.migrateToLatest()
      if (error) throw new Error(`migration of database "${service}" failed`, { cause: error })
      for (const { migrationName } of results ?? []) onStep(`${service}: ${migrationName}`)
      await DERIVED[service]?.(db)
    } finally {
      await db.destroy()
    }
    const unset = await settle(urls[service], service)
    if (unset.length > 0) onStep(`${service}: an operator has to set ${unset.join(', ')}: this role or platform cannot`)
  }
}

const nameOf = (url: string) => decodeURIComponent(new URL(url).pathname.slice(1))

/** What of the database is no table. @returns limits that could not be set */
async function settle(url: string, service: Service): Promise<string[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 })
  await client.connect()
  try {
    await grantService(client, service, nameOf(url))
    return await limitSessions(client, nameOf(url))
  } finally {
    await client.end()
  }
}

async function createDatabase(url: string): Promise<void> {
  const name = nameOf(url)
  const maintenance = new URL(url)
  maintenance.pathname = '/postgres'
  const own = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 })
  const missing = await own.connect().then(
    () => own.end().then(() => false),
    (error: unknown) => {
      if (error instanceof pg.DatabaseError && error.code === '3D000') return true
      throw error
    },
  )
  if (!missing) return
  const client = new pg.Client({ connectionString: maintenance.href, connectionTimeoutMillis: 10_000 })
  await client.connect()
  try {
    await client.query(`create database ${client.escapeIdentifier(name)}`)
  } catch (error) {
    // Another process that starts at the same time was faster.
    if (!(error instanceof pg.DatabaseError && ['42P04', '23505'].includes(error.code ?? ''))) throw error
  } finally {
    await client.end()
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  // Past a pooler: it knows no database that is still to be made.
  const { listenUrls, MIGRATE_DATABASE_URL: owner } = loadConfig(undefined, undefined, 'migrate')
  const urls = SERVICES.map((service) => {
    const own = listenUrls?.[service]
    // The same database, as the role that owns it: those of the processes may change no schema.
    const url = owner === undefined ? own : databaseOn(owner, own === undefined ? service : nameOf(own))
    if (url === undefined) throw new Error('DATABASE_URL must be set')
    return [service, url]
  })
  await migrate(Object.fromEntries(urls) as Record<Service, string>, (line) =>
    process.stdout.write(`migrated ${line}\n`),
  )
}
