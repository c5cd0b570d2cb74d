import { RETENTION } from '../../retention.ts'
import { cookiePlace, readCookie, setCookie } from '../http/cookies.ts'
import type { Request } from '../http/route.ts'
import type { TokenPair } from './sessions.ts'

type Asking = Pick<Request<never, never, never, never>, 'header'>

interface Given {
  readonly cookies: readonly string[]
  readonly headers: Readonly<Record<string, string>>
}

const PATH = '/api/v1/auth'
/** 32 bytes in base64url. */
const TOKEN = /^[\w-]{43}$/

/**
 * How a client keeps what it is given. Its refresh token: itself (bearer), or in a cookie that no script can read, if it says so with each
 * request (`X-Session-Mode: cookie`). No page of another origin can set that header without being allowed to (CORS), so that the cookie
 * alone does nothing: that, and SameSite=Strict, is all there is to do against forged requests. The proof of its device, which opens
 * nothing by itself: in a cookie where there are cookies, and as `X-Device-Token` where the client keeps its tokens itself.
 */
export interface SessionMode {
  /** The refresh token of this request's cookie; null: not in cookie mode; undefined: in it, and there is none. */
  refreshToken(request: Asking): string | null | undefined
  /** The tokens as this client is to have them. */
  present(request: Asking, tokens: TokenPair): Pick<Given, 'cookies'> & { readonly body: object }
  /** Removes the cookie of the refresh token. */
  readonly cleared: string
  deviceToken(request: Asking): string | undefined
  presentDevice(request: Asking, token: string): Given
}

export function createSessionMode(publicUrl: string): SessionMode {
  const refresh = cookiePlace(publicUrl, 'scenor_refresh', PATH)
  const device = cookiePlace(publicUrl, 'scenor_device', PATH)
  const byCookie = (request: Asking) => request.header('x-session-mode')?.toLowerCase() === 'cookie'
  return {
    refreshToken: (request) => (byCookie(request) ? readCookie(request, refresh) : null),
    present: (request, { refresh_token, ...tokens }) =>
      byCookie(request)
        ? { body: tokens, cookies: [setCookie(refresh, refresh_token, RETENTION.idleSessions)] }
        : { body: { ...tokens, refresh_token }, cookies: [] },
    cleared: setCookie(refresh, '', 0),
    deviceToken: (request) => {
      const header = request.header('x-device-token')
      return header !== undefined && TOKEN.test(header) ? header : readCookie(request, device)
    },
    presentDevice: (request, token) => ({
      cookies: [setCookie(device, token, RETENTION.devices)],
      headers: byCookie(request) ? {} : { 'X-Device-Token': token },
    }),
  }
}
