import { z } from 'zod'
import type { ShareRow } from '../../db/scenarios/schema.ts'
import type { Reason } from '../../errors/reasons.ts'
import { page } from '../http/cursor.ts'
import { Email } from './auth.ts'
import { text, uuid } from './text.ts'

const role = z.enum(['viewer', 'commenter', 'editor'])

const moment = z.iso.datetime({ offset: true }).refine((s) => new Date(s).getTime() > Date.now(), 'future')
const GRANTEES = ['email', 'user_id', 'link'] as const

/** Exactly one of `email`, `user_id` and `link` says who gets access; the rest depends on that. */
export const ShareBody = z
  .strictObject({
    email: Email.optional(),
    user_id: uuid.optional(),
    link: z.literal(true).optional(),
    role,
    message: text(1, 1_000).optional(),
    expires_at: moment.nullable().optional(),
  })
  .superRefine((body, context) => {
    const refuse = (field: keyof typeof body, message: Reason) =>
      context.addIssue({ code: 'custom', path: [field], message })
    const named = GRANTEES.filter((field) => body[field] !== undefined)
    if (named.length === 0) refuse('email', 'grantee')
    for (const field of named.slice(1)) refuse(field, `not_with ${named[0]}`)
    if (body.link && body.role === 'editor') refuse('role', 'link_role')
    if (body.link && body.message !== undefined) refuse('message', 'person_only')
    if (!body.link && body.expires_at !== undefined) refuse('expires_at', 'link_only')
  })

export const Share = z
  .object({
    id: z.uuid(),
    scenario_id: z.uuid(),
    grantee: z.object({ user_id: z.uuid().nullable(), email: z.string().nullable() }),
    role,
    status: z.enum(['active', 'invited']),
    link: z.boolean(),
    expires_at: z.iso.datetime().nullable(),
    created_at: z.iso.datetime(),
  })
  .meta({ id: 'Share' })

/** The token is shown in the first answer alone. */
export const LinkShare = z
  .object({
    id: z.uuid(),
    role,
    url: z.string().optional(),
    token: z.string().optional(),
    expires_at: z.iso.datetime().nullable(),
  })
  .meta({ id: 'LinkShare' })

export const ShareList = z.object({ items: z.array(Share), next_cursor: z.string().nullable() })
export const ShareQuery = z.object(page)
export const ShareParams = z.object({ id: z.uuid().toLowerCase(), share_id: z.uuid().toLowerCase() })
/** Whatever stands there: a browser gets a page for what is no token, too. */
export const LinkParams = z.object({ token: z.string().max(200) })

export const presentShare = (row: ShareRow): z.input<typeof Share> => ({
  id: row.id,
  scenario_id: row.scenario_id,
  grantee: { user_id: row.user_id, email: row.email },
  role: row.role,
  status: row.status === 'invited' ? 'invited' : 'active',
  link: row.token_hash !== null,
  expires_at: row.expires_at?.toISOString() ?? null,
  created_at: row.created_at.toISOString(),
})
