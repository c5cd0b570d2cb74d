import type { Kysely } from 'kysely'
import { handleEvent } from '../activities/notifications/consumer.ts'
import { activateInvitations } from '../activities/scenarios/sharing.ts'
import type { Config } from '../config.ts'
import type { Databases } from '../db/connection.ts'
import type { InboxTables } from '../db/inbox/schema.ts'
import { TOPICS } from '../events/catalogue.ts'
import type { Keys } from '../keys.ts'
import type { Service } from '../services.ts'
import type { Hearing } from './consumers.ts'
import { internalClient } from './services.ts'

interface Deps {
  readonly config: Config
  readonly databases: Databases
  readonly keys: Keys
}

/** What each service hears of the others. */
export function hearingsOf(service: Service, { config, databases, keys }: Deps): readonly Hearing[] {
  // kysely's type is invariant in its tables; both databases have these.
  const inbox = (db: unknown) => db as Kysely<InboxTables>
  if (service === 'notifications') {
    const db = databases.notifications
    // All but what it says itself.
    const topics = TOPICS.filter((topic) => topic !== 'notification_events')
    return [{ group: 'notifications', topics, handle: (event) => handleEvent(db, event), db: inbox(db) }]
  }
  if (service === 'scenarios') {
    const db = databases.scenarios
    const internal = internalClient(config, keys, 'scenarios')
    const handle: Hearing['handle'] = (event) => activateInvitations({ db, internal }, event)
    return [{ group: 'scenarios', topics: ['user_events'], handle, db: inbox(db) }]
  }
  return []
}
