import { createCipheriv, createDecipheriv, createHmac, createSecretKey, randomBytes, type KeyObject } from 'node:crypto'
import { METADATA_ENCODING_KEY, ValueError, type Payload, type PayloadCodec } from '@temporalio/common'
import proto from '@temporalio/proto'
import type { NamedSecret } from './keys.ts'

const ENCODING = 'binary/encrypted'
const KEY_ID = 'encryption-key-id'
const IV_BYTES = 12
const TAG_BYTES = 16
const utf8 = new TextEncoder()
const PayloadMessage = proto.temporal.api.common.v1.Payload

/**
 * Encrypts every payload that goes to the Temporal server (inputs, results, memos, summaries, failures) with AES-256-GCM.
 * Layout of the data: 12 bytes of random nonce, ciphertext, 16 bytes of tag. The metadata names the key, so that a ring with
 * old keys still reads what they wrote; the key's id is authenticated with the text.
 */
export function createPayloadCodec(ring: readonly [NamedSecret, ...NamedSecret[]]): PayloadCodec {
  // Key objects, made once: with the bytes at hand each payload takes 20 µs instead of 8 (4 KB).
  const secrets = new Map(ring.map(({ id, secret }) => [id, createSecretKey(secret)]))
  const current = { id: ring[0].id, secret: createSecretKey(ring[0].secret) }
  return {
    encode: async (payloads) => payloads.map((p) => encrypt(p, current)),
    decode: async (payloads) => payloads.map((p) => (encodingOf(p) === ENCODING ? decrypt(p, secrets) : p)),
  }
}

/** Lets whoever has it on this machine read payloads in the Web UI. Made from the key that encrypts, so that it goes when that is rotated. */
export const codecToken = ([{ secret }]: readonly [NamedSecret, ...NamedSecret[]]): string =>
  createHmac('sha256', secret).update('codec server').digest('base64url')

const encodingOf = (p: Payload) => Buffer.from(p.metadata?.[METADATA_ENCODING_KEY] ?? []).toString()

function encrypt(payload: Payload, { id, secret }: { id: string; secret: KeyObject }): Payload {
  const iv = randomBytes(IV_BYTES)
  const cipher = createCipheriv('aes-256-gcm', secret, iv).setAAD(Buffer.from(id))
  const plain = PayloadMessage.encode(payload).finish()
  return {
    metadata: { [METADATA_ENCODING_KEY]: utf8.encode(ENCODING), [KEY_ID]: utf8.encode(id) },
    data: Buffer.concat([iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()]),
  }
}

function decrypt(payload: Payload, secrets: ReadonlyMap<string, KeyObject>): Payload {
  const id = Buffer.from(payload.metadata?.[KEY_ID] ?? []).toString()
  const secret = secrets.get(id)
  if (!secret) throw new ValueError(`no payload key "${id}" in the ring`)
  const data = Buffer.from(payload.data ?? [])
  const decipher = createDecipheriv('aes-256-gcm', secret, data.subarray(0, IV_BYTES)).setAAD(Buffer.from(id))
  decipher.setAuthTag(data.subarray(data.length - TAG_BYTES))
  const plain = Buffer.concat([decipher.update(data.subarray(IV_BYTES, data.length - TAG_BYTES)), decipher.final()])
  return PayloadMessage.decode(plain)
}
