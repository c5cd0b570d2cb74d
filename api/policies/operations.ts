import { kindOf } from '../../contracts/kinds.ts'
import type { OperationRow } from '../../db/operations/schema.ts'
import { fail } from '../../errors/errors.ts'
import type { Caller } from '../http/caller.ts'
import { isAdmin } from './users.ts'

/** Whether this caller may change its course. */
function mayGovern(row: Pick<OperationRow, 'kind' | 'owner_id'>, user: Caller | undefined): boolean {
  if (user === undefined) return false
  return row.owner_id === user.id || (kindOf(row.kind).governedBy === 'owner_and_admins' && isAdmin(user))
}

/** Whether this caller may see it. */
const maySee = (row: Pick<OperationRow, 'kind' | 'owner_id'>, user: Caller | undefined): boolean =>
  kindOf(row.kind).visibleTo === 'everyone' || mayGovern(row, user)

/** @throws AppError operation.not_found: there is none for this caller */
export const allowSeeing = (row: OperationRow | undefined, user: Caller | undefined): OperationRow =>
  row && maySee(row, user) ? row : fail('operation.not_found')

/** @throws AppError operation.not_found: there is none that this caller may govern */
export const allowGoverning = (row: OperationRow | undefined, user: Caller): OperationRow =>
  row && mayGovern(row, user) ? row : fail('operation.not_found')
