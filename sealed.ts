import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import type { NamedSecret } from './keys.ts'

type Ring = readonly [NamedSecret, ...NamedSecret[]]
const IV_BYTES = 12
const TAG_BYTES = 16

/**
 * Encrypts a text at rest (AES-256-GCM) with the first key of the payload ring. Layout: length of the key's id (1 byte), the id, 12 bytes
 * of random nonce, ciphertext, 16 bytes of tag. The id is authenticated with the text.
 */
export function sealText(text: string, [{ id, secret }]: Ring): Buffer {
  const name = Buffer.from(id)
  const iv = randomBytes(IV_BYTES)
  const cipher = createCipheriv('aes-256-gcm', secret, iv).setAAD(name)
  return Buffer.concat([
    Buffer.of(name.length),
    name,
    iv,
    cipher.update(text, 'utf8'),
    cipher.final(),
    cipher.getAuthTag(),
  ])
}

/** @throws Error when the ring has not the key, or the bytes are not what was written */
export function openText(sealed: Buffer, ring: Ring): string {
  const start = 1 + (sealed[0] ?? 0)
  const name = sealed.subarray(1, start)
  const key = ring.find(({ id }) => id === name.toString())
  if (!key) throw new Error(`no payload key "${name.toString()}" in the ring`)
  const decipher = createDecipheriv('aes-256-gcm', key.secret, sealed.subarray(start, start + IV_BYTES)).setAAD(name)
  decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES))
  const text = sealed.subarray(start + IV_BYTES, sealed.length - TAG_BYTES)
  return Buffer.concat([decipher.update(text), decipher.final()]).toString('utf8')
}
