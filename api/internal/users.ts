import { openPhoneCode } from '../../db/users/phone-codes.ts'
import { findProfile } from '../../db/users/profiles.ts'
import type { InternalDeps, Question } from '../internal.ts'
import { createPhoneCodeHash, makePhoneCode } from '../phone-code.ts'

/** What other services may ask of `users`. */
export function userQuestions({ databases: { users }, keys }: InternalDeps): Question[] {
  const hash = createPhoneCodeHash(keys.pepper.secret)
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
    {
      /** A code at the moment it is sent: only its hash stays here. Asked again (the provider was away), it gives another one. */
      method: 'post',
      path: '/phone-codes/{id}/open',
      scope: 'phone-codes:open',
      answer: async ({ params }) => {
        const [id, code] = [(params['id'] as string).toLowerCase(), makePhoneCode()]
        const opened = await openPhoneCode(users, id, hash(id, code))
        return opened && { ...opened, code }
      },
    },
  ]
}
