import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Answer } from '../http/route.ts'
import { escaped } from '../../network/html.ts'
import { contentPolicy } from '../http/content-policy.ts'

const STYLE = readFileSync(new URL('page.css', import.meta.url), 'utf8')
const SCRIPT = readFileSync(new URL('form.js', import.meta.url), 'utf8')

const source = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

/** The page has its own style and perhaps script, by their hashes, talks to this API, and is nothing else: what got in would be dead. */
const csp = (script: boolean): string =>
  contentPolicy(
    `style-src ${source(STYLE)}`,
    ...(script ? [`script-src ${source(SCRIPT)}`, "connect-src 'self'"] : []),
    "form-action 'none'",
  )

interface Page {
  /** Language tag. */
  readonly language: string
  readonly title: string
  /** HTML. */
  readonly main: string
  /** Whether it has a form that is sent to the API. */
  readonly form?: boolean
}

/** A page of our own as an answer: nothing of it is kept, indexed or loaded from elsewhere. */
export function pageAnswer(status: number, { language, title, main, form = false }: Page): Answer {
  const html = `<!doctype html>
<html lang="${escaped(language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
${main}
</main>
${form ? `<script>${SCRIPT}</script>` : ''}
</body>
</html>
`
  return {
    status,
    finished: { mediaType: 'text/html; charset=utf-8', bytes: Buffer.from(html) },
    headers: {
      'Content-Security-Policy': csp(form),
      'Content-Language': language,
      'X-Robots-Tag': 'noindex',
      'Cache-Control': 'no-store',
    },
  }
}
