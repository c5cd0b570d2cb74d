import { addComment } from '../../../commands/comments.ts'
import { deleteComment, findComment, listComments, updateComment } from '../../../db/scenarios/comments.ts'
import type { CommentRow } from '../../../db/scenarios/schema.ts'
import { fail } from '../../../errors/errors.ts'
import type { ApiDeps } from '../../context.ts'
import { decodeUuidCursor, pageOf } from '../../http/cursor.ts'
import { may } from '../../policies/scenarios.ts'
import { created, noContent, ok, route, type Route } from '../../http/route.ts'
import { type Caller } from '../../http/caller.ts'
import {
  Comment,
  CommentChange,
  CommentList,
  CommentParams,
  CommentQuery,
  NewComment,
  presentComment,
} from '../../schemas/comments.ts'
import { ScenarioParams } from '../../schemas/scenarios.ts'
import { loadAllowed, loadScenario } from './scenario.ts'

const position = (row: CommentRow) => ({ created_at: row.created_at.toISOString(), id: row.id })

export function commentRoutes({ databases }: Pick<ApiDeps, 'databases'>): Route[] {
  const db = databases.scenarios
  const load = async (id: string, user: Caller) => (await findComment(db, id, user.id)) ?? fail('comment.not_found')
  return [
    route({
      method: 'get',
      path: '/scenarios/{id}/comments',
      summary: 'What is said about a scenario, oldest first',
      auth: 'user',
      missing: 'scenario.not_found',
      params: ScenarioParams,
      query: CommentQuery,
      responses: { 200: CommentList },
      handle: async ({ params, user, query: { limit, cursor } }) => {
        const { id } = await loadScenario(db, params.id, user)
        const after = decodeUuidCursor(['comments', id], cursor)
        const rows = await listComments(db, id, after, limit + 1)
        return ok(pageOf(rows, limit, ['comments', id], position, presentComment))
      },
    }),
    route({
      method: 'post',
      path: '/scenarios/{id}/comments',
      summary: 'Say something about a scenario, one of its scenes, or a comment',
      auth: 'user',
      limits: ['comments_person'],
      missing: 'scenario.not_found',
      params: ScenarioParams,
      body: NewComment,
      idempotent: true,
      responses: { 201: Comment },
      errors: ['access.denied', ['comment.not_found', 422]],
      handle: async (request) => {
        const { params, user, body } = request
        const scenario = await loadAllowed(db, params.id, user, 'comment')
        return request.once(db, async (trx) => {
          const row = await addComment(trx, request, scenario, body)
          return created(presentComment(row), `/api/v1/comments/${row.id}`)
        })
      },
    }),
    route({
      method: 'put',
      path: '/comments/{id}',
      summary: 'Edit one’s own comment, or resolve or reopen any',
      auth: 'user',
      limits: ['comments_person'],
      missing: 'comment.not_found',
      params: CommentParams,
      body: CommentChange,
      responses: { 200: Comment },
      errors: ['access.denied'],
      handle: async ({ params, user, body }) => {
        const comment = await load(params.id, user)
        const own = comment.author_id === user.id
        // Its thread can still be resolved, but words that were taken back do not return.
        if (body.body !== undefined && comment.body === null) fail('comment.not_found')
        if (body.body !== undefined && !own) fail('access.denied')
        if (body.resolved !== undefined && !own && !may(comment.role, 'resolve_comments')) fail('access.denied')
        return ok(presentComment((await updateComment(db, comment.id, body)) ?? fail('comment.not_found')))
      },
    }),
    route({
      method: 'delete',
      path: '/comments/{id}',
      summary: 'Take back a comment; its replies stay',
      auth: 'user',
      limits: ['comments_person'],
      missing: 'comment.not_found',
      params: CommentParams,
      responses: { 204: null },
      errors: ['access.denied'],
      handle: async ({ params, user }) => {
        const comment = await load(params.id, user)
        if (comment.body === null) fail('comment.not_found')
        if (comment.author_id !== user.id && !may(comment.role, 'moderate_comments')) fail('access.denied')
        await db.transaction().execute((trx) => deleteComment(trx, comment))
        return noContent
      },
    }),
  ]
}
