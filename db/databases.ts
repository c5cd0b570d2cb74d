import type { Kysely } from 'kysely'
import type { AiDb } from './ai/schema.ts'
import type { AuthDb } from './auth/schema.ts'
import type { NotificationsDb } from './notifications/schema.ts'
import type { ScenariosDb } from './scenarios/schema.ts'
import type { UsersDb } from './users/schema.ts'
import type { Config } from '../config.ts'
import type { Service } from '../services.ts'
import { openDatabase } from './connection.ts'

/** The tables of each service's database. */
export interface ServiceDb {
  readonly auth: AuthDb
  readonly users: UsersDb
  readonly scenarios: ScenariosDb
  readonly ai: AiDb
  readonly notifications: NotificationsDb
}

/** The five databases, one for each service. No SQL crosses them. */
export type Databases = { readonly [S in Service]: Kysely<ServiceDb[S]> }

/** Opens pools to all five databases; those never used never connect. */
export function openDatabases(config: Config, applicationName: string): Databases & { close(): Promise<void> } {
  const urls = config.databases
  if (!urls) throw new Error('DATABASE_URL must be set for this process')
  const open = <DB>(service: Service) =>
    openDatabase<DB>(urls[service], { max: config.DATABASE_POOL, applicationName: `scenor-${applicationName}` })
  const all = {
    auth: open<AuthDb>('auth'),
    users: open<UsersDb>('users'),
    scenarios: open<ScenariosDb>('scenarios'),
    ai: open<AiDb>('ai'),
    notifications: open<NotificationsDb>('notifications'),
  }
  return { ...all, close: async () => void (await Promise.all(Object.values(all).map((db) => db.destroy()))) }
}
