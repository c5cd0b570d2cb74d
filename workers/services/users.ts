import { createUsersActivities } from '../../activities/users/index.ts'
import { USERS_PERSONAL_DATA } from '../../db/users/personal-data.ts'
import { lookAfterPhoneCodes } from '../relays/promised.ts'
import { runPhoneCodeRelay } from '../relays/workflows.ts'
import { DATABASE_STEPS, type ServiceDefinition } from './service.ts'

export const users: ServiceDefinition<'users'> = {
  activities: ({ db, internal }) => createUsersActivities({ db, internal }),
  workflows: false,
  concurrency: () => DATABASE_STEPS,
  personalData: USERS_PERSONAL_DATA,
  relays: [runPhoneCodeRelay, lookAfterPhoneCodes],
  schedules: [],
  subscriptions: [],
}
