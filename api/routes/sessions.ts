import { recordAct } from '../../db/auth/security-events.ts'
import { promiseLetter } from '../../db/auth/letters.ts'
import type { SessionRow } from '../../db/auth/schema.ts'
import { listSessions, revokeSessions } from '../../db/auth/sessions.ts'
import { fail } from '../../errors.ts'
import type { ApiDeps } from '../context.ts'
import { decodeUuidCursor, pageOf } from '../cursor.ts'
import { originOf } from '../origin.ts'
import { noContent, ok, route, type Route } from '../route.ts'
import { RefreshRequest, SessionList, SessionParams, SessionQuery, Tokens } from '../schemas/auth.ts'
import { clientKey } from '../throttle.ts'

const LIST = ['sessions']
const INVALID = { headers: { 'WWW-Authenticate': 'Bearer error="invalid_token"' } }

export function sessionRoutes({ databases: { auth }, sessions, throttle }: ApiDeps): Route[] {
  /** Ends one session of a person; undefined when it had ended or is not his. */
  const end = (
    accountId: string,
    sessionId: string,
    kind: 'logout' | 'session_revoked',
    origin: ReturnType<typeof originOf>,
  ) =>
    auth.transaction().execute(async (trx) => {
      const [ended] = await revokeSessions(trx, accountId, { only: sessionId }, kind)
      if (ended) await recordAct(trx, { kind, account_id: accountId, session_id: ended }, origin)
      sessions.forget([sessionId])
      return ended
    })

  return [
    route({
      method: 'post',
      path: '/auth/refresh',
      summary: 'A new pair of tokens for a refresh token',
      auth: 'none',
      body: RefreshRequest,
      responses: { 200: Tokens },
      errors: ['auth.refresh_invalid', 'auth.refresh_reused', 'rate.limited'],
      handle: async (request) => {
        await throttle.need('auth_address', clientKey(request.ip))
        const refreshed = await sessions.refresh(request.body.refresh_token, async (trx, reused) => {
          const origin = originOf(request)
          await recordAct(trx, { kind: 'refresh_reused', ...reused }, origin)
          await promiseLetter(trx, {
            account_id: reused.account_id,
            kind: 'session_ended',
            request_id: origin.request_id,
          })
        })
        if (refreshed.kind === 'reused') return fail('auth.refresh_reused', INVALID)
        return refreshed.kind === 'refreshed' ? ok(refreshed.tokens) : fail('auth.refresh_invalid', INVALID)
      },
    }),
    route({
      method: 'post',
      path: '/auth/logout',
      summary: 'End this session',
      auth: 'user',
      responses: { 204: null },
      handle: async (request) => {
        await end(request.user.id, request.user.session_id, 'logout', originOf(request))
        return noContent
      },
    }),
    route({
      method: 'get',
      path: '/auth/sessions',
      summary: 'Where the caller is signed in, newest first',
      auth: 'user',
      query: SessionQuery,
      responses: { 200: SessionList },
      handle: async ({ user, query: { limit, cursor } }) => {
        const before = decodeUuidCursor(LIST, cursor)
        const rows = await listSessions(auth, { accountId: user.id, before, limit: limit + 1 })
        const position = (row: SessionRow) => ({ created_at: row.created_at.toISOString(), id: row.id })
        return ok(pageOf(rows, limit, LIST, position, (row) => presentSession(row, user.session_id)))
      },
    }),
    route({
      method: 'delete',
      path: '/auth/sessions/{id}',
      summary: 'End one of the caller’s sessions',
      auth: 'user',
      missing: 'session.not_found',
      params: SessionParams,
      responses: { 204: null },
      handle: async (request) => {
        const ended = await end(request.user.id, request.params.id, 'session_revoked', originOf(request))
        return ended ? noContent : fail('session.not_found')
      },
    }),
  ]
}

const presentSession = (row: SessionRow, current: string) => ({
  id: row.id,
  created_at: row.created_at.toISOString(),
  last_used_at: row.last_used_at.toISOString(),
  user_agent: row.user_agent,
  ip: row.ip,
  current: row.id === current,
})
