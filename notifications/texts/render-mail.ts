import type { Language } from '../../language.ts'
import type { OutgoingMail } from '../channels/mail.ts'
import { escaped } from '../../network/html.ts'

/** Inline, as mail programs drop style sheets. */
const STYLES = {
  body: 'margin:0;padding:24px;background:#fff;color:#1a1a1a;font:16px/1.5 system-ui,sans-serif',
  column: 'max-width:560px;margin:0 auto',
  title: 'font-size:20px;line-height:1.3;margin:0 0 16px',
  button: 'display:inline-block;padding:10px 18px;border-radius:6px;background:#1f4fd8;color:#fff;text-decoration:none',
  small: 'color:#666;font-size:14px',
} as const

/** Plain text and HTML of a mail. */
export function renderMail(mail: MailText): Omit<OutgoingMail, 'id' | 'address'> {
  const { language, subject, paragraphs, link, footer } = mail
  const [first = '', ...rest] = paragraphs
  const text = [
    first,
    ...(link ? [`${link.label}: ${link.url}`] : []),
    ...rest,
    'Scenor',
    ...(footer ? [`${footer.label}: ${footer.url}`] : []),
  ].join('\n\n')
  const p = (inner: string) => `<p>${inner}</p>`
  const lined = (paragraph: string) => p(escaped(paragraph).replaceAll('\n', '<br>'))
  const anchor = ({ url, label }: { url: string; label: string }, style: string) =>
    `<a href="${escaped(url)}" style="${style}">${escaped(label)}</a>`
  const small = (inner: string) => `<p style="${STYLES.small}">${inner}</p>`
  const lines = [
    `<h1 style="${STYLES.title}">${escaped(subject)}</h1>`,
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
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(subject)}</title></head>
<body style="${STYLES.body}">
<div style="${STYLES.column}">
${lines.join('\n')}
</div>
</body>
</html>
`,
  }
}

export interface MailText {
  readonly language: Language
  readonly subject: string
  readonly paragraphs: readonly string[]
  readonly link?: { readonly label: string; readonly url: string }
  /** Below everything. */
  readonly footer?: { readonly label: string; readonly url: string }
}
