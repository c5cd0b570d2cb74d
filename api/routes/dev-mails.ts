import { z } from 'zod'
import { listUnsentMails } from '../../db/notifications/mails.ts'
import { listTextMessages } from '../../db/notifications/deliveries.ts'
import { fail } from '../../errors/errors.ts'
import { isSameText } from '../auth/same-text.ts'
import type { ApiDeps } from '../context.ts'
import { ok, route, type Route } from '../http/route.ts'
import { escaped } from '../../network/html.ts'
import { contentPolicy } from '../http/content-policy.ts'

const SHOWN = 100
const CSP = contentPolicy("style-src 'unsafe-inline'", "form-action 'none'")

/** Addresses in the text, so that a person can follow a verification link. */
const linked = (text: string) =>
  escaped(text).replace(/https?:\/\/[\w./?=&;:%~+#-]+/g, (url) => `<a href="${url}" rel="noreferrer">${url}</a>`)

interface Message {
  readonly at: Date
  readonly channel: string
  readonly to: string
  readonly subject: string
  readonly text: string
}

const article = ({ at, channel, to, subject, text }: Message) => `<article>
<h2>${escaped(subject)}</h2>
<p><b>not sent</b> · ${channel} · to ${escaped(to)} · ${at.toISOString()}</p>
<pre>${linked(text)}</pre>
</article>`

const page = (messages: readonly Message[]) => `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Outbox</title>
<style>body{font:16px system-ui;max-width:50rem;margin:2rem auto;padding:0 1rem}pre{white-space:pre-wrap}article{border-top:1px solid #999}</style></head>
<body>
<h1>Outbox</h1>
<p>No mail server or SMS provider is configured (SMTP_URL, SMS_PROVIDER): what would have gone out is kept here.</p>
${messages.map(article).join('\n') || '<p>Nothing yet.</p>'}
</body>
</html>
`

const DevParams = z.object({ token: z.string().max(500) })

/**
 * The mails and texts that a developer's machine keeps instead of sending, at `/dev/<token>/mails`: on this machine alone, with the token
 * of its data folder, which the banner of `npm start` prints, since links in other people's mails let anybody in who sees them.
 */
export function devMailRoutes({ keys, databases: { notifications: db } }: ApiDeps): Route[] {
  const { devPages } = keys
  if (devPages === null) return []
  return [
    route({
      method: 'get',
      base: '',
      path: '/dev/{token}/mails',
      summary: 'Mails and text messages that were kept instead of sent',
      auth: 'none',
      params: DevParams,
      missing: 'route.not_found',
      mediaType: 'text/html',
      responses: { 200: z.string() },
      handle: async ({ params, isLocal }) => {
        if (!isLocal || !isSameText(params.token, devPages)) fail('route.not_found')
        const [mails, texts] = await Promise.all([listUnsentMails(db, SHOWN), listTextMessages(db, SHOWN)])
        const messages: Message[] = [
          ...mails.map((m) => ({
            at: m.created_at,
            channel: 'mail',
            to: m.address ?? '',
            subject: m.subject ?? '',
            text: m.text ?? '',
          })),
          ...texts.map((t) => ({
            at: t.created_at,
            channel: `text message, ${t.segments} segments`,
            to: t.recipient,
            subject: 'Text message',
            text: t.text,
          })),
        ].toSorted((a, b) => b.at.getTime() - a.at.getTime())
        return ok(page(messages), { headers: { 'Content-Security-Policy': CSP } })
      },
    }),
  ]
}
