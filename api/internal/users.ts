import { findProfile } from '../../db/users/profiles.ts'
import type { InternalDeps, Question } from '../internal.ts'

/** What other services may ask of `users`. */
export function userQuestions({ databases: { users } }: InternalDeps): Question[] {
  return [
    {
      method: 'get',
      path: '/profiles/{id}',
      scope: 'profiles:read',
      answer: async ({ params }) => {
        const profile = await findProfile(users, params['id'] as string)
        return (
          profile && {
            username: profile.username,
            full_name: profile.full_name,
            phone_number: profile.phone_number,
            phone_verified: profile.phone_verified_at !== null,
            locale: profile.locale,
            timezone: profile.timezone,
          }
        )
      },
    },
  ]
}
