import type { Kysely } from 'kysely'
import { z } from 'zod'
import { databaseOf, retryOperation } from '../../commands/operations.ts'
import { kindOf, kindOfId, OPERATION_KINDS, serviceOf } from '../../contracts/kinds.ts'
import type { Databases } from '../../db/databases.ts'
import { askedTogether } from '../../db/asked-together.ts'
import { findArchive } from '../../db/auth/archives.ts'
import { findOperations, listOperations, type OperationFilter } from '../../db/operations/operations.ts'
import type { AcceptTables, OperationRow } from '../../db/operations/schema.ts'
import { fail } from '../../errors/errors.ts'
import type { Service } from '../../services.ts'
import type { ApiDeps } from '../context.ts'
import { type Caller } from '../http/caller.ts'
import { decodeCursor, pageOf } from '../http/cursor.ts'
import { originOf } from '../http/origin.ts'
import { events, noContent, ok, route, type Route } from '../http/route.ts'
import { rejectToken } from '../pipeline.ts'
import { allowGoverning, allowSeeing } from '../policies/operations.ts'
import {
  acceptedOperation,
  Operation,
  OperationList,
  operationEtag,
  OperationParams,
  OperationQuery,
  presentOperation,
} from '../schemas/operations.ts'
import { stopOperation } from '../http/stop.ts'
import { operationSource } from '../streams/operation-events.ts'
import { seenId } from '../streams/seen.ts'
import { presentLink, SignedLink } from '../schemas/links.ts'
import { STREAM } from '../schemas/streams.ts'

/**
 * Who waits for an operation that everyone may see may go on asking with a token that ends on the way.
 * @throws AppError auth.required, auth.token_rejected
 */
function allowAsking(id: string, user: Caller | undefined, authorization: string | undefined): void {
  if (user || kindOf(kindOfId(id)).visibleTo === 'everyone') return
  if (authorization === undefined) fail('auth.required')
  rejectToken()
}

/** The newest of all databases that may hold some: a page of each holds the page of all. */
async function newestOf(databases: Databases, filter: OperationFilter): Promise<OperationRow[]> {
  const kinds = filter.kind ? [filter.kind] : OPERATION_KINDS
  const services = [...new Set(kinds.map(serviceOf))]
  const pages = await Promise.all(services.map((service) => listOperations(databases[service], filter)))
  return pages.flat().toSorted((a, b) => b.created_at.getTime() - a.created_at.getTime() || (a.id < b.id ? 1 : -1))
}

const position = (row: OperationRow) => ({ created_at: row.created_at.toISOString(), id: row.id })

export function operationRoutes(deps: ApiDeps): Route[] {
  const { config, databases, acceptor, operationWatch, signedLinks } = deps
  const tables = (id: string): Kysely<AcceptTables> => databases[serviceOf(kindOfId(id))]
  const finders = new Map<Service, (id: string) => Promise<OperationRow | undefined>>()
  /** Polls are the most frequent question of all. */
  const find = (id: string) => {
    const service = serviceOf(kindOfId(id))
    const known = finders.get(service) ?? askedTogether((ids) => findOperations(databases[service], ids))
    finders.set(service, known)
    return known(id)
  }

  return [
    route({
      method: 'get',
      path: '/operations/{id}',
      summary: 'Where a piece of long work stands',
      auth: 'optional',
      missing: 'operation.not_found',
      params: OperationParams,
      responses: { 200: Operation },
      etag: true,
      polled: true,
      errors: ['auth.required'],
      handle: async ({ params, user, language, header }) => {
        allowAsking(params.id, user, header('authorization'))
        const row = allowSeeing(await find(params.id), user)
        // Only an error has texts: most polls need not know the reader's language, which may cost a look at the profile.
        const lang = row.error_code === null ? 'en' : await language()
        return ok(presentOperation(row, lang), {
          etag: operationEtag(row, lang),
          headers: row.finished_at ? {} : { 'Retry-After': '1' },
        })
      },
    }),
    route({
      method: 'get',
      path: '/operations/{id}/events',
      summary: 'What happens to it, while it happens (server-sent events)',
      auth: 'optional',
      missing: 'operation.not_found',
      params: OperationParams,
      ...STREAM,
      responses: { 200: z.string(), 204: null },
      errors: ['auth.required'],
      handle: async ({ params, user, header, query: { wait, last_event_id }, language }) => {
        allowAsking(params.id, user, header('authorization'))
        const row = allowSeeing(await find(params.id), user)
        const seen = Number(seenId(header('last-event-id'), last_event_id) ?? 0)
        const from = { databases, db: tables(row.id), watch: operationWatch }
        const source = await operationSource(from, row, seen, await language())
        // An EventSource that has heard the end comes back all the same, until it is told that there is nothing more (204).
        return source.ended && wait === undefined ? noContent : events({ source, waitMs: wait })
      },
    }),
    route({
      method: 'post',
      path: '/operations/{id}/download-link',
      summary: 'A link that opens what a person’s archive came to, without a token, for five minutes',
      auth: 'user',
      missing: 'operation.not_found',
      params: OperationParams,
      responses: { 201: SignedLink },
      errors: ['export.not_found'],
      handle: async ({ params, user }) => {
        const row = allowSeeing(await find(params.id), user)
        // Nobody but the person, admins neither.
        const archive =
          row.kind === 'export' && row.owner_id === user.id && (await findArchive(databases.auth, row.id, user.id))
        if (!archive) fail('export.not_found')
        const target = `/api/v1/users/${user.id}/export/${row.id}`
        return { status: 201, body: presentLink(signedLinks.make(user, config.publicUrl, target)) }
      },
    }),
    route({
      method: 'get',
      path: '/operations',
      summary: 'The caller’s own operations, newest first',
      auth: 'user',
      query: OperationQuery,
      responses: { 200: OperationList },
      handle: async ({ user, query: { limit, cursor, ...filters }, language }) => {
        const before = decodeCursor(['operations', filters], cursor)
        const rows = await newestOf(databases, { ownerId: user.id, ...filters, before, limit: limit + 1 })
        const lang = await language()
        return ok(pageOf(rows, limit, ['operations', filters], position, (row) => presentOperation(row, lang)))
      },
    }),
    route({
      method: 'post',
      path: '/operations/{id}/cancel',
      summary: 'Stop it',
      auth: 'user',
      missing: 'operation.not_found',
      params: OperationParams,
      responses: { 202: Operation },
      errors: ['operation.finished', 'operation.not_cancellable'],
      handle: async ({ params, user, language, log }) => {
        const row = allowGoverning(await find(params.id), user)
        await stopOperation(deps, row, log)
        return acceptedOperation(allowSeeing(await find(row.id), user), await language())
      },
    }),
    route({
      method: 'post',
      path: '/operations/{id}/retry',
      summary: 'Try a failed or cancelled one again, under the same id',
      auth: 'user',
      missing: 'operation.not_found',
      params: OperationParams,
      responses: { 202: Operation },
      idempotent: true,
      errors: ['operation.not_retryable', 'ai.budget_exhausted', 'ai.cap_exceeded'],
      handle: async (request) => {
        const { params, user, language, once } = request
        const row = allowGoverning(await find(params.id), user)
        const lang = await language()
        let reopened: OperationRow | undefined
        const answer = await once(databaseOf(databases, row.kind), async (trx) => {
          reopened = await retryOperation(trx, row, { config, origin: originOf(request) })
          return acceptedOperation(reopened, lang)
        })
        if (reopened) await acceptor.start(reopened)
        return answer
      },
    }),
  ]
}
