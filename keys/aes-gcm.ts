import { createCipheriv, createDecipheriv, randomBytes, type CipherKey } from 'node:crypto'

const NONCE_BYTES = 12
const TAG_BYTES = 16

/**
 * Encrypts with AES-256-GCM. Layout: 12 bytes of random nonce, ciphertext, 16 bytes of tag.
 * @param name the key's id, authenticated with the bytes
 */
export function encryptBytes(key: CipherKey, name: Uint8Array, plain: Uint8Array): Buffer {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(name)
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

/** @throws Error when the bytes are not what was written, or another key or name wrote them */
export function decryptBytes(key: CipherKey, name: Uint8Array, bytes: Buffer): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES)).setAAD(name)
  decipher.setAuthTag(bytes.subarray(bytes.length - TAG_BYTES))
  return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, bytes.length - TAG_BYTES)), decipher.final()])
}
