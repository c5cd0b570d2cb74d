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

/** Plain text and HTML of a letter. */
export function renderMail({ subject, paragraphs, link, footer }: LetterText): Omit<OutgoingMail, 'id' | 'address'> {
  const [first = '', ...rest] = paragraphs
  const text = [
    first,
    ...(link ? [`${link.label}: ${link.url}`] : []),
    ...rest,
    '',
    'Scenor',
    ...(footer ? [`${footer.label}: ${footer.url}`] : []),
  ].join('\n\n')
  const p = (inner: string) => `<p>${inner}</p>`
  const button = link && p(`<a href="${escape(link.url)}">${escape(link.label)}</a>`)
  const small = footer && p(`<small><a href="${escape(footer.url)}">${escape(footer.label)}</a></small>`)
  const body = [p(escape(first)), button, ...rest.map((line) => p(escape(line))), p('Scenor'), small]
    .filter(Boolean)
    .join('\n')
  return {
    subject,
    text,
    html: `<!doctype html>\n<meta charset="utf-8">\n<title>${escape(subject)}</title>\n${body}\n`,
  }
}
