import { verifyPhone } from '../../../commands/profiles.ts'
import { findLivingSession } from '../../../db/auth/sessions.ts'
import { findProfile } from '../../../db/users/profiles.ts'
import { promisePhoneCode, tryPhoneCode } from '../../../db/users/phone-codes.ts'
import { fail } from '../../../errors/errors.ts'
import { secretsOf } from '../../../keys/rings.ts'
import type { ApiDeps } from '../../context.ts'
import { createPhoneCodeHash, isSameHash } from '../../auth/phone-code.ts'
import { allowManaging } from '../../policies/users.ts'
import { noContent, ok, route, type Route } from '../../http/route.ts'
import { type Caller } from '../../http/caller.ts'
import { Phone, PhoneCode, UserParams } from '../../schemas/users.ts'

/** Text messages cost money and wake people: they go to numbers alone whose owner typed in a code that was sent there. */
export function phoneRoutes({ databases: { auth, users }, keys, throttle }: ApiDeps): Route[] {
  const hashes = secretsOf(keys.phoneCodes).map(createPhoneCodeHash)
  const load = async (id: string) => (await findProfile(users, id)) ?? fail('user.not_found')
  /** A code proves that the number is the person's own: no admin does that for somebody else. */
  const own = async (user: Caller, id: string) => {
    const profile = await load(id)
    if (user.id !== id) fail('access.denied')
    return profile
  }
  /** A code ends with the session that asked for it, and with the password of that time. @throws AppError user.phone_code_invalid */
  const needAsker = async ({ session_id, created_at }: { session_id: string | null; created_at: Date }) => {
    if (session_id === null) return
    const asker = (await findLivingSession(auth, session_id)) ?? fail('user.phone_code_invalid')
    if (asker.password_changed_at && asker.password_changed_at > created_at) fail('user.phone_code_invalid')
  }
  return [
    route({
      method: 'get',
      path: '/users/{id}/phone',
      summary: 'The number, and since when it is proven',
      auth: 'user',
      missing: 'user.not_found',
      params: UserParams,
      responses: { 200: Phone },
      errors: ['access.denied'],
      handle: async ({ user, params }) => {
        const { phone_number, phone_verified_at } = await load(params.id)
        allowManaging(user, params.id)
        return ok({ phone_number, verified_at: phone_verified_at?.toISOString() ?? null })
      },
    }),
    route({
      method: 'post',
      path: '/users/{id}/phone/code',
      summary: 'Have a code sent to one’s number; it holds for ten minutes',
      auth: 'user',
      missing: 'user.not_found',
      params: UserParams,
      idempotent: true,
      responses: { 202: null },
      errors: ['access.denied', 'user.phone_missing', 'rate.limited'],
      handle: async ({ user, params, once, requestId }) => {
        const { phone_number } = await own(user, params.id)
        if (phone_number === null) fail('user.phone_missing')
        await throttle.need('texts_account', user.id)
        // For those who make accounts to have a stranger's telephone ring, or to earn by its texts.
        await throttle.need('texts_number', phone_number)
        return once(users, async (trx) => {
          await promisePhoneCode(trx, {
            user_id: user.id,
            session_id: user.session_id,
            phone_number,
            request_id: requestId,
          })
          return { status: 202 }
        })
      },
    }),
    route({
      method: 'post',
      path: '/users/{id}/phone/verify',
      summary: 'Prove the number with the code; five tries a code',
      auth: 'user',
      missing: 'user.not_found',
      params: UserParams,
      body: PhoneCode,
      responses: { 204: null },
      errors: ['access.denied', 'user.phone_code_invalid'],
      handle: async ({ user, params, body, requestId }) => {
        await own(user, params.id)
        const tried = (await tryPhoneCode(users, user.id)) ?? fail('user.phone_code_invalid')
        if (!hashes.some((hash) => isSameHash(tried.code_hash, hash(tried.id, body.code))))
          fail('user.phone_code_invalid')
        await needAsker(tried)
        const code = { id: tried.id, user_id: user.id }
        await users.transaction().execute((trx) => verifyPhone(trx, code, requestId))
        return noContent
      },
    }),
  ]
}
