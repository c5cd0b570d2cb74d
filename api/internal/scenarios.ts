import { findInvitation } from '../../db/scenarios/shares.ts'
import type { InternalDeps, Question } from '../internal.ts'

/** What other services may ask of `scenarios`. */
export function scenarioQuestions({ databases: { scenarios } }: InternalDeps): Question[] {
  return [
    {
      method: 'get',
      path: '/invitations/{id}',
      scope: 'invitations:read',
      answer: ({ params }) => findInvitation(scenarios, params['id'] as string),
    },
  ]
}
