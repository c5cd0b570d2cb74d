import type { Profile, Routes } from '../../../../client/index.ts'
import { scenor } from '../../session.ts'

type Body = Routes['PUT /users/{id}']['input']['body']

/** Changes some of a profile: what a PUT does not say becomes empty, so it says the rest as it is. */
export function put(profile: Profile, change: Partial<Body>): PromiseLike<Profile> {
  const { id, full_name, username, phone_number, avatar_url, bio, locale, timezone, settings } = profile
  const body = { full_name, username, phone_number, avatar_url, bio, locale, timezone, settings, ...change }
  return scenor.call('PUT /users/{id}', { params: { id }, body })
}
