import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'

/**
 * Six digits, as people can type them from a telephone. Made from the text's id by a key of the installation (as RFC 4226 §5.3 makes digits
 * of a hash, with 8 bytes of it): a text that is sent again, since nobody knows whether it arrived, has the same code.
 */
export function createPhoneCodes(secret: Buffer): (id: string) => string {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'phone code digits', 32))
  return (id) => String(createHmac('sha256', key).update(id).digest().readBigUInt64BE() % 1_000_000n).padStart(6, '0')
}

/** A plain hash of six digits is found by trying all: a key of the installation is in it, and the text's id. */
export function createPhoneCodeHash(secret: Buffer): (id: string, code: string) => Buffer {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'phone code', 32))
  return (id, code) => createHmac('sha256', key).update(`${id}:${code}`).digest()
}

export const isSameHash = (a: Buffer, b: Buffer): boolean => a.length === b.length && timingSafeEqual(a, b)
