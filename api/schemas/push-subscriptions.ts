import { ECDH } from 'node:crypto'
import { z } from 'zod'
import type { PushSubscriptionRow } from '../../db/notifications/schema.ts'
import { isPublicHttps } from '../../network/public-address.ts'
import type { Caller } from '../http/caller.ts'

/** Bytes of an uncompressed point of P-256 (RFC 8291 §3.1), and of its mark and coordinates. */
const POINT = 65
const UNCOMPRESSED = 4
/** RFC 8291 §3.2. */
const SECRET = 16

const bytesOf = (text: string): Buffer =>
  /^[\w-]+={0,2}$/.test(text) ? Buffer.from(text, 'base64url') : Buffer.alloc(0)
const base64url = (bytes: number) =>
  z
    .string()
    .max(200)
    .refine((text) => bytesOf(text).length === bytes, { error: `base64url ${bytes}`, abort: true })

/** A message is encrypted with it: one that is no point of the curve would fail each of them, or leak our key's part in it. */
function isPoint(text: string): boolean {
  const point = bytesOf(text)
  try {
    ECDH.convertKey(point, 'prime256v1')
    return point[0] === UNCOMPRESSED
  } catch {
    return false
  }
}

/** What `PushSubscription.toJSON()` gives in a browser. */
export const PushSubscriptionBody = z.strictObject({
  endpoint: z.string().max(2_000).refine(isPublicHttps, 'public_https'),
  expirationTime: z.number().nullable().optional(),
  keys: z.strictObject({ p256dh: base64url(POINT).refine(isPoint, 'p256_point'), auth: base64url(SECRET) }),
})
export const PushKeyView = z.object({ public_key: z.string() })
export const PushSubscriptionView = z
  .object({
    id: z.uuid(),
    endpoint: z.string(),
    /** Whether it was made in the session that asks: it ends with that. */
    current: z.boolean(),
    created_at: z.iso.datetime(),
  })
  .meta({ id: 'PushSubscription' })
export const PushSubscriptionList = z.object({ items: z.array(PushSubscriptionView) })

export const presentPushSubscription = (
  { id, endpoint, session_id, created_at }: PushSubscriptionRow,
  caller: Caller,
): z.input<typeof PushSubscriptionView> => ({
  id,
  endpoint,
  current: session_id === caller.session_id,
  created_at: created_at.toISOString(),
})
