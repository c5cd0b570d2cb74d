import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { findAccount } from '../../db/auth/accounts.ts'
import { findArchive } from '../../db/auth/archives.ts'
import { findOpenErasure } from '../../db/auth/erasure.ts'
import { recordAct } from '../../db/auth/security-events.ts'
import { AppError, fail } from '../../errors.ts'
import { ERASURE, erasureId, type ErasureInput } from '../../workflows/erasure.contract.ts'
import { EXPORT, exportId, type ExportInput } from '../../workflows/export.contract.ts'
import type { ApiDeps } from '../context.ts'
import { AlreadyErasing, openErasure } from '../erasures.ts'
import { originOf } from '../origin.ts'
import { allowManaging } from '../policies/users.ts'
import { route, type Route } from '../route.ts'
import { acceptedOperation, Operation } from '../schemas/operations.ts'
import { uuid } from '../schemas/text.ts'
import { UserParams } from '../schemas/users.ts'

const ArchiveParams = z.object({ id: uuid, operation_id: z.string().regex(/^export-[0-9a-f-]{36}$/) })

export function personRoutes({ config, databases: { auth }, acceptor }: ApiDeps): Route[] {
  return [
    route({
      method: 'post',
      path: '/users/{id}/export',
      summary: 'An archive of everything stored on a person, for that person alone',
      auth: 'user',
      missing: 'user.not_found',
      params: UserParams,
      idempotent: true,
      responses: { 202: Operation },
      errors: ['access.denied'],
      handle: async (request) => {
        const { params, user, requestId } = request
        const account = (await findAccount(auth, params.id)) ?? fail('user.not_found')
        allowManaging(user, account.id)
        const input: ExportInput = {
          operation_id: exportId(randomUUID()),
          account_id: account.id,
          request_id: requestId,
        }
        const operation = operationOf(input, 'export', EXPORT)
        return acceptor.accept(request, 'auth', auth, operation, (trx) =>
          recordAct(trx, { kind: 'export_requested', account_id: account.id }, originOf(request)),
        )
      },
    }),
    route({
      method: 'get',
      path: '/users/{id}/export/{operation_id}',
      summary: 'The archive, for a day after it was finished',
      auth: 'user',
      missing: 'export.not_found',
      params: ArchiveParams,
      responses: { 200: z.looseObject({}) },
      handle: async ({ params, user }) => {
        // Nobody but the person, admins neither.
        if (params.id !== user.id) fail('export.not_found')
        const archive = (await findArchive(auth, params.operation_id, user.id)) ?? fail('export.not_found')
        return {
          status: 200,
          body: { person_id: user.id, created_at: archive.created_at.toISOString(), services: archive.parts },
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
      responses: { 202: Operation },
      errors: ['access.denied'],
      handle: async (request) => {
        const { params, user, requestId } = request
        const account = (await findAccount(auth, params.id)) ?? fail('user.not_found')
        allowManaging(user, account.id)
        const input: ErasureInput = {
          operation_id: erasureId(randomUUID()),
          account_id: account.id,
          request_id: requestId,
          delay_s: config.ERASURE_DELAY_S,
        }
        const operation = operationOf(input, 'erasure', ERASURE)
        const accepting = acceptor.accept(request, 'auth', auth, operation, (trx) =>
          openErasure(trx, input, originOf(request)),
        )
        return accepting.catch(async (error: unknown) => {
          // The answer to a second wish is the first one's operation.
          if (!(error instanceof AlreadyErasing)) throw error
          const open = await findOpenErasure(auth, account.id)
          return open
            ? acceptedOperation(open, await request.language())
            : Promise.reject(new AppError('user.not_found'))
        })
      },
    }),
  ]
}

const operationOf = (
  input: { operation_id: string; account_id: string; request_id: string },
  kind: 'export' | 'erasure',
  workflow: string,
) => ({
  id: input.operation_id,
  kind,
  owner_id: input.account_id,
  request_id: input.request_id,
  workflow,
  input,
  summary: kind,
})
