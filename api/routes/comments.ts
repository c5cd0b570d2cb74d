import { v7 as uuidv7 } from 'uuid'
import {
  deleteComment,
  findComment,
  insertComment,
  listComments,
  lockThread,
  updateComment,
} from '../../db/scenarios/comments.ts'
import type { CommentRow } from '../../db/scenarios/schema.ts'
import { hadScene } from '../../db/scenarios/versions.ts'
import { fail } from '../../errors.ts'
import { appendEvent } from '../../events/outbox.ts'
import type { ApiDeps } from '../context.ts'
import { decodeUuidCursor, pageOf } from '../cursor.ts'
import { allow, may } from '../policies/scenarios.ts'
import { created, noContent, ok, route, type Caller, type Route } from '../route.ts'
import {
  Comment,
  CommentChange,
  CommentList,
  CommentParams,
  CommentQuery,
  NewComment,
  presentComment,
} from '../schemas/comments.ts'
import { ScenarioParams } from '../schemas/scenarios.ts'
import { loadScenario } from './scenarios.ts'

const position = (row: CommentRow) => ({ created_at: row.created_at.toISOString(), id: row.id })

/** The status of a thing that a body names and that is not there. */
const UNKNOWN = 422
const unknown = (code: 'comment.not_found' | 'validation.failed', path: string) =>
  fail(code, { status: UNKNOWN, errors: [{ path, reason: 'not_of_scenario' }] })

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
      missing: 'scenario.not_found',
      params: ScenarioParams,
      body: NewComment,
      idempotent: true,
      responses: { 201: Comment },
      errors: ['access.denied', ['comment.not_found', UNKNOWN]],
      handle: async (request) => {
        const { params, user, body, requestId } = request
        const scenario = await loadScenario(db, params.id, user)
        allow(scenario.role, 'comment')
        return request.once(db, async (trx) => {
          const thread = body.parent_id
            ? ((await lockThread(trx, scenario.id, body.parent_id)) ?? unknown('comment.not_found', '/parent_id'))
            : null
          const sceneId = body.scene_id ?? null
          const here = sceneId === null || scenario.scenes.some((s) => s.id === sceneId)
          if (!here && !(await hadScene(trx, scenario.id, sceneId))) unknown('validation.failed', '/scene_id')
          const row = await insertComment(trx, {
            id: uuidv7(),
            scenario_id: scenario.id,
            author_id: user.id,
            parent_id: thread?.id ?? null,
            body: body.body,
            scene_id: sceneId ?? thread?.scene_id ?? null,
          })
          await appendEvent(
            trx,
            'comment_added',
            {
              scenario_id: scenario.id,
              owner_id: scenario.owner_id,
              comment_id: row.id,
              author_id: user.id,
              thread_author_id: thread?.author_id ?? null,
            },
            requestId,
          )
          return created(presentComment(row), `/api/v1/comments/${row.id}`)
        })
      },
    }),
    route({
      method: 'put',
      path: '/comments/{id}',
      summary: 'Edit one’s own comment, or resolve or reopen any',
      auth: 'user',
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
