import type { z } from 'zod'
import { endSession } from '../../../commands/accounts.ts'
import type { RequestOrigin } from '../../../db/auth/security-events.ts'
import type { SessionRow } from '../../../db/auth/schema.ts'
import { listSessions } from '../../../db/auth/sessions.ts'
import { fail } from '../../../errors/errors.ts'
import type { Reason } from '../../../errors/reasons.ts'
import type { ApiDeps } from '../../context.ts'
import { decodeUuidCursor, pageOf } from '../../http/cursor.ts'
import { originOf } from '../../http/origin.ts'
import { rejectToken } from '../../pipeline.ts'
import { noContent, ok, route, type Request, type Route } from '../../http/route.ts'
import { RefreshRequest, SessionList, SessionParams, SessionQuery, Tokens } from '../../schemas/auth.ts'

const LIST = ['sessions']
const INVALID = { 'WWW-Authenticate': 'Bearer error="invalid_token"' }

export function sessionRoutes({ databases: { auth }, sessions, sessionMode }: ApiDeps): Route[] {
  /** Ends one session of the caller's. Returns whether it lived and was theirs. */
  const end = async (
    session: { account_id: string; session_id: string },
    kind: 'logout' | 'session_revoked',
    origin: RequestOrigin,
  ) => {
    const ended = await auth.transaction().execute((trx) => endSession(trx, session, kind, origin))
    sessions.forget([session.session_id])
    return ended
  }

  /**
   * The refresh token of the cookie in cookie mode, else of the body, and what goes with a refusal of it: a cookie that opens nothing goes.
   * @throws AppError validation.failed
   */
  const refreshTokenOf = (request: Request<unknown, unknown, z.output<typeof RefreshRequest>, unknown>) => {
    const cookie = sessionMode.refreshToken(request)
    const refresh_token = request.body?.refresh_token
    const wrong = (reason: Reason) => fail('validation.failed', { errors: [{ path: '/refresh_token', reason }] })
    if (cookie === null) return { token: refresh_token ?? wrong('required'), refused: { headers: INVALID } }
    if (refresh_token !== undefined) return wrong('unknown_field')
    return { token: cookie, refused: { headers: { ...INVALID, 'Set-Cookie': sessionMode.cleared } } }
  }

  return [
    route({
      method: 'post',
      path: '/auth/refresh',
      summary: 'A new pair of tokens for a refresh token',
      auth: 'none',
      body: RefreshRequest,
      sessionMode: true,
      responses: { 200: Tokens },
      errors: ['auth.refresh_invalid', 'auth.refresh_reused', 'rate.limited'],
      handle: async (request) => {
        const { token, refused } = refreshTokenOf(request)
        const refreshed = token === undefined ? undefined : await sessions.refresh(token, originOf(request))
        if (refreshed?.kind === 'reused') return fail('auth.refresh_reused', refused)
        if (refreshed?.kind !== 'refreshed') return fail('auth.refresh_invalid', refused)
        return { status: 200, ...sessionMode.present(request, refreshed.tokens) }
      },
    }),
    route({
      method: 'post',
      path: '/auth/logout',
      summary:
        'End this session; in cookie mode that of the cookie, which goes, also when the access token has expired',
      auth: 'optional',
      sessionMode: true,
      responses: { 204: null },
      errors: ['auth.required'],
      handle: async (request) => {
        const origin = originOf(request)
        const cookie = sessionMode.refreshToken(request)
        const { user } = request
        const kept = cookie ? await sessions.ofRefreshToken(cookie) : undefined
        if (!user && !cookie)
          return request.header('authorization') === undefined ? fail('auth.required') : rejectToken()
        if (user) await end({ account_id: user.id, session_id: user.session_id }, 'logout', origin)
        if (kept && kept.session_id !== user?.session_id) await end(kept, 'logout', origin)
        return cookie === null ? noContent : { ...noContent, cookies: [sessionMode.cleared] }
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
        const session = { account_id: request.user.id, session_id: request.params.id }
        const ended = await end(session, 'session_revoked', originOf(request))
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
