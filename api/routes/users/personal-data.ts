import { Readable } from 'node:stream'
import { z } from 'zod'
import { AlreadyErasing, erasureOrder } from '../../../commands/erasures.ts'
import { exportOrder } from '../../../commands/person-exports.ts'
import { findAccount } from '../../../db/auth/accounts.ts'
import { archiveServices, findArchive, type FinishedArchive } from '../../../db/auth/archives.ts'
import { findOpenErasure } from '../../../db/auth/erasure.ts'
import { fail } from '../../../errors/errors.ts'
import type { ApiDeps } from '../../context.ts'
import { type Caller } from '../../http/caller.ts'
import { originOf } from '../../http/origin.ts'
import { route, type Request, type Route } from '../../http/route.ts'
import { freshlySignedIn } from '../../auth/own-password.ts'
import { FreshSignIn } from '../../schemas/auth.ts'
import { allowManaging } from '../../policies/users.ts'
import { acceptedOperation, Operation } from '../../schemas/operations.ts'
import { uuid } from '../../schemas/text.ts'
import { UserParams } from '../../schemas/users.ts'

const ArchiveParams = z.object({ id: uuid, operation_id: z.string().regex(/^export-[0-9a-f-]{36}$/) })

export function personalDataRoutes(deps: ApiDeps): Route[] {
  const { config, acceptor } = deps
  const { auth } = deps.databases
  /** @throws AppError user.not_found, access.denied */
  const manageable = async (id: string, user: Caller) => {
    const account = (await findAccount(auth, id)) ?? fail('user.not_found')
    allowManaging(user, account.id)
    return account
  }

  /** The same, for what cannot be undone or gives all away: one's own, a short time after signing in. @throws auth.fresh_login_needed */
  const governed = async (request: Request<{ id: string }, unknown, z.output<typeof FreshSignIn>, Caller>) => {
    const account = await manageable(request.params.id, request.user)
    if (account.id === request.user.id) await freshlySignedIn(deps, request, request.body?.password)
    return account
  }

  /** Read piece by piece as the client takes it. */
  const fileOf = (person_id: string, archive: FinishedArchive) => {
    const head = JSON.stringify({ person_id, created_at: archive.created_at.toISOString() })
    return Readable.from(
      (async function* () {
        yield `${head.slice(0, -1)},"services":`
        yield* archiveServices(auth, archive)
        yield '}'
      })(),
      { objectMode: false },
    )
  }

  return [
    route({
      method: 'post',
      path: '/users/{id}/export',
      summary: 'An archive of everything stored on a person, for that person alone',
      auth: 'user',
      limits: ['archives_person'],
      missing: 'user.not_found',
      params: UserParams,
      body: FreshSignIn,
      idempotent: true,
      responses: { 202: Operation },
      errors: ['access.denied', 'auth.fresh_login_needed', 'rate.limited'],
      handle: async (request) => {
        const account = await governed(request)
        return acceptor.accept(request, auth, exportOrder(account.id, originOf(request)))
      },
    }),
    route({
      method: 'get',
      path: '/users/{id}/export/{operation_id}',
      summary: 'The archive, for a day after it was finished',
      auth: 'user',
      signed: true,
      missing: 'export.not_found',
      params: ArchiveParams,
      responses: { 200: z.looseObject({}) },
      handle: async ({ params, user }) => {
        // Nobody but the person, admins neither.
        if (params.id !== user.id) fail('export.not_found')
        const archive = (await findArchive(auth, params.operation_id, user.id)) ?? fail('export.not_found')
        return {
          status: 200,
          finished: { mediaType: 'application/json', bytes: fileOf(user.id, archive) },
          headers: { 'Content-Disposition': `attachment; filename="scenor-${params.operation_id}.json"` },
        }
      },
    }),
    route({
      method: 'delete',
      path: '/users/{id}',
      summary: 'Erase a person everywhere, after a time in which it can be cancelled',
      auth: 'user',
      missing: 'user.not_found',
      params: UserParams,
      body: FreshSignIn,
      responses: { 202: Operation },
      errors: ['access.denied', 'auth.fresh_login_needed', 'rate.limited'],
      handle: async (request) => {
        const account = await governed(request)
        const order = erasureOrder(account.id, config.ERASURE_DELAY_S, originOf(request))
        return acceptor.accept(request, auth, order).catch(async (error: unknown) => {
          // The answer to a second wish is the first one's operation.
          if (!(error instanceof AlreadyErasing)) throw error
          const open = (await findOpenErasure(auth, account.id)) ?? fail('user.not_found')
          return acceptedOperation(open, await request.language())
        })
      },
    }),
  ]
}
