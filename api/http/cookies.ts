import type { Request } from './route.ts'

/** Where a cookie stands: one of this kind no other origin can set, read or plant. */
export interface CookiePlace {
  readonly name: string
  readonly attributes: string
}

/**
 * `__Host-`: over https, from this very host, for all its paths (RFC 6265bis §4.1.3.2). Browsers take no such cookie over plain http, so
 * that there is one exception: an API that its clients know as http://localhost. Ports share cookies there, so it goes to `path` alone.
 * @param publicUrl as clients know the API
 * @param path that needs it
 */
export function cookiePlace(publicUrl: string, name: string, path: string): CookiePlace {
  const { protocol, hostname } = new URL(publicUrl)
  const local = protocol === 'http:' && /^(localhost|127\.0\.0\.1|\[::1\])$/.test(hostname)
  return local
    ? { name, attributes: `Path=${path}; HttpOnly; SameSite=Strict` }
    : { name: `__Host-${name}`, attributes: 'Path=/; Secure; HttpOnly; SameSite=Strict' }
}

/** @param value of characters that need no quoting; @param lifeS 0 removes it */
export const setCookie = ({ name, attributes }: CookiePlace, value: string, lifeS: number): string =>
  `${name}=${value}; Max-Age=${lifeS}; ${attributes}`

/** The value of a cookie, if it is of 32 random bytes in base64url. */
export function readCookie(request: Pick<Request<never, never, never, never>, 'header'>, { name }: CookiePlace) {
  const pairs = (request.header('cookie') ?? '').split(';').map((pair) => pair.trim())
  const value = pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1)
  return value !== undefined && /^[\w-]{43}$/.test(value) ? value : undefined
}
