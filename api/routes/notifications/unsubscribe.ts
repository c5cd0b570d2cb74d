import { z } from 'zod'
import { optOut } from '../../../db/notifications/opt-outs.ts'
import { switchOff } from '../../../db/notifications/preferences.ts'
import { secretsOf } from '../../../keys/rings.ts'
import { createUnsubscribeTokens } from '../../../notifications/unsubscribe.ts'
import type { ApiDeps } from '../../context.ts'
import { isBrowser } from '../../http/browser.ts'
import { noContent, ok, route, type Answer, type Route } from '../../http/route.ts'
import { contentPolicy } from '../../http/content-policy.ts'

const Token = z.object({ token: z.string().max(500) })

const PAGE_CSP = contentPolicy("form-action 'self'")

/** A page in both languages: of who clicks nothing is known. Nothing of the token is in it. */
const page = (inner: string): Answer =>
  ok(
    `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Scenor</title></head>
<body>
${inner}
</body>
</html>
`,
    { headers: { 'Content-Security-Policy': PAGE_CSP } },
  )

const said = (ru: string, en: string): string => `<p lang="ru">${ru}</p>\n<p>${en}</p>`

/** Mail scanners open links: the page changes nothing, its button does. */
const ASK = page(`<form method="post">
${said('Больше не присылать таких писем?', 'Stop mails like this?')}
<button name="List-Unsubscribe" value="One-Click">Отписаться · Unsubscribe</button>
</form>`)
const STOPPED = page(
  said(
    'Готово: таких писем больше не будет. Включить их снова можно в настройках уведомлений.',
    'Done: you get no more mails like this. You can switch them on again in the settings of your notifications.',
  ),
)
const UNINVITED = page(
  said(
    'Готово: приглашений на этот адрес больше не будет, кто бы ни приглашал.',
    'Done: this address gets no more invitations, whoever invites.',
  ),
)
const UNKNOWN = page(
  said(
    'Эта ссылка неполная или не наша: ничего не изменилось. Откройте её прямо из письма.',
    'This link is not whole, or none of ours: nothing has changed. Open it straight from the mail.',
  ),
)

export function unsubscribeRoutes({ databases, keys }: Pick<ApiDeps, 'databases' | 'keys'>): Route[] {
  const db = databases.notifications
  const tokens = createUnsubscribeTokens(secretsOf(keys.unsubscribe))
  return [
    route({
      method: 'post',
      path: '/notifications/unsubscribe/{token}',
      summary:
        'One click (RFC 8058): no more mails about what that mail was about; an unknown token is answered the same. A browser gets a page',
      auth: 'none',
      params: Token,
      mediaType: 'text/html',
      responses: { 200: z.string(), 204: null },
      handle: async ({ params, header }) => {
        const asked = tokens.read(params.token)
        if (asked && 'mailbox' in asked) await optOut(db, asked.mailbox)
        else if (asked) await db.transaction().execute((trx) => switchOff(trx, asked.userId, asked.topics, 'email'))
        if (!isBrowser(header('accept'))) return noContent
        return !asked ? UNKNOWN : 'mailbox' in asked ? UNINVITED : STOPPED
      },
    }),
    route({
      method: 'get',
      path: '/notifications/unsubscribe/{token}',
      summary: 'A page with the button; changes nothing',
      auth: 'none',
      params: Token,
      mediaType: 'text/html',
      responses: { 200: z.string() },
      handle: async () => ASK,
    }),
  ]
}
