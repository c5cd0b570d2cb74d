import { createTransport } from 'nodemailer'
import type { Config } from '../../config.ts'
import type { LetterText } from './letters.ts'

/** As long as a mail server may take for each step of the conversation. */
const STEP_MS = 10_000

export interface OutgoingMail {
  /** Becomes the Message-ID: a mail that is sent twice is one to the reader's program. */
  readonly id: string
  readonly address: string
  readonly subject: string
  readonly text: string
  readonly html: string
  /** Where one click (RFC 8058) stops mails of this kind. */
  readonly unsubscribe?: string
}

/** The server will never take this mail (an SMTP reply of 5xx). The message names the reply's number only: servers quote addresses. */
export class MailRefused extends Error {
  override readonly name = 'MailRefused'
}

export interface Mailer {
  /** @throws MailRefused for good; any other error is worth another try */
  send(mail: OutgoingMail): Promise<void>
}

/** The mailer of the configuration, or undefined without a mail server. */
export function createMailer(config: Pick<Config, 'SMTP_URL' | 'MAIL_FROM' | 'publicUrl'>): Mailer | undefined {
  if (config.SMTP_URL === undefined) return undefined
  const host = new URL(config.publicUrl).hostname
  const from = config.MAIL_FROM ?? `Scenor <no-reply@${host.includes('.') ? host : 'scenor.invalid'}>`
  const transport = createTransport({
    url: config.SMTP_URL,
    connectionTimeout: STEP_MS,
    greetingTimeout: STEP_MS,
    socketTimeout: STEP_MS,
    // Neither attachments nor texts ever come from a path or an address.
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return {
    send: async ({ id, address, unsubscribe, ...content }) => {
      try {
        await transport.sendMail({
          ...content,
          from,
          // As an object: a list of addresses cannot be smuggled in.
          to: { name: '', address },
          messageId: `<${id}@${host}>`,
          headers: {
            'Auto-Submitted': 'auto-generated',
            ...(unsubscribe !== undefined && {
              'List-Unsubscribe': `<${unsubscribe}>`,
              'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
            }),
          },
        })
      } catch (error) {
        const { responseCode } = error as { responseCode?: number }
        if (responseCode !== undefined && responseCode >= 500) throw new MailRefused(`SMTP ${responseCode}`)
        const { code } = error as { code?: string }
        throw new Error(`the mail server did not take it: ${responseCode ?? code ?? 'no answer'}`)
      }
    },
  }
}

const escape = (text: string) => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`)

/** Inline, as mail programs drop style sheets. */
const STYLES = {
  body: 'margin:0;padding:24px;background:#fff;color:#1a1a1a;font:16px/1.5 system-ui,sans-serif',
  column: 'max-width:560px;margin:0 auto',
  title: 'font-size:20px;line-height:1.3;margin:0 0 16px',
  button: 'display:inline-block;padding:10px 18px;border-radius:6px;background:#1f4fd8;color:#fff;text-decoration:none',
  small: 'color:#666;font-size:14px',
} as const

/** Plain text and HTML of a letter. */
export function renderMail(letter: LetterText): Omit<OutgoingMail, 'id' | 'address'> {
  const { language, subject, paragraphs, link, footer } = letter
  const [first = '', ...rest] = paragraphs
  const text = [
    first,
    ...(link ? [`${link.label}: ${link.url}`] : []),
    ...rest,
    'Scenor',
    ...(footer ? [`${footer.label}: ${footer.url}`] : []),
  ].join('\n\n')
  const p = (inner: string) => `<p>${inner}</p>`
  const lined = (paragraph: string) => p(escape(paragraph).replaceAll('\n', '<br>'))
  const anchor = ({ url, label }: { url: string; label: string }, style: string) =>
    `<a href="${escape(url)}" style="${style}">${escape(label)}</a>`
  const small = (inner: string) => `<p style="${STYLES.small}">${inner}</p>`
  const lines = [
    `<h1 style="${STYLES.title}">${escape(subject)}</h1>`,
    lined(first),
    ...(link ? [p(anchor(link, STYLES.button))] : []),
    ...rest.map(lined),
    small('Scenor'),
    ...(footer ? [small(anchor(footer, STYLES.small))] : []),
  ]
  return {
    subject,
    text,
    html: `<!doctype html>
<html lang="${language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escape(subject)}</title></head>
<body style="${STYLES.body}">
<div style="${STYLES.column}">
${lines.join('\n')}
</div>
</body>
</html>
`,
  }
}
