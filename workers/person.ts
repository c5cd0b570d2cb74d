import { createInternalClient } from '../activities/internal-client.ts'
import { createPersonActivities, type PersonActivities } from '../activities/person.ts'
import { AI_PERSON_TABLES } from '../db/ai/person.ts'
import { AUTH_PERSON_TABLES } from '../db/auth/person.ts'
import { NOTIFICATIONS_PERSON_TABLES } from '../db/notifications/person.ts'
import type { PersonTable } from '../db/person.ts'
import { SCENARIOS_PERSON_TABLES } from '../db/scenarios/person.ts'
import { USERS_PERSON_TABLES } from '../db/users/person.ts'
import type { Service } from '../services.ts'
import type { WorkerDeps } from './services.ts'

/** What each service holds of people. */
export const PERSON_TABLES: Record<Service, readonly PersonTable[]> = {
  auth: AUTH_PERSON_TABLES,
  users: USERS_PERSON_TABLES,
  scenarios: SCENARIOS_PERSON_TABLES,
  ai: AI_PERSON_TABLES,
  notifications: NOTIFICATIONS_PERSON_TABLES,
}

/** Export and erasure of one service. `auth` erases in the step that ends the erasure, with its receipt. */
export function personActivities(
  service: Service,
  { databases, config, keys }: Pick<WorkerDeps, 'databases' | 'config' | 'keys'>,
): Partial<PersonActivities> {
  const internal = createInternalClient({ baseUrl: config.internalUrl, key: keys.serviceToken, self: service })
  // Which database it is does not matter to these: all their SQL comes from the list.
  const db = databases[service] as unknown as (typeof databases)['auth']
  const { exportPerson, erasePerson } = createPersonActivities({ db, tables: PERSON_TABLES[service], internal })
  return service === 'auth' ? { exportPerson } : { exportPerson, erasePerson }
}
