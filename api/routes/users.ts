import { findAccount } from '../../db/auth/accounts.ts'
import type { AccountRow } from '../../db/auth/schema.ts'
import { recordAct } from '../../db/auth/security-events.ts'
import { findProfile, replaceProfile } from '../../db/users/profiles.ts'
import type { ProfileRow } from '../../db/users/schema.ts'
import { fail } from '../../errors.ts'
import { appendEvent } from '../../events/outbox.ts'
import type { ApiDeps } from '../context.ts'
import { originOf } from '../origin.ts'
import { allowManaging, mayManage } from '../policies/users.ts'
import { ok, route, type Route } from '../route.ts'
import { Profile, ProfileReplacement, PublicProfile, UserParams } from '../schemas/users.ts'
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
        if (!(await findProfile(users, params.id))) fail('user.not_found')
        allowManaging(user, params.id)
        await users.transaction().execute(async (trx) => {
          if (!(await replaceProfile(trx, params.id, body))) fail('user.not_found')
          await appendEvent(trx, 'user_updated', { user_id: params.id }, requestId)
        })
        if (user.id !== params.id)
          await recordAct(auth, { kind: 'profile_changed_by_admin', account_id: params.id }, originOf(request))
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
