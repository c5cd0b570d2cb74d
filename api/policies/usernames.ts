import { isReserved } from '../../db/users/skeleton.ts'
import { isOneScript } from '../../db/users/username.ts'
import { fail } from '../../errors/errors.ts'
import type { Reason } from '../../errors/reasons.ts'

/**
 * Whether somebody may be called that from now on. Names of before, and those that came from the monolith, stay.
 * @throws AppError validation.failed
 */
export function allowUsername(username: string): void {
  const refuse = (reason: Reason) => fail('validation.failed', { errors: [{ path: '/username', reason }] })
  if (isReserved(username)) refuse('username_reserved')
  if (!isOneScript(username)) refuse('username_one_script')
}
