import { pathToFileURL } from 'node:url'
import { Migrator, type Migration } from 'kysely/migration'
import pg from 'pg'
import { loadConfig } from '../config.ts'
import { SERVICES, type Service } from '../services.ts'
import * as ai0001 from './ai/migrations/0001_generations.ts'
import * as ai0002 from './ai/migrations/0002_relay.ts'
import * as ai0003 from './ai/migrations/0003_events.ts'
import * as ai0004 from './ai/migrations/0004_runs.ts'
import * as ai0005 from './ai/migrations/0005_care.ts'
import * as ai0006 from './ai/migrations/0006_budget_told.ts'
import * as ai0007 from './ai/migrations/0007_budget_spent.ts'
import * as ai0008 from './ai/migrations/0008_provider_told.ts'
import * as ai0009 from './ai/migrations/0009_trace.ts'
import * as auth0001 from './auth/migrations/0001_accounts.ts'
import * as auth0002 from './auth/migrations/0002_relay.ts'
import * as auth0003 from './auth/migrations/0003_security.ts'
import * as auth0004 from './auth/migrations/0004_trace.ts'
import * as auth0005 from './auth/migrations/0005_letter_trace.ts'
import { openDatabase } from './connection.ts'
import * as notifications0001 from './notifications/migrations/0001_accept.ts'
import * as notifications0002 from './notifications/migrations/0002_relay.ts'
import * as notifications0003 from './notifications/migrations/0003_bus.ts'
import * as notifications0004 from './notifications/migrations/0004_mails.ts'
import * as notifications0005 from './notifications/migrations/0005_notifications.ts'
import * as notifications0006 from './notifications/migrations/0006_trace.ts'
import * as notifications0007 from './notifications/migrations/0007_bus_reading.ts'
import * as scenarios0001 from './scenarios/migrations/0001_scenarios.ts'
import * as scenarios0002 from './scenarios/migrations/0002_shares.ts'
import * as scenarios0003 from './scenarios/migrations/0003_relay.ts'
import * as scenarios0004 from './scenarios/migrations/0004_documents.ts'
import * as scenarios0005 from './scenarios/migrations/0005_sharing.ts'
import * as scenarios0006 from './scenarios/migrations/0006_trace.ts'
import * as scenarios0007 from './scenarios/migrations/0007_tags.ts'
import * as users0001 from './users/migrations/0001_profiles.ts'
import * as users0002 from './users/migrations/0002_relay.ts'
import * as users0003 from './users/migrations/0003_phone.ts'
import * as users0004 from './users/migrations/0004_trace.ts'
import * as users0005 from './users/migrations/0005_phone_codes.ts'
import * as users0006 from './users/migrations/0006_phone_code_trace.ts'

/** Every migration by service and name. A released one never changes; a new one goes to the end. */
const MIGRATIONS: Record<Service, Record<string, Migration>> = {
  auth: {
    '0001_accounts': auth0001,
    '0002_relay': auth0002,
    '0003_security': auth0003,
    '0004_trace': auth0004,
    '0005_letter_trace': auth0005,
  },
  users: {
    '0001_profiles': users0001,
    '0002_relay': users0002,
    '0003_phone': users0003,
    '0004_trace': users0004,
    '0005_phone_codes': users0005,
    '0006_phone_code_trace': users0006,
  },
  scenarios: {
    '0001_scenarios': scenarios0001,
    '0002_shares': scenarios0002,
    '0003_relay': scenarios0003,
    '0004_documents': scenarios0004,
    '0005_sharing': scenarios0005,
    '0006_trace': scenarios0006,
    '0007_tags': scenarios0007,
  },
  notifications: {
    '0001_accept': notifications0001,
    '0002_relay': notifications0002,
    '0003_bus': notifications0003,
    '0004_mails': notifications0004,
    '0005_notifications': notifications0005,
    '0006_trace': notifications0006,
    '0007_bus_reading': notifications0007,
  },
  ai: {
    '0001_generations': ai0001,
    '0002_relay': ai0002,
    '0003_events': ai0003,
    '0004_runs': ai0004,
    '0005_care': ai0005,
    '0006_budget_told': ai0006,
    '0007_budget_spent': ai0007,
    '0008_provider_told': ai0008,
    '0009_trace': ai0009,
  },
}

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
      const migrator = new Migrator({ db, provider: { getMigrations: async () => MIGRATIONS[service] } })
      const { error, results } = await migrator.migrateToLatest()
      if (error) throw new Error(`migration of database "${service}" failed`, { cause: error })
      for (const { migrationName } of results ?? []) onStep(`${service}: ${migrationName}`)
    } finally {
      await db.destroy()
    }
  }
}

async function createDatabase(url: string): Promise<void> {
  const name = decodeURIComponent(new URL(url).pathname.slice(1))
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
  const { databases } = loadConfig()
  if (!databases) throw new Error('DATABASE_URL must be set')
  await migrate(databases, (line) => process.stdout.write(`migrated ${line}\n`))
}
