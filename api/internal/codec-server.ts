import Router from '@koa/router'
import type Koa from 'koa'
import type { Payload } from '@temporalio/common'
import { z } from 'zod'
import { isAdmin } from '../../db/auth/accounts.ts'
import { codecToken, createPayloadCodec, readCodecLink } from '../../temporal/codec.ts'
import { fail } from '../../errors/errors.ts'
import { readJson } from '../http/body.ts'
import { isLocal } from '../http/peer.ts'
import { isSameText } from '../auth/same-text.ts'
import { mountCodecSignIn } from './codec-sign-in.ts'
import type { InternalDeps } from './internal-route.ts'
import { validate } from '../http/validate.ts'

/** Bytes: a page of the Web UI sends all payloads of a history at once. */
const LIMIT = 16 * 1024 * 1024
/** What the Web UI sends (its data-encoder.ts) beside the content type. */
const HEADERS = 'Content-Type, X-Namespace, Authorization, Authorization-Extras, Caller-Type'

const Base64Payload = z.object({ metadata: z.record(z.string(), z.string()).optional(), data: z.string().optional() })
const Body = z.object({ payloads: z.array(Base64Payload).max(10_000) })

const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'base64'))
const base64 = (data: Uint8Array | null | undefined) => Buffer.from(data ?? []).toString('base64')

const read = ({ metadata = {}, data = '' }: z.infer<typeof Base64Payload>): Payload => ({
  metadata: Object.fromEntries(Object.entries(metadata).map(([k, v]) => [k, bytes(v)])),
  data: bytes(data),
})
const written = ({ metadata, data }: Payload) => ({
  metadata: Object.fromEntries(Object.entries(metadata ?? {}).map(([k, v]) => [k, base64(v)])),
  data: base64(data),
})

/**
 * Shows operators in the Web UI what payloads say (Temporal's codec server protocol), on the internal port. It takes the access token
 * of an admin, which the Web UI passes on where it is set so; or, in the path, `/codec/<token>/decode`: that of the link which an admin
 * gets for an hour by signing in at `/codec`, or the local token of this installation, which only the banner of the embedded default and
 * its data folder know.
 */
export function mountCodecServer(app: Koa, { keys, sessions, config, databases, ownUrl }: InternalDeps): void {
  const codec = createPayloadCodec(keys.payload)
  const origins = new Set([
    `http://localhost:${config.TEMPORAL_UI_PORT}`,
    `http://127.0.0.1:${config.TEMPORAL_UI_PORT}`,
  ])
  if (config.TEMPORAL_UI_ORIGIN) origins.add(config.TEMPORAL_UI_ORIGIN)
  const cross = (ctx: Koa.Context) => {
    const origin = ctx.get('origin')
    ctx.set('Vary', 'Origin')
    ctx.set('Cache-Control', 'no-store')
    if (!origins.has(origin)) return
    ctx.set({
      'Access-Control-Allow-Origin': origin,
      'Access-Control-Allow-Methods': 'POST, OPTIONS',
      'Access-Control-Allow-Headers': HEADERS,
      'Access-Control-Allow-Credentials': 'true',
      'Access-Control-Max-Age': '600',
    })
  }
  const isLocalToken = (ctx: Koa.Context, token: string) =>
    isLocal(ctx.req) && isSameText(token, codecToken(keys.payload))
  const isTokenOfLink = async (token: string) => {
    const account = readCodecLink(keys.payload, token)
    return account !== undefined && (await isAdmin(databases.auth, account))
  }
  const allow = async (ctx: Koa.Context, token: string | undefined) => {
    if (token !== undefined)
      return (await isTokenOfLink(token)) || isLocalToken(ctx, token) ? undefined : fail('route.not_found')
    const bearer = /^Bearer ([\w.~+/=-]{1,4096})$/i.exec(ctx.get('authorization'))?.[1] ?? fail('auth.required')
    const caller = (await sessions.caller(bearer)) ?? fail('auth.token_rejected')
    if (!caller.roles.includes('admin')) fail('access.denied')
  }
  const router = new Router()
  for (const way of ['encode', 'decode'] as const)
    for (const path of [`/codec/${way}`, `/codec/:token/${way}`]) {
      router.options(path, (ctx) => {
        cross(ctx)
        ctx.status = 204
      })
      router.post(path, async (ctx) => {
        cross(ctx)
        await allow(ctx, ctx['params'].token as string | undefined)
        const { payloads } = validate(Body, await readJson(ctx.req, { bytes: LIMIT, values: Infinity }))
        // A payload by a key that is gone, or tampered with, is shown as it is: the others of the page can still be read.
        const one = async (payload: Payload) => (await codec[way]([payload]).catch(() => [payload]))[0] ?? payload
        ctx.body = { payloads: (await Promise.all(payloads.map(read).map(one))).map(written) }
      })
    }
  mountCodecSignIn(router, { keys, sessions, ownUrl })
  app.use(router.routes())
}
