import type { Role } from '../../db/scenarios/schema.ts'
import { fail } from '../../errors/errors.ts'

/** What can be done with a scenario that one sees. */
export type ScenarioAction =
  'read' | 'comment' | 'edit' | 'resolve_comments' | 'see_shares' | 'share' | 'delete' | 'moderate_comments'

/** Who may what. Each role may what the one before may. */
const NEW_IN_ROLE: Record<Role, readonly ScenarioAction[]> = {
  viewer: ['read'],
  commenter: ['comment'],
  editor: ['edit', 'resolve_comments', 'see_shares'],
  owner: ['share', 'delete', 'moderate_comments'],
}
const ORDER: readonly Role[] = ['viewer', 'commenter', 'editor', 'owner']

export const may = (role: Role, action: ScenarioAction): boolean =>
  ORDER.slice(0, ORDER.indexOf(role) + 1).some((r) => NEW_IN_ROLE[r].includes(action))

/** @throws AppError access.denied: the person sees it, so it is no secret that it is there */
export function allow(role: Role, action: ScenarioAction): void {
  if (!may(role, action)) fail('access.denied')
}
