import { changeProfile } from '../../../commands/profiles.ts'
import { findAccount } from '../../../db/auth/accounts.ts'
import type { AccountRow } from '../../../db/auth/schema.ts'
import { recordSecurityEvent } from '../../../db/auth/security-events.ts'
import { findProfile } from '../../../db/users/profiles.ts'
import type { ProfileRow } from '../../../db/users/schema.ts'
import { fail } from '../../../errors/errors.ts'
import type { ApiDeps } from '../../context.ts'
import { originOf } from '../../http/origin.ts'
import { allowManaging, mayManage } from '../../policies/users.ts'
import { allowUsername } from '../../policies/usernames.ts'
import { ok, route, type Route } from '../../http/route.ts'
import { Profile, ProfileReplacement, PublicProfile, UserParams } from '../../schemas/users.ts'
import { z } from 'zod'

export function userRoutes({ databases: { auth, users } }: ApiDeps): Route[] {
  const whole = async (id: string) => {
    const [profile, account] = await Promise.all([findProfile(users, id), findAccount(auth, id)])
    return profile && account ? presentWhole(profile, account) : fail('user.not_found')
  }

  return [
    route({
      method: 'get',
      path: '/users/profile',
      summary: 'The caller’s own profile',
      auth: 'user',
      responses: { 200: Profile },
      etag: true,
      errors: ['user.not_found'],
      handle: async ({ user }) => whole(user.id),
    }),
    route({
      method: 'get',
      path: '/users/{id}',
      summary: 'A person: all of it for the person and for admins, else what everybody may see',
      auth: 'user',
      missing: 'user.not_found',
      params: UserParams,
      responses: { 200: z.union([Profile, PublicProfile]) },
      etag: true,
      handle: async ({ user, params }) => {
        if (mayManage(user, params.id)) return whole(params.id)
        const profile = (await findProfile(users, params.id)) ?? fail('user.not_found')
        return ok(presentPublic(profile), { etag: `${profile.version}.public` })
      },
    }),
    route({
      method: 'put',
      path: '/users/{id}',
      summary: 'Replace a profile',
      auth: 'user',
      missing: 'user.not_found',
      params: UserParams,
      body: ProfileReplacement,
      responses: { 200: Profile },
      etag: true,
      errors: ['access.denied', 'user.username_taken'],
      handle: async (request) => {
        const { user, params, body, requestId } = request
        const { username } = (await findProfile(users, params.id)) ?? fail('user.not_found')
        allowManaging(user, params.id)
        // Who writes back what was read keeps a name of before, and its look.
        const renamed = body.username === username ? undefined : body.username
        if (renamed !== undefined) allowUsername(renamed)
        await users
          .transaction()
          .execute((trx) => changeProfile(trx, params.id, { ...body, username: renamed }, requestId))
        if (user.id !== params.id)
          await recordSecurityEvent(
            auth,
            { kind: 'profile_changed_by_admin', account_id: params.id },
            originOf(request),
          )
        return whole(params.id)
      },
    }),
  ]
}

function presentWhole({ version, ...profile }: ProfileRow, account: AccountRow) {
  const body = {
    ...profile,
    email: account.email,
    created_at: profile.created_at.toISOString(),
    updated_at: profile.updated_at.toISOString(),
  }
  return ok(body, { etag: `${version}.whole` })
}

const presentPublic = ({ id, username, full_name, avatar_url, bio }: ProfileRow) => ({
  id,
  username,
  full_name,
  avatar_url,
  bio,
})
