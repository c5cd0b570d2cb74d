import { z } from 'zod'
import type { CommentRow } from '../../db/scenarios/schema.ts'
import { MAX_COMMENT } from '../../script/limits.ts'
import { page } from '../http/cursor.ts'
import { text, uuid } from './text.ts'

export const Comment = z
  .object({
    id: z.uuid(),
    author_id: z.uuid(),
    parent_id: z.uuid().nullable(),
    body: z.string().nullable(),
    scene_id: z.uuid().nullable(),
    row_id: z.uuid().nullable(),
    resolved: z.boolean(),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .meta({ id: 'Comment' })

export const CommentList = z.object({ items: z.array(Comment), next_cursor: z.string().nullable() })
export const CommentQuery = z.object(page)
export const CommentParams = z.object({ id: z.uuid().toLowerCase() })

const id = uuid.nullish()
export const NewComment = z.strictObject({ body: text(1, MAX_COMMENT), parent_id: id, scene_id: id, row_id: id })

export const CommentChange = z
  .strictObject({ body: text(1, MAX_COMMENT).optional(), resolved: z.boolean().optional() })
  .refine((change) => change.body !== undefined || change.resolved !== undefined, 'body_or_resolved')

export const presentComment = (row: CommentRow): z.input<typeof Comment> => ({
  id: row.id,
  author_id: row.author_id,
  parent_id: row.parent_id,
  body: row.body,
  scene_id: row.scene_id,
  row_id: row.row_id,
  resolved: row.resolved,
  created_at: row.created_at.toISOString(),
  updated_at: row.updated_at.toISOString(),
})
