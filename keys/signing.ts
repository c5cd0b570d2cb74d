import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { readFile, rename, stat, writeFile } from 'node:fs/promises'
import { calculateJwkThumbprint, exportJWK, type JWK } from 'jose'

/** `next` is published before it signs, `active` signs, `retired` still verifies what it signed. */
type SigningState = 'next' | 'active' | 'retired'

export interface SigningKey {
  /** RFC 7638 thumbprint. */
  readonly kid: string
  readonly state: SigningState
  /** When it came into this state. */
  readonly since: Date
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
  readonly jwk: JWK
}

export interface SigningKeys {
  /** The keys as this process knows them; exactly one is active. */
  readonly list: () => readonly SigningKey[]
  /** Looks whether a rotation happened. Cheap when none did. */
  readonly refresh: () => Promise<void>
}

interface StoredKey {
  readonly state: SigningState
  readonly since: string
  /** PKCS #8. */
  readonly pem: string
}

export const newSigningPem = (): string =>
  generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()

/** The text of a key file with one active key. */
export const newKeyFile = (pem: string): string =>
  serialize([{ state: 'active', since: new Date().toISOString(), pem }])

const serialize = (keys: readonly StoredKey[]) => `${JSON.stringify({ keys }, null, 2)}\n`

/** Keys from a variable: the first PEM signs, those after it verify only. They change with the process. */
export async function fixedSigningKeys(pems: readonly string[]): Promise<SigningKeys> {
  const since = new Date().toISOString()
  const keys = await Promise.all(pems.map((pem, i) => readKey({ pem, since, state: i === 0 ? 'active' : 'retired' })))
  return { list: () => keys, refresh: async () => {} }
}

/** Keys from a file that `cli/keys.ts` changes under running processes. */
export async function signingKeysOf(path: string): Promise<SigningKeys> {
  let version = 0
  let keys: readonly SigningKey[] = []
  const refresh = async () => {
    const { mtimeMs } = await stat(path)
    if (mtimeMs === version) return
    keys = await Promise.all((await readKeyFile(path)).map(readKey))
    version = mtimeMs
  }
  await refresh()
  return {
    list: () => keys,
    // A file that cannot be read now changes nothing: the known keys go on.
    refresh: () => refresh().catch(() => {}),
  }
}

async function readKeyFile(path: string): Promise<readonly StoredKey[]> {
  const { keys } = JSON.parse(await readFile(path, 'utf8')) as { keys: readonly StoredKey[] }
  if (keys.filter((k) => k.state === 'active').length !== 1) throw new Error(`${path}: one key must be active`)
  return keys
}

async function readKey({ pem, state, since }: StoredKey): Promise<SigningKey> {
  const privateKey = createPrivateKey(pem)
  if (privateKey.asymmetricKeyType !== 'ed25519') throw new Error('a signing key must be Ed25519')
  const publicKey = createPublicKey(privateKey)
  const jwk = await exportJWK(publicKey)
  const kid = await calculateJwkThumbprint(jwk)
  return { kid, state, since: new Date(since), privateKey, publicKey, jwk: { ...jwk, kid, alg: 'Ed25519', use: 'sig' } }
}

/** jose keeps a JWKS for 10 minutes and may ask again 30 s later; a published key is known to all after this. */
const PUBLISHED_MS = 11 * 60_000
/** A retired key verifies until the last access token that it signed is over, and a minute more for clocks. */
export const RETIRED_MS = 11 * 60_000 + 600_000

/** A step of the rotation was asked for too early, or has nothing to do. */
export class RotationError extends Error {
  override readonly name = 'RotationError'
}

const moved = (key: StoredKey, state: SigningState, now: Date): StoredKey => ({
  ...key,
  state,
  since: now.toISOString(),
})
const ageOf = (key: StoredKey, now: Date) => now.getTime() - new Date(key.since).getTime()

/** Adds the key that will sign next; published at once. */
export function addNext(keys: readonly StoredKey[], now: Date, pem: string = newSigningPem()): readonly StoredKey[] {
  if (keys.some((k) => k.state === 'next')) throw new RotationError('there is a next key already: activate it first')
  return [...keys, { state: 'next', since: now.toISOString(), pem }]
}

/** `next` → `active` → `retired`. */
export function activateNext(keys: readonly StoredKey[], now: Date, force: boolean): readonly StoredKey[] {
  const next = keys.find((k) => k.state === 'next')
  if (!next) throw new RotationError('there is no next key: add one first')
  if (!force && ageOf(next, now) < PUBLISHED_MS)
    throw new RotationError('the next key has not been published for 11 minutes: verifiers may not know it yet')
  return keys.map((k) => (k === next ? moved(k, 'active', now) : k.state === 'active' ? moved(k, 'retired', now) : k))
}

/** Forgets retired keys of which no token lives; by force all of them, with the tokens that they signed: one has leaked. */
export const dropRetired = (keys: readonly StoredKey[], now: Date, force = false): readonly StoredKey[] =>
  keys.filter((k) => k.state !== 'retired' || (!force && ageOf(k, now) < RETIRED_MS))

/** Changes the key file. Written beside and renamed into place: a crash leaves the old keys. */
export async function changeKeyFile(
  path: string,
  change: (keys: readonly StoredKey[], now: Date) => readonly StoredKey[],
): Promise<void> {
  const text = serialize(change(await readKeyFile(path), new Date()))
  const draft = `${path}.${process.pid}`
  await writeFile(draft, text, { mode: 0o600, flush: true })
  await rename(draft, path)
}
