import { createHash, randomBytes, randomUUID } from 'node:crypto'
import type { Transaction } from 'kysely'
import { v7 as uuidv7 } from 'uuid'
import { z } from 'zod'
import { findAccount, findAccountByEmail } from '../../db/auth/accounts.ts'
import { insertStartIntent } from '../../db/operations/intents.ts'
import { insertOperation } from '../../db/operations/operations.ts'
import type { OperationRow } from '../../db/operations/schema.ts'
import { findScenario } from '../../db/scenarios/scenarios.ts'
import type { ScenariosDb, SeenScenario, ShareRow } from '../../db/scenarios/schema.ts'
import {
  changeShare,
  findByLink,
  findShare,
  findShareOf,
  insertShare,
  listShares,
  lockShares,
  revokeShare,
  type Grantee,
} from '../../db/scenarios/shares.ts'
import { fail } from '../../errors.ts'
import { appendEvent } from '../../events/outbox.ts'
import { SHARING, sharingId } from '../../workflows/sharing.contract.ts'
import type { ApiDeps } from '../context.ts'
import { decodeUuidCursor, pageOf } from '../cursor.ts'
import { allow } from '../policies/scenarios.ts'
import { noContent, ok, route, type Answer, type Caller, type Request, type Route } from '../route.ts'
import { presentScenario, Scenario, scenarioEtag, ScenarioParams } from '../schemas/scenarios.ts'
import {
  LinkParams,
  LinkShare,
  presentShare,
  Share,
  ShareBody,
  ShareList,
  ShareParams,
  ShareQuery,
} from '../schemas/shares.ts'
import { loadScenario } from './scenarios.ts'

type Sharing = Request<{ id: string }, undefined, z.output<typeof ShareBody>, Caller>

/** How long the answer waits to say whether the address has become access; the workflow goes on anyway. */
const WAIT_MS = 2_000
const TOKEN_BYTES = 32
const sha256 = (token: string) => createHash('sha256').update(token).digest()

