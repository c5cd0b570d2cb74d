import { v7 as uuidv7 } from 'uuid'
import {
  deleteTemplate,
  findTemplate,
  insertTemplate,
  listTemplates,
  replaceTemplate,
  type UsableTemplate,
} from '../../../db/scenarios/templates.ts'
import { fail } from '../../../errors/errors.ts'
import type { ApiDeps } from '../../context.ts'
import { decodeUuidCursor, pageOf } from '../../http/cursor.ts'
import { requireMatch, stale } from '../../http/if-match.ts'
import { created, noContent, ok, route, type Route } from '../../http/route.ts'
import { type Caller } from '../../http/caller.ts'
import {
  presentTemplate,
  Template,
  TemplateBody,
  templateContent,
  templateEtag,
  TemplateList,
  TemplateParams,
  TemplateQuery,
} from '../../schemas/templates.ts'

const position = (row: UsableTemplate) => ({ created_at: row.created_at.toISOString(), id: row.id })

export function templateRoutes({ databases }: Pick<ApiDeps, 'databases'>): Route[] {
  const db = databases.scenarios
  const load = async (id: string, user: Caller) => (await findTemplate(db, id, user.id)) ?? fail('template.not_found')
  /** One's own template that the request may change. */
  const changeable = async (id: string, user: Caller, ifMatch: string | undefined) => {
    const template = await load(id, user)
    if (template.owner_id !== user.id) fail('access.denied')
    requireMatch(ifMatch, templateEtag(template))
    return template
  }
  const moved = async (id: string, user: Caller) => stale(templateEtag(await load(id, user)))
  const errors = ['access.denied', 'precondition.required', 'precondition.failed'] as const
  const one = { auth: 'user', missing: 'template.not_found', params: TemplateParams } as const
  return [
    route({
      method: 'get',
      path: '/templates',
      summary: 'One’s own templates and the built-in ones',
      auth: 'user',
      query: TemplateQuery,
      responses: { 200: TemplateList },
      handle: async ({ user, query: { limit, cursor } }) => {
        const before = decodeUuidCursor(['templates'], cursor)
        const rows = await listTemplates(db, user.id, before, limit + 1)
        return ok(pageOf(rows, limit, ['templates'], position, presentTemplate))
      },
    }),
    route({
      method: 'post',
      path: '/templates',
      summary: 'Write a template of one’s own',
      auth: 'user',
      body: TemplateBody,
      idempotent: true,
      responses: { 201: Template },
      etag: true,
      handle: ({ user, body, once }) =>
        once(db, async (trx) => {
          const row = await insertTemplate(trx, uuidv7(), user.id, templateContent(body))
          return created(presentTemplate(row), `/api/v1/templates/${row.id}`, { etag: templateEtag(row) })
        }),
    }),
    route({
      ...one,
      method: 'get',
      path: '/templates/{id}',
      summary: 'One template',
      responses: { 200: Template },
      etag: true,
      handle: async ({ params, user }) => {
        const row = await load(params.id, user)
        return ok(presentTemplate(row), { etag: templateEtag(row) })
      },
    }),
    route({
      ...one,
      method: 'put',
      path: '/templates/{id}',
      summary: 'Replace one’s own template',
      body: TemplateBody,
      responses: { 200: Template },
      etag: true,
      errors,
      handle: async ({ params, user, body, header }) => {
        const { id, version } = await changeable(params.id, user, header('if-match'))
        const row = (await replaceTemplate(db, id, version, templateContent(body))) ?? (await moved(id, user))
        return ok(presentTemplate(row), { etag: templateEtag(row) })
      },
    }),
    route({
      ...one,
      method: 'delete',
      path: '/templates/{id}',
      summary: 'Remove one’s own template; scenarios made from it stay',
      responses: { 204: null },
      errors,
      handle: async ({ params, user, header }) => {
        const { id, version } = await changeable(params.id, user, header('if-match'))
        if (!(await deleteTemplate(db, id, version))) await moved(id, user)
        return noContent
      },
    }),
  ]
}
