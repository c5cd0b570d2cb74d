import type { Transaction } from 'kysely'
import { v7 as uuidv7 } from 'uuid'
import { insertComment, lockThread } from '../db/scenarios/comments.ts'
import type { CommentRow, ScenarioRow, ScenariosDb } from '../db/scenarios/schema.ts'
import { hadPart } from '../db/scenarios/versions.ts'
import { fail } from '../errors/errors.ts'
import { appendEvent } from '../events/outbox.ts'
import type { Actor } from './scenarios.ts'

/** The status of a thing that a body names and that is not there. */
const UNKNOWN = 422
const unknown = (code: 'comment.not_found' | 'validation.failed', path: string) =>
  fail(code, { status: UNKNOWN, errors: [{ path, reason: 'not_of_scenario' }] })

interface NewWords {
  readonly body: string
  readonly parent_id?: string | null | undefined
  readonly scene_id?: string | null | undefined
  /** Of that scene. */
  readonly row_id?: string | null | undefined
}

/**
 * Says something about a scenario, one of its scenes or rows (of any version), or a comment; a reply goes to the first comment of its
 * thread.
 * @throws AppError comment.not_found, validation.failed: both 422, for what `words` names and the scenario does not have
 */
export async function addComment(
  trx: Transaction<ScenariosDb>,
  { user, requestId }: Actor,
  scenario: ScenarioRow,
  { body, parent_id, scene_id = null, row_id = null }: NewWords,
): Promise<CommentRow> {
  const thread = parent_id
    ? ((await lockThread(trx, scenario.id, parent_id)) ?? unknown('comment.not_found', '/parent_id'))
    : null
  if (row_id !== null && scene_id === null) unknown('validation.failed', '/scene_id')
  const isHere = scenario.scenes.some(
    ({ id, rows }) => id === scene_id && (row_id === null || rows.some((row) => row.id === row_id)),
  )
  if (scene_id !== null && !isHere && !(await hadPart(trx, scenario.id, scene_id, row_id)))
    unknown('validation.failed', row_id === null ? '/scene_id' : '/row_id')
  const row = await insertComment(trx, {
    id: uuidv7(),
    scenario_id: scenario.id,
    author_id: user.id,
    parent_id: thread?.id ?? null,
    body,
    // A reply stands where its thread does, unless it says otherwise.
    scene_id: scene_id ?? thread?.scene_id ?? null,
    row_id: scene_id === null ? (thread?.row_id ?? null) : row_id,
  })
  const { id: scenario_id, owner_id } = scenario
  const said = { scenario_id, owner_id, comment_id: row.id, author_id: user.id }
  await appendEvent(trx, 'comment_added', { ...said, thread_author_id: thread?.author_id ?? null }, requestId)
  return row
}