export function shareRoutes({ config, databases, acceptor, temporal }: ApiDeps): Route[] {
  const db = databases.scenarios

  /** Tells of access that was given or changed. */
  const tell = (trx: Transaction<ScenariosDb>, scenario: SeenScenario, share: ShareRow, requestId: string) =>
    appendEvent(
      trx,
      'scenario_shared',
      {
        scenario_id: scenario.id,
        owner_id: scenario.owner_id,
        share_id: share.id,
        grantee_id: share.user_id,
        role: share.role,
      },
      requestId,
    )

  const shareByLink = async (
    { once, user, requestId }: Sharing,
    scenario: SeenScenario,
    body: { role: ShareRow['role']; expires_at?: string | null | undefined },
  ): Promise<Answer> => {
    const token = randomBytes(TOKEN_BYTES).toString('base64url')
    const answer = await once(db, async (trx) => {
      const row = await insertShare(trx, {
        ...nobody(scenario.id, user),
        role: body.role,
        token_hash: sha256(token),
        status: 'active',
        expires_at: body.expires_at ? new Date(body.expires_at) : null,
      })
      await tell(trx, scenario, row, requestId)
      return { status: 201, body: { id: row.id, role: row.role, expires_at: row.expires_at?.toISOString() ?? null } }
    })
    // The kept answer has no token: whoever repeats the request gets none.
    if (answer.replayed) return answer
    const url = `${config.publicUrl}/api/v1/shared/${token}`
    return { ...answer, body: { ...(answer.body as object), url, token } }
  }

  const shareWithPerson = async (
    request: Sharing,
    scenario: SeenScenario,
    grantee: Grantee,
    { role, message }: { role: ShareRow['role']; message?: string | undefined },
  ): Promise<Answer> => {
    const { once, user, requestId } = request
    const named = { ...(grantee.email !== null && { email: grantee.email }), ...(message !== undefined && { message }) }
    let operation: OperationRow | undefined
    const answer = await once(db, async (trx) => {
      await lockShares(trx, scenario.id)
      const before = await findShareOf(trx, scenario.id, grantee)
      if (before) {
        const row = await changeShare(trx, before, { role, ...named })
        if (row.status === 'active' && row.role !== before.role) await tell(trx, scenario, row, requestId)
        return ok(presentShare(row))
      }
      const byId = grantee.email === null
      const row = await insertShare(trx, {
        ...nobody(scenario.id, user),
        role,
        email: grantee.email,
        user_id: byId ? grantee.user_id : null,
        status: byId ? 'active' : 'invited',
        message: message ?? null,
      })
      if (byId) await tell(trx, scenario, row, requestId)
      else {
        operation = await insertOperation(trx, newSharing(row, user, requestId))
        await insertStartIntent(trx, operation.id)
      }
      return { status: 201, body: presentShare(row) }
    })
    if (!operation) return answer
    await acceptor.start('scenarios', operation)
    const id = operation.id
    await temporal.withDeadline(Date.now() + WAIT_MS, () => temporal.workflow.getHandle(id).result()).catch(() => {})
    const row = await findShare(db, (answer.body as { id: string }).id)
    return row ? { ...answer, body: presentShare(row) } : answer
  }

  /** Whom the request names. @throws AppError share.self, user.not_found */
  const granteeOf = async (
    { email, user_id }: { email?: string | undefined; user_id?: string | undefined },
    user: Caller,
  ): Promise<Grantee> => {
    if (email === undefined) {
      if (user_id === user.id) fail('share.self')
      if (user_id === undefined || (await findAccount(databases.auth, user_id))?.status !== 'active')
        fail('user.not_found', { status: 422, errors: [{ path: '/user_id', reason: 'nobody' }] })
      return { user_id, email: null }
    }
    const account = await findAccountByEmail(databases.auth, email)
    if (account?.id === user.id) fail('share.self')
    // An address that is not proven is nobody's yet.
    return { user_id: account?.email_verified_at ? account.id : null, email }
  }

  return [
    route({
      method: 'post',
      path: '/scenarios/{id}/share',
      summary: 'Share with a person (by address or id) or by a link',
      auth: 'user',
      missing: 'scenario.not_found',
      params: ScenarioParams,
      body: ShareBody,
      idempotent: true,
      responses: { 200: Share, 201: z.union([Share, LinkShare]) },
      errors: ['access.denied', 'share.self', ['user.not_found', 422]],
      handle: async (request) => {
        const { params, user, body } = request
        const scenario = await loadScenario(db, params.id, user)
        allow(scenario.role, 'share')
        if (body.link) return shareByLink(request, scenario, body)
        return shareWithPerson(request, scenario, await granteeOf(body, user), body)
      },
    }),
    route({
      method: 'get',
      path: '/scenarios/{id}/shares',
      summary: 'Who has access, and by which links',
      auth: 'user',
      missing: 'scenario.not_found',
      params: ScenarioParams,
      query: ShareQuery,
      responses: { 200: ShareList },
      errors: ['access.denied'],
      handle: async ({ params, user, query: { limit, cursor } }) => {
        const scenario = await loadScenario(db, params.id, user)
        allow(scenario.role, 'see_shares')
        const filters = ['shares', scenario.id]
        const rows = await listShares(db, scenario.id, decodeUuidCursor(filters, cursor), limit + 1)
        const position = (row: ShareRow) => ({ created_at: row.created_at.toISOString(), id: row.id })
        return ok(pageOf(rows, limit, filters, position, presentShare))
      },
    }),
    route({
      method: 'delete',
      path: '/scenarios/{id}/shares/{share_id}',
      summary: 'End an access, an invitation or a link, at once',
      auth: 'user',
      missing: 'share.not_found',
      params: ShareParams,
      responses: { 204: null },
      errors: ['access.denied', 'scenario.not_found'],
      handle: async ({ params, user, requestId }) => {
        const scenario = await loadScenario(db, params.id, user)
        allow(scenario.role, 'share')
        await db.transaction().execute(async (trx) => {
          const row = (await revokeShare(trx, scenario.id, params.share_id)) ?? fail('share.not_found')
          const data = {
            scenario_id: scenario.id,
            owner_id: scenario.owner_id,
            share_id: row.id,
            grantee_id: row.user_id,
          }
          await appendEvent(trx, 'scenario_unshared', data, requestId)
        })
        return noContent
      },
    }),
    route({
      method: 'get',
      path: '/shared/{token}',
      summary: 'What a link opens; no account needed',
      auth: 'none',
      missing: 'share.not_found',
      params: LinkParams,
      responses: { 200: Scenario },
      etag: true,
      handle: async ({ params, language }) => {
        const found = (await findByLink(db, sha256(params.token))) ?? fail('share.not_found')
        const row = (await findScenario(db, found.scenario_id, found.owner_id)) ?? fail('share.not_found')
        const lang = await language()
        return ok(presentScenario(row, found.role, lang), {
          etag: scenarioEtag(row.version, lang),
          // Not even to be asked about again from a cache: access ends at once.
          headers: { 'X-Robots-Tag': 'noindex', 'Cache-Control': 'no-store' },
        })
      },
    }),
  ]
}

/** A share that is nobody's yet. */
const nobody = (scenarioId: string, user: Caller) => ({
  id: uuidv7(),
  scenario_id: scenarioId,
  created_by: user.id,
  user_id: null,
  email: null,
  token_hash: null,
  expires_at: null,
  message: null,
})

function newSharing(share: ShareRow, user: Caller, requestId: string) {
  const id = sharingId(randomUUID())
  return {
    id,
    kind: 'sharing' as const,
    owner_id: user.id,
    request_id: requestId,
    workflow: SHARING,
    input: { operation_id: id, share_id: share.id, request_id: requestId },
    summary: 'share a scenario',
  }
}
