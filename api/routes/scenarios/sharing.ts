import { randomBytes } from 'node:crypto'
import type { Kysely } from 'kysely'
import type { z } from 'zod'
import { shareByLink, shareWithPerson } from '../../../commands/shares.ts'
import { findAccount, findAccountByEmail } from '../../../db/auth/accounts.ts'
import type { AuthDb } from '../../../db/auth/schema.ts'
import type { AcceptedRow } from '../../../db/operations/intents.ts'
import type { SeenScenario } from '../../../db/scenarios/schema.ts'
import { findShare, type Grantee } from '../../../db/scenarios/shares.ts'
import { fail } from '../../../errors/errors.ts'
import type { ApiDeps } from '../../context.ts'
import type { Caller } from '../../http/caller.ts'
import type { Answer, Request } from '../../http/route.ts'
import { presentShare, type ShareBody } from '../../schemas/shares.ts'
import { tokenHash } from '../../../keys/token-hash.ts'

type Sharing = Request<{ id: string }, undefined, z.output<typeof ShareBody>, Caller>
type Deps = Pick<ApiDeps, 'config' | 'databases' | 'acceptor' | 'temporal'>

/** How long the answer waits to say whether the address has become access; the workflow goes on anyway. */
const WAIT_TIMEOUT_MS = 2_000
const TOKEN_BYTES = 32

/** Shares by a link; its token is in the first answer alone: the kept one has none. */
export async function linkAnswer(
  { config, databases }: Deps,
  request: Sharing,
  scenario: SeenScenario,
): Promise<Answer> {
  const { role, expires_at } = request.body
  const token = randomBytes(TOKEN_BYTES).toString('base64url')
  const link = { role, token_hash: tokenHash(token), expires_at: expires_at ? new Date(expires_at) : null }
  let shown = {}
  const answer = await request.once(databases.scenarios, async (trx) => {
    const row = await shareByLink(trx, request, scenario, link)
    shown = { id: row.id, role: row.role, expires_at: row.expires_at?.toISOString() ?? null }
    return { status: 201, body: shown }
  })
  if (answer.replayed) return answer
  return { ...answer, body: { ...shown, url: `${config.appUrl}/shared/${token}`, token } }
}

/** Shares with a person, and waits a little for what becomes of an address. */
export async function personAnswer(
  deps: Deps,
  request: Sharing,
  scenario: SeenScenario,
  grantee: Grantee,
): Promise<Answer> {
  const db = deps.databases.scenarios
  let started: { readonly operation: AcceptedRow; readonly share_id: string } | undefined
  const answer = await request.once(db, async (trx) => {
    const { share, isNew, operation } = await shareWithPerson(trx, request, scenario, grantee, request.body)
    if (operation) started = { operation, share_id: share.id }
    return { status: isNew ? 201 : 200, body: presentShare(share) }
  })
  if (!started) return answer
  await settled(deps, started.operation)
  const share = await findShare(db, started.share_id)
  return share ? { ...answer, body: presentShare(share) } : answer
}

async function settled({ acceptor, temporal }: Deps, operation: AcceptedRow): Promise<void> {
  await acceptor.start(operation)
  const result = () => temporal.workflow.getHandle(operation.id).result()
  await temporal.withDeadline(Date.now() + WAIT_TIMEOUT_MS, result).catch(() => {})
}

/** The person that the request names. @throws AppError share.self, user.not_found */
export async function granteeOf(
  auth: Kysely<AuthDb>,
  { email, user_id }: { readonly email?: string | undefined; readonly user_id?: string | undefined },
  user: Caller,
): Promise<Grantee> {
  if (email === undefined) {
    if (user_id === user.id) fail('share.self')
    if (user_id === undefined || (await findAccount(auth, user_id))?.status !== 'active')
      fail('user.not_found', { status: 422, errors: [{ path: '/user_id', reason: 'nobody' }] })
    return { user_id, email: null }
  }
  const account = await findAccountByEmail(auth, email)
  if (account?.id === user.id) fail('share.self')
  // An address that is not proven is nobody's yet.
  return { user_id: account?.email_verified_at ? account.id : null, email }
}
