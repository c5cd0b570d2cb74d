import { DummyDriver, Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from 'kysely'
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

/** Opens pools to the databases of this process; those never used never connect. Another one refuses whoever asks it. */
export function openDatabases(config: Config, applicationName: string): Databases & { close(): Promise<void> } {
  const urls = config.databases
  if (!urls) throw new Error('DATABASE_URL must be set for this process')
  const open = <DB>(service: Service) => {
    const url = urls[service]
    if (url === undefined) return refusingDatabase<DB>(service)
    return openDatabase<DB>(url, { max: config.DATABASE_POOL, applicationName: `scenor-${applicationName}` })
  }
  const all = {
    auth: open<AuthDb>('auth'),
    users: open<UsersDb>('users'),
    scenarios: open<ScenariosDb>('scenarios'),
    ai: open<AiDb>('ai'),
    notifications: open<NotificationsDb>('notifications'),
  }
  return { ...all, close: async () => void (await Promise.all(Object.values(all).map((db) => db.destroy()))) }
}

/** Stands for a database whose credentials this process was not given. */
const refusingDatabase = <DB>(service: Service) =>
  new Kysely<DB>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new RefusingDriver(service),
      createIntrospector: (db) => new PostgresIntrospector(db),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  })

class RefusingDriver extends DummyDriver {
  readonly #service: Service
  constructor(service: Service) {
    super()
    this.#service = service
  }
  override acquireConnection(): Promise<never> {
    return Promise.reject(new Error(`the database of ${this.#service} is not of this process (roles.ts)`))
  }
}
