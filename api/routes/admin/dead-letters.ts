import { dropDeadLetter, listAllDeadLetters, openDeadLetter, replayDeadLetter } from '../../../commands/dead-letters.ts'
import { fail } from '../../../errors/errors.ts'
import type { ApiDeps } from '../../context.ts'
import { noContent, ok, route, type Route } from '../../http/route.ts'
import { DeadLetterList, DeadLetterParams, WholeDeadLetter } from '../../schemas/installation.ts'

const LISTED = 50

/** Messages that could not be handled, and events that could not be sent: the same as `cli/dead-letters.ts` does. */
export function deadLetterRoutes({ databases }: ApiDeps): Route[] {
  const one = { auth: 'admin', missing: 'dead_letter.not_found', params: DeadLetterParams } as const
  const done = (found: boolean) => (found ? noContent : fail('dead_letter.not_found'))
  return [
    route({
      method: 'get',
      path: '/admin/dead-letters',
      summary: 'Messages that could not be handled and events that could not be sent, the oldest of each place',
      auth: 'admin',
      responses: { 200: DeadLetterList },
      handle: async () => {
        const letters = await listAllDeadLetters(databases, LISTED)
        return ok({ items: letters.map((letter) => ({ ...letter, created_at: letter.created_at.toISOString() })) })
      },
    }),
    route({
      ...one,
      method: 'get',
      path: '/admin/dead-letters/{id}',
      summary: 'One, whole',
      responses: { 200: WholeDeadLetter },
      handle: async ({ params }) =>
        ok({ ...((await openDeadLetter(databases, params.id)) ?? fail('dead_letter.not_found')) }),
    }),
    route({
      ...one,
      method: 'post',
      path: '/admin/dead-letters/{id}/replay',
      summary: 'Have it handled or sent again',
      responses: { 204: null },
      handle: async ({ params }) => done(await replayDeadLetter(databases, params.id)),
    }),
    route({
      ...one,
      method: 'delete',
      path: '/admin/dead-letters/{id}',
      summary: 'Give it up',
      responses: { 204: null },
      handle: async ({ params }) => done(await dropDeadLetter(databases, params.id)),
    }),
  ]
}
