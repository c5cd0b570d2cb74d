import type { Kysely } from 'kysely'
import { deleteProfile, insertProfile } from '../../db/users/profiles.ts'
import type { UsersDb } from '../../db/users/schema.ts'
import { withFailures } from '../failures.ts'
import type { InternalClient } from '../../internal/client.ts'

export interface ProfileStep {
  readonly account_id: string
  readonly username: string
  readonly full_name: string | null
  readonly locale: string | null
  readonly has_phone_number: boolean
}

export type UsersActivities = ReturnType<typeof createUsersActivities>

export function createUsersActivities({ db, internal }: { db: Kysely<UsersDb>; internal: InternalClient }) {
  return withFailures({
    createProfile: async (step: ProfileStep): Promise<void> => {
      // Asked for at the moment of use: a phone number may not stand in a history.
      const phone = step.has_phone_number ? ((await internal.contacts(step.account_id))?.phone_number ?? null) : null
      await insertProfile(db, {
        id: step.account_id,
        username: step.username,
        full_name: step.full_name,
        phone_number: phone,
        locale: step.locale,
      })
    },

    /** Compensation of `createProfile`; content when there is nothing to remove. */
    removeProfile: (step: { account_id: string }): Promise<void> => deleteProfile(db, step.account_id),
  })
}
