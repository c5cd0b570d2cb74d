import { createHmac, hkdfSync, randomInt, timingSafeEqual } from 'node:crypto'

/** Six digits, as people can type them from a telephone. */
export const makePhoneCode = (): string => String(randomInt(1_000_000)).padStart(6, '0')

/** A plain hash of six digits is found by trying all: a key of the installation is in it, and the text's id. */
export function createPhoneCodeHash(secret: Buffer): (id: string, code: string) => Buffer {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'phone code', 32))
  return (id, code) => createHmac('sha256', key).update(`${id}:${code}`).digest()
}

export const isSameHash = (a: Buffer, b: Buffer): boolean => a.length === b.length && timingSafeEqual(a, b)
