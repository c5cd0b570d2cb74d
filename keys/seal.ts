import { decryptBytes, encryptBytes } from './aes-gcm.ts'
import type { Ring } from './rings.ts'

/**
 * Encrypts a text at rest (AES-256-GCM) with the first key of the payload ring. Layout: length of the key's id (1 byte), the id, then
 * as `encryptBytes` writes it. The id is authenticated with the text.
 */
export function sealText(text: string, [{ id, secret }]: Ring): Buffer {
  const name = Buffer.from(id)
  return Buffer.concat([Buffer.of(name.length), name, encryptBytes(secret, name, Buffer.from(text))])
}

/** @throws Error when the ring has not the key, or the bytes are not what was written */
export function openText(sealed: Buffer, ring: Ring): string {
  const start = 1 + (sealed[0] ?? 0)
  const name = sealed.subarray(1, start)
  const key = ring.find(({ id }) => id === name.toString())
  if (!key) throw new Error(`no payload key "${name.toString()}" in the ring`)
  return decryptBytes(key.secret, name, sealed.subarray(start)).toString('utf8')
}
