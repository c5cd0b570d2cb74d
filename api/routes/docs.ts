import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { z } from 'zod'
import { route, type Answer, type Route } from '../http/route.ts'
import { contentPolicy } from '../http/content-policy.ts'

const resolve = createRequire(import.meta.url).resolve
const asset = (name: string): string => readFileSync(resolve(`swagger-ui-dist/${name}`), 'utf8')

/** The page needs its own script and style and nothing else; styles are set inline by the viewer. */
const CSP = contentPolicy(
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
)

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Scenor API</title>
<link rel="stylesheet" href="/docs/viewer.css">
</head>
<body>
<div id="viewer"></div>
<script src="/docs/viewer.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`
const START = `SwaggerUIBundle({ url: '/openapi.json', dom_id: '#viewer', deepLinking: true, validatorUrl: null, persistAuthorization: false })\n`

const file = (path: string, mediaType: string, summary: string, content: () => string): Route => {
  let text: string | undefined
  const answer = async (): Promise<Answer> => ({
    status: 200,
    body: (text ??= content()),
    headers: { 'Content-Security-Policy': CSP, 'Cache-Control': 'public, max-age=300' },
  })
  return route({
    method: 'get',
    base: '',
    path,
    summary,
    auth: 'none',
    responses: { 200: z.string() },
    mediaType,
    handle: answer,
  })
}

/** `/docs`: the OpenAPI document to read and try, with nothing loaded from elsewhere. Files are read when first asked for. */
export const docsRoutes = (): Route[] => [
  file('/docs', 'text/html', 'The API to read and try', () => PAGE),
  file('/docs/viewer.css', 'text/css', 'Style of the docs page', () => asset('swagger-ui.css')),
  file('/docs/viewer.js', 'text/javascript', 'Viewer of the docs page', () => asset('swagger-ui-bundle.js')),
  file('/docs/start.js', 'text/javascript', 'Start of the docs page', () => START),
]
