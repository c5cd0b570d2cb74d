import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { fail } from '../../errors/errors.ts'
import { BUILT } from '../../studio/built.ts'
import type { ApiDeps } from '../context.ts'
import { contentPolicy } from '../http/content-policy.ts'
import { route, type Answer, type Route } from '../http/route.ts'

/** Its own script and style, its own API, and nothing of what could come in: no text ever becomes a script or markup. */
const CSP = contentPolicy(
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
  // The one policy of the page knows one address: that of the script which shows what is pushed.
  'trusted-types push-worker',
)

const TYPES: Readonly<Record<string, string>> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
}
const Asset = z.object({ file: z.string().regex(/^\w[\w-]{0,99}\.(?:js|css)$/) })

const bytesOf = (path: string): Promise<Buffer> =>
  readFile(join(BUILT, path)).catch((cause: NodeJS.ErrnoException) => fail('route.not_found', { cause }))

/** The smallest form of a file that a client takes. */
const ENCODINGS = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const

async function asset(file: string, accepted: string): Promise<Answer> {
  const [encoding, suffix] =
    ENCODINGS.find(([name]) => new RegExp(`\\b${name}\\b(?!\\s*;\\s*q=0(?:\\.0*)?(?:,|$))`).test(accepted)) ?? []
  return {
    status: 200,
    finished: {
      mediaType: TYPES[file.split('.').at(-1) ?? ''] ?? '',
      bytes: await bytesOf(`assets/${file}${suffix ?? ''}`),
    },
    headers: {
      ...(encoding && { 'Content-Encoding': encoding }),
      // The hash of what is in it stands in its name.
      'Cache-Control': 'public, max-age=31536000, immutable',
      Vary: 'Accept-Encoding',
    },
  }
}

/** `/studio`: the product in a browser (`studio/`), once it is built. Places in it stand behind the #. */
export function studioRoutes({ keys }: Pick<ApiDeps, 'keys'>): Route[] {
  const page = async (isLocal: boolean): Promise<Answer> => {
    const html = (await bytesOf('index.html')).toString()
    // On a machine that keeps its mails for its developer anybody may try, without an account that could be confirmed.
    const guest = keys.devPages !== null && isLocal
    return {
      status: 200,
      finished: {
        mediaType: 'text/html; charset=utf-8',
        bytes: Buffer.from(guest ? html.replace('data-guest="no"', 'data-guest="yes"') : html),
      },
      headers: { 'Content-Security-Policy': CSP, 'Cache-Control': 'no-cache' },
    }
  }
  return [
    route({
      method: 'get',
      base: '',
      path: '/',
      summary: 'Leads to the studio',
      auth: 'none',
      responses: { 302: null },
      handle: async () => ({ status: 302, headers: { Location: '/studio' } }),
    }),
    route({
      method: 'get',
      base: '',
      path: '/studio',
      summary: 'The product in a browser',
      auth: 'none',
      files: { 'text/html': z.string() },
      responses: { 200: z.string() },
      errors: ['route.not_found'],
      handle: ({ isLocal }) => page(isLocal),
    }),
    route({
      method: 'get',
      base: '',
      path: '/studio/assets/{file}',
      summary: 'A part of the studio',
      auth: 'none',
      params: Asset,
      missing: 'route.not_found',
      files: { 'text/javascript': z.string(), 'text/css': z.string() },
      responses: { 200: z.string() },
      handle: ({ params, header }) => asset(params.file, header('accept-encoding') ?? ''),
    }),
  ]
}
