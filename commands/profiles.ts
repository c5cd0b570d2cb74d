import type { Transaction } from 'kysely'
import { provePhone } from '../db/users/phone-codes.ts'
import { replaceProfile, type ProfileFields } from '../db/users/profiles.ts'
import type { UsersDb } from '../db/users/schema.ts'
import { fail } from '../errors/errors.ts'
import { appendEvent } from '../events/outbox.ts'

/** @throws AppError user.not_found, user.username_taken */
export async function changeProfile(
  trx: Transaction<UsersDb>,
  id: string,
  fields: ProfileFields,
  requestId: string,
): Promise<void> {
  if (!(await replaceProfile(trx, id, fields))) fail('user.not_found')
  await appendEvent(trx, 'user_updated', { user_id: id }, requestId)
}

/** Uses a code up: the number that it went to is the person's. @throws AppError user.phone_code_invalid */
export async function verifyPhone(
  trx: Transaction<UsersDb>,
  code: { readonly id: string; readonly user_id: string },
  requestId: string,
): Promise<void> {
  if (!(await provePhone(trx, code.id))) fail('user.phone_code_invalid')
  await appendEvent(trx, 'user_updated', { user_id: code.user_id }, requestId)
}
