import { Refused } from './refused.ts'

/** What a sign-in and a refresh answer. */
export interface Tokens {
  readonly access_token: string
  readonly refresh_token?: string | undefined
}

/** Who the client speaks for. */
export type SessionOptions =
  /** A token of the caller's own; the function is asked again when one is refused. */
  | { readonly token: string | (() => string | Promise<string>) }
  /** A page of the same site as the API: the refresh token is in a cookie that no script can read. */
  | { readonly session: 'cookie' }
  /** The client keeps the session; `refreshToken` goes on with one, `onRefreshToken` hears each new one, undefined at its end. */
  | {
      readonly session?: 'bearer'
      readonly refreshToken?: string
      readonly onRefreshToken?: (token: string | undefined) => void
    }

export interface Session {
  readonly cookie: boolean
  /** An access token; undefined: nobody is signed in. */
  token(): Promise<string | undefined>
  /** Another one in place of what was refused; calls at the same time get the same. */
  renew(stale: string | undefined): Promise<string | undefined>
  keep(tokens: Tokens | undefined): void
}

/**
 * @param refresh asks the API for new tokens
 * @param onSignedOut the session has ended, by us or elsewhere
 */
export function createSession(
  options: SessionOptions,
  refresh: (refreshToken: string | undefined) => Promise<Tokens>,
  onSignedOut: () => void,
): Session {
  if ('token' in options) {
    const { token } = options
    const get = async () => (typeof token === 'string' ? token : token())
    return { cookie: false, token: get, renew: get, keep: () => {} }
  }
  const cookie = options.session === 'cookie'
  const own = options.session === 'cookie' ? {} : options
  let refreshToken = own.refreshToken
  let access: string | undefined
  let renewing: Promise<string | undefined> | undefined
  /** In a cookie there may be a session; nobody knows before the first answer. */
  let over = false

  const keep = (tokens: Tokens | undefined) => {
    const had = access !== undefined
    access = tokens?.access_token
    over = tokens === undefined
    if (!cookie && tokens?.refresh_token !== refreshToken) {
      refreshToken = tokens?.refresh_token
      own.onRefreshToken?.(refreshToken)
    }
    if (had && over) onSignedOut()
  }
  const mayRefresh = () => !over && (cookie || refreshToken !== undefined)

  /** Tabs share the cookie: one of them at a time, since a token that is used twice counts as stolen. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> =>
    cookie && globalThis.navigator?.locks
      ? (globalThis.navigator.locks.request('scenor.refresh', work) as Promise<T>)
      : work()

  const renewNow = async () => {
    try {
      keep(await inTurn(() => refresh(refreshToken)))
    } catch (error) {
      if (!(error instanceof Refused) || error.status !== 401) throw error
      keep(undefined)
    }
    return access
  }
  const renew = async (stale: string | undefined) => {
    if (access !== undefined && access !== stale) return access
    if (!mayRefresh()) return undefined
    return (renewing ??= renewNow().finally(() => (renewing = undefined)))
  }
  return { cookie, keep, renew, token: async () => access ?? renew(undefined) }
}
