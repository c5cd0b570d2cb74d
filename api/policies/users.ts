import { fail } from '../../errors/errors.ts'
import type { Caller } from '../http/caller.ts'

export const isAdmin = (caller: Caller): boolean => caller.roles.includes('admin')

/** May this caller see and change all of that person? */
export const mayManage = (caller: Caller, userId: string): boolean => caller.id === userId || isAdmin(caller)

/** @throws AppError access.denied */
export function allowManaging(caller: Caller, userId: string): void {
  if (!mayManage(caller, userId)) fail('access.denied')
}
