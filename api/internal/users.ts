import { openPhoneCode } from '../../db/users/phone-codes.ts'
import { findProfile } from '../../db/users/profiles.ts'
import type { InternalDeps } from './internal-route.ts'
import type { InternalRoute } from './internal-route.ts'
import { createPhoneCodeHash, createPhoneCodes } from '../auth/phone-code.ts'

/** What other services may ask of `users`. */
export function userInternalRoutes({ databases: { users }, keys }: InternalDeps): InternalRoute[] {
  const hash = createPhoneCodeHash(keys.phoneCodes[0].secret)
  const codeOf = createPhoneCodes(keys.phoneCodes[0].secret)
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
      /** A code at the moment it is sent: only its hash stays here. Asked again, it gives the same one. */
      method: 'post',
      path: '/phone-codes/{id}/open',
      scope: 'phone-codes:open',
      answer: async ({ params }) => {
        const id = (params['id'] as string).toLowerCase()
        const code = codeOf(id)
        const opened = await openPhoneCode(users, id, hash(id, code))
        return opened && { ...opened, code }
      },
    },
  ]
}
