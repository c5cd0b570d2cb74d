import type { Kysely, Transaction } from 'kysely'
import { z } from 'zod'
import { deleteStartIntent, insertStartIntent } from '../../db/operations/intents.ts'
import {
  cancelOperation,
  findOperation,
  listOperations,
  reopenOperation,
  requestCancel,
} from '../../db/operations/operations.ts'
import type { AiDb } from '../../db/ai/schema.ts'
import type { AuthDb } from '../../db/auth/schema.ts'
import type { ActOrigin } from '../../db/auth/security-events.ts'
import type { AcceptTables, OperationKind, OperationRow } from '../../db/operations/schema.ts'
import { AppError, fail } from '../../errors.ts'
import type { Service } from '../../services.ts'
import type { ApiDeps } from '../context.ts'
import { endRun } from '../../events/run-ended.ts'
import { budgetOf } from '../../models/budget.ts'
import type { ErasureInput } from '../../workflows/erasure.contract.ts'
import { reopenRun } from '../ai-runs.ts'
import { decodeCursor, pageOf } from '../cursor.ts'
import { AlreadyErasing, openErasure } from '../erasures.ts'
import { streamOperation } from '../operation-events.ts'
import { originOf } from '../origin.ts'
import { isAdmin } from '../policies/users.ts'
import { rejectToken } from '../pipeline.ts'
import { events, ok, route, type Caller, type Route } from '../route.ts'
import {
  acceptedOperation,
  isOpen,
  isRetryable,
  Operation,
  OperationList,
  operationEtag,
  OperationParams,
  OperationQuery,
  presentOperation,
} from '../schemas/operations.ts'

/** Whose work it is: the service whose database holds the row. */
const OWNERS: Record<OperationKind, Service> = {
  registration: 'auth',
  erasure: 'auth',
  export: 'auth',
  sharing: 'scenarios',
  generation: 'ai',
  title: 'ai',
}
/** Its id cannot be guessed, and whoever waits for it has no token yet, or no longer. */
const OPEN_TO_ALL: readonly OperationKind[] = ['registration', 'erasure']

/** Asked for by the person, or by an admin on the person's behalf. */
const BY_ADMINS: readonly OperationKind[] = ['export', 'erasure']

const owns = (row: OperationRow, user: Caller | undefined): boolean =>
  user !== undefined && (row.owner_id === user.id || (isAdmin(user) && BY_ADMINS.includes(row.kind)))

const serviceOf = (id: string): Service => OWNERS[id.slice(0, id.indexOf('-')) as OperationKind]

/** What must hold, and be told, before an erasure is tried again. */
const reopenErasure = (trx: Transaction<AcceptTables>, row: OperationRow, origin: ActOrigin): Promise<void> =>
  openErasure(trx as unknown as Transaction<AuthDb>, row.input as ErasureInput, origin).catch((error: unknown) => {
    throw error instanceof AlreadyErasing ? new AppError('operation.not_retryable') : error
  })

/**
 * Whoever waits for an erasure may go on asking with a token that ends on the way.
 * @throws AppError auth.required, auth.token_rejected
 */
function allowAsking(id: string, user: Caller | undefined, authorization: string | undefined): void {
  if (user || OPEN_TO_ALL.some((kind) => id.startsWith(`${kind}-`))) return
  if (authorization === undefined) fail('auth.required')
  rejectToken()
}

/** The number that a client has seen; one that is no number of ours counts as none, and everything is told again. */
const lastEventId = (header: string | undefined): number => (/^\d{1,15}$/.test(header ?? '') ? Number(header) : 0)

export function operationRoutes({ config, databases, acceptor, temporal, operationWatch }: ApiDeps): Route[] {
  const tables = (service: Service): Kysely<AcceptTables> => databases[service]
  /** The operation if this caller may see it. */
  const visible = async (id: string, user: Caller | undefined): Promise<OperationRow> => {
    const row = await findOperation(tables(serviceOf(id)), id)
    if (row && (OPEN_TO_ALL.includes(row.kind) || owns(row, user))) return row
    return fail('operation.not_found')
  }
  /** The operation if this caller may change its course. */
  const own = async (id: string, user: Caller): Promise<OperationRow> => {
    const row = await visible(id, user)
    return owns(row, user) ? row : fail('operation.not_found')
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
      errors: ['auth.required'],
      handle: async ({ params, user, language, header }) => {
        allowAsking(params.id, user, header('authorization'))
        const row = await visible(params.id, user)
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
      mediaType: 'text/event-stream',
      responses: { 200: z.string() },
      errors: ['auth.required'],
      handle: async ({ params, user, header, language }) => {
        allowAsking(params.id, user, header('authorization'))
        const row = await visible(params.id, user)
        const db = tables(serviceOf(row.id))
        const after = lastEventId(header('last-event-id'))
        return events(streamOperation({ databases, db, watch: operationWatch }, row, after, await language()))
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
        const services = filters.kind ? [OWNERS[filters.kind]] : [...new Set(Object.values(OWNERS))]
        // A page of each database holds the page of all: the newest of the newest.
        const pages = await Promise.all(
          services.map((s) => listOperations(tables(s), { ownerId: user.id, ...filters, before, limit: limit + 1 })),
        )
        const rows = pages
          .flat()
          .toSorted((a, b) => b.created_at.getTime() - a.created_at.getTime() || (a.id < b.id ? 1 : -1))
        const lang = await language()
        const position = (row: OperationRow) => ({ created_at: row.created_at.toISOString(), id: row.id })
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
        const { id } = await own(params.id, user)
        const db = tables(serviceOf(id))
        const wanted =
          (await requestCancel(db, id)) ??
          fail(isOpen(await visible(id, user)) ? 'operation.not_cancellable' : 'operation.finished')
        // Not started yet: it ends here, and no workflow ever starts. Else its workflow is told; the relay repeats that if Temporal is away.
        const ended = await db.transaction().execute(async (trx) => {
          const unstarted = (await deleteStartIntent(trx, id)) && wanted.status === 'queued'
          const row = unstarted ? await cancelOperation(trx, id) : undefined
          if (row && serviceOf(id) === 'ai') await endRun(trx as unknown as Transaction<AiDb>, row, budgetOf(config))
          return row !== undefined
        })
        if (!ended) {
          const told = temporal.withDeadline(Date.now() + 1_000, () => temporal.workflow.getHandle(id).cancel())
          await told.catch((error: unknown) => log.warn({ err: error, workflow_id: id }, 'the relay will cancel it'))
        }
        return acceptedOperation(await visible(id, user), await language())
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
      errors: ['operation.not_retryable', 'ai.budget_exhausted'],
      handle: async (request) => {
        const { params, user, language, once } = request
        const row = await own(params.id, user)
        const service = serviceOf(row.id)
        const lang = await language()
        let reopened: OperationRow | undefined
        const answer = await once(tables(service), async (trx) => {
          if (!isRetryable(row)) fail('operation.not_retryable')
          if (row.kind === 'erasure') await reopenErasure(trx, row, originOf(request))
          // Of two requests at once one reopens it; the other finds it open.
          reopened = (await reopenOperation(trx, row.id)) ?? fail('operation.not_retryable')
          await insertStartIntent(trx, reopened.id)
          if (service === 'ai') await reopenRun(trx as unknown as Transaction<AiDb>, reopened, config)
          return acceptedOperation(reopened, lang)
        })
        if (reopened) await acceptor.start(service, reopened)
        return answer
      },
    }),
  ]
}
