import { randomUUID } from 'node:crypto'
import { APIError } from 'openai/error'
import { z } from 'zod'
import type { OAuthSettings } from './settings.ts'
import { AnswerError, classify } from './failures.ts'
import { ProviderFailure } from './provider.ts'

/** A new one is fetched so long before the old one ends (it lives 30 minutes): a call that begins with it may take minutes. */
const RENEW_BEFORE_MS = 5 * 60_000
/** One that says nothing of its end is used so long. */
const UNTOLD_LIFE_MS = RENEW_BEFORE_MS + 60_000
/** A token is small and comes at once, or not. */
const TIMEOUT_MS = 10_000

const Granted = z.object({
  access_token: z.string().regex(/^[\x21-\x7e]{1,8192}$/),
  /** Milliseconds since 1970. */
  expires_at: z.number().positive().optional(),
})

export interface AccessTokens {
  /** A token that is good for some minutes yet. @throws ProviderFailure */
  get(): Promise<string>
  /** The provider refused it: the next one is fetched anew. */
  drop(token: string): void
}

/**
 * Access tokens as GigaChat wants them: an authorization key buys one for 30 minutes
 * (developers.sber.ru/docs/ru/gigachat/api/reference/rest/post-token). All calls of the process share it, and one request for it: more
 * than ten a second are refused.
 * @param key the authorization key; it goes to `settings.url` and nowhere else
 */
export function createAccessTokens(key: string, settings: OAuthSettings, fetcher: typeof fetch): AccessTokens {
  let current: { token: string; renewAt: number } | undefined
  let fetching: Promise<string> | undefined

  const fetchToken = async (): Promise<string> => {
    const response = await fetcher(settings.url, {
      method: 'POST',
      headers: {
        authorization: `Basic ${key}`,
        accept: 'application/json',
        'content-type': 'application/x-www-form-urlencoded',
        rquid: randomUUID(),
      },
      body: new URLSearchParams({ scope: settings.scope }).toString(),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    const text = await response.text()
    // Without the body: an error of a token server may repeat the key.
    if (!response.ok) throw APIError.generate(response.status, {}, undefined, response.headers)
    const granted = Granted.safeParse(JSON.parse(text)).data
    if (!granted) throw new AnswerError('malformed', 'no access token in the answer')
    const { access_token: token, expires_at = Date.now() + UNTOLD_LIFE_MS } = granted
    current = { token, renewAt: expires_at - RENEW_BEFORE_MS }
    return token
  }
  return {
    get: () => {
      if (current && Date.now() < current.renewAt) return Promise.resolve(current.token)
      fetching ??= fetchToken()
        .catch((error: unknown) => {
          throw unavailable(error)
        })
        .finally(() => (fetching = undefined))
      return fetching
    },
    drop: (token) => {
      if (current?.token === token) current = undefined
    },
  }
}

/** What became of a token that could not be had, in the words for any other failed call. Nothing was asked of a model, nothing is paid. */
function unavailable(error: unknown): ProviderFailure {
  const cause = classify(error instanceof AnswerError || error instanceof SyntaxError ? NO_TOKEN : error)
  const { code, reason, retryable, attempts, retryAfterMs } = cause
  return new ProviderFailure(code, `access token: ${cause.message}`, { reason, retryable, attempts, retryAfterMs })
}

/** A token server that answers nonsense is as good as down. */
const NO_TOKEN = APIError.generate(502, {}, undefined, new Headers())
