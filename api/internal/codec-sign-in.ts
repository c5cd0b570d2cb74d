import type Router from '@koa/router'
import type Koa from 'koa'
import rawBody from 'raw-body'
import { textIn, type Language, type Texts } from '../../language.ts'
import { codecLink } from '../../temporal/codec.ts'
import { acceptedLanguage } from '../http/accept-language.ts'
import type { InternalDeps } from './internal-route.ts'
import { escaped } from '../../network/html.ts'
import { contentPolicy } from '../http/content-policy.ts'

/** Bytes of a form: an address and a password. */
const LIMIT = 8_192
const TIMEOUT_MS = 15_000
const CSP = contentPolicy("style-src 'unsafe-inline'", "form-action 'self'")

const WORDS = {
  title: ['Payloads in the Temporal Web UI', 'Содержимое в Temporal Web UI'],
  about: [
    'Sign in as an admin to get an address that shows what payloads say, for an hour. They hold people’s words: look only at what you need.',
    'Войдите как администратор, чтобы получить адрес, который на час показывает содержимое. Там слова людей: смотрите только нужное.',
  ],
  email: ['E-mail', 'Почта'],
  password: ['Password', 'Пароль'],
  signIn: ['Get the address', 'Получить адрес'],
  refused: [
    'This did not work: wrong e-mail or password, or too many tries.',
    'Не вышло: неверны почта или пароль, или попыток слишком много.',
  ],
  noAdmin: ['This account is no admin’s.', 'Это не аккаунт администратора.'],
  away: ['Signing in is not possible now. Try again.', 'Сейчас войти нельзя. Попробуйте ещё раз.'],
  link: [
    'Put this into the Web UI as its codec server (the glasses icon, “Remote Codec Endpoint”):',
    'Вставьте это в Web UI как сервер кодека (значок очков, «Remote Codec Endpoint»):',
  ],
  until: ['It ends at', 'Действует до'],
} as const satisfies Record<string, Texts>

const page = (language: Language, content: string) => `<!doctype html>
<html lang="${language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${textIn(WORDS.title, language)}</title>
<style>body{font:16px system-ui;max-width:40rem;margin:3rem auto;padding:0 1rem}label{display:block;margin:1rem 0}
input{font:inherit;width:100%;padding:.4rem;box-sizing:border-box}button{font:inherit;padding:.5rem 1rem}
code{display:block;padding:1rem;background:#eee;color:#000;overflow-wrap:anywhere}.error{color:#b00020}</style></head>
<body>
<h1>${textIn(WORDS.title, language)}</h1>
${content}
</body>
</html>
`

const form = (language: Language, wrong?: Texts) => {
  const say = (texts: Texts) => escaped(textIn(texts, language))
  return page(
    language,
    `<p>${say(WORDS.about)}</p>
${wrong ? `<p class="error" role="alert">${say(wrong)}</p>` : ''}
<form method="post" action="/codec/sign-in">
<label>${say(WORDS.email)}<input name="email" type="email" autocomplete="username" required></label>
<label>${say(WORDS.password)}<input name="password" type="password" autocomplete="current-password" required></label>
<button>${say(WORDS.signIn)}</button>
</form>`,
  )
}

/**
 * A page on which an admin signs in and gets the codec server's address for an hour. It signs in through this process's own public
 * endpoint, so that limits, notices and the record of sign-ins hold here as anywhere, and ends the session at once.
 */
export function mountCodecSignIn(
  router: Router,
  { keys, sessions, ownUrl }: Pick<InternalDeps, 'keys' | 'sessions' | 'ownUrl'>,
): void {
  const ask = (path: string, init: RequestInit) =>
    fetch(`${ownUrl() ?? ''}/api/v1${path}`, { method: 'POST', signal: AbortSignal.timeout(TIMEOUT_MS), ...init })
  const html = (ctx: Koa.Context, status: number, body: string) => {
    ctx.status = status
    ctx.type = 'text/html'
    ctx.set({ 'Content-Security-Policy': CSP, 'X-Content-Type-Options': 'nosniff', 'Referrer-Policy': 'no-referrer' })
    ctx.body = body
  }
  const languageOf = (ctx: Koa.Context): Language => acceptedLanguage(ctx.get('accept-language')) ?? 'en'

  /** The account that may look; else what to say, and with which status. */
  const signIn = async (fields: URLSearchParams): Promise<string | readonly [number, Texts]> => {
    const answer = await ask('/auth/login', {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: fields.get('email') ?? '', password: fields.get('password') ?? '' }),
    }).catch(() => undefined)
    if (!answer || answer.status >= 500) return [503, WORDS.away]
    if (!answer.ok) return [answer.status === 429 ? 429 : 401, WORDS.refused]
    const { access_token } = (await answer.json()) as { access_token: string }
    const caller = await sessions.caller(access_token)
    await ask('/auth/logout', { headers: { authorization: `Bearer ${access_token}` } }).catch(() => {})
    return caller?.roles.includes('admin') ? caller.id : [403, WORDS.noAdmin]
  }

  router.get('/codec', (ctx) => html(ctx, 200, form(languageOf(ctx))))
  router.post('/codec/sign-in', async (ctx) => {
    const language = languageOf(ctx)
    // A form of another site must not have anybody sign in here.
    const from = ctx.get('sec-fetch-site')
    if (from !== '' && from !== 'same-origin') return html(ctx, 403, form(language, WORDS.refused))
    const fields = new URLSearchParams((await rawBody(ctx.req, { limit: LIMIT })).toString('utf8'))
    const account = await signIn(fields)
    if (typeof account !== 'string') return html(ctx, account[0], form(language, account[1]))
    const { token, expires } = codecLink(keys.payload, account)
    html(
      ctx,
      200,
      page(
        language,
        `<p>${escaped(textIn(WORDS.link, language))}</p>
<code>${escaped(`${ctx.protocol}://${ctx.host}/codec/${token}`)}</code>
<p>${escaped(textIn(WORDS.until, language))} ${expires.toISOString()}</p>`,
      ),
    )
  })
}
