import { createECDH, createPrivateKey, randomBytes, type KeyObject } from 'node:crypto'
import { link, mkdir, readFile, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from './config.ts'
import { ConfigError } from './config.ts'
import { fixedSigningKeys, newKeyFile, newSigningPem, signingKeysOf, type SigningKeys } from './signing-keys.ts'

/** A secret with a name, so that what was made with it can name it. */
export interface NamedSecret {
  readonly id: string
  /** 32 bytes. */
  readonly secret: Buffer
}

/** Sign web push messages (RFC 8292); browsers subscribe with the public one, so they are kept for good. */
export interface VapidKeys {
  readonly public: string
  readonly private: string
}

export interface Keys {
  /** Sign access tokens (Ed25519), with their rotation. */
  readonly signing: SigningKeys
  /** Signs the tokens that services show each other (Ed25519). */
  readonly serviceToken: KeyObject
  /** Key ring of the payload codec: the first encrypts, all decrypt. */
  readonly payload: readonly [NamedSecret, ...NamedSecret[]]
  /** Mixed into password hashes and into the hashes of request bodies. */
  readonly pepper: NamedSecret
  /** All peppers that hashes may still be made with: `pepper` and those before it. */
  readonly peppers: readonly NamedSecret[]
  readonly vapid: VapidKeys
}

/**
 * The keys by variable, else from `DATA_DIR/keys`, where missing ones are made once.
 * @throws ConfigError when a key cannot be read or is of another kind
 */
export async function loadKeys(config: Config): Promise<Keys> {
  const folder = join(config.DATA_DIR, 'keys')
  const kept = (name: string, make: () => string) => readOrMake(folder, name, make)
  const peppers = parseRing(config.PASSWORD_PEPPER ?? (await kept('password.pepper', newSecret)))
  const ring = parseRing(config.PAYLOAD_KEYS ?? (await readFile(await payloadKeyFile(config), 'utf8')))
  return {
    signing: config.JWT_PRIVATE_KEY
      ? await fixedSigningKeys(pemsOf(config.JWT_PRIVATE_KEY))
      : await signingKeysOf(await signingKeyFile(config)),
    serviceToken: ed25519(
      'SERVICE_PRIVATE_KEY',
      config.SERVICE_PRIVATE_KEY ?? (await kept('service-token.pem', newSigningPem)),
    ),
    payload: ring,
    pepper: peppers[0],
    vapid: vapidOf(await kept('vapid.keys', newVapid)),
    peppers,
  }
}

/** The file with the ring of the payload codec; made when it is missing. */
export async function payloadKeyFile(config: Config): Promise<string> {
  const folder = join(config.DATA_DIR, 'keys')
  await readOrMake(folder, 'payload.keys', newSecret)
  return join(folder, 'payload.keys')
}

/** The file with the keys that sign access tokens; made when it is missing, with the one key of an older installation if there is one. */
export async function signingKeyFile(config: Config): Promise<string> {
  const folder = join(config.DATA_DIR, 'keys')
  const older = await readFile(join(folder, 'access-token.pem'), 'utf8').catch(() => undefined)
  await readOrMake(folder, 'access-token.json', () => newKeyFile(older ?? newSigningPem()))
  return join(folder, 'access-token.json')
}

/** Each key of a variable that may hold several, the signing one first. */
function pemsOf(variable: string): string[] {
  const pems = variable.replaceAll('\\n', '\n').match(/-----BEGIN[\s\S]+?-----END[^-]+-----/g) ?? [variable]
  for (const pem of pems) ed25519('JWT_PRIVATE_KEY', pem)
  return pems
}

/** `id:secret`, fresh. */
export const newSecret = () => `k${Date.now().toString(36)}:${randomBytes(32).toString('base64url')}`

function ed25519(name: string, pem: string): KeyObject {
  try {
    // A variable in a compose file has its line ends written as \n.
    const key = createPrivateKey(pem.replaceAll('\\n', '\n'))
    if (key.asymmetricKeyType === 'ed25519') return key
  } catch {
    // The reason may quote the key: the message below says enough.
  }
  throw new ConfigError(`${name}: must be an Ed25519 private key in PKCS #8 PEM`)
}

function parseRing(text: string): readonly [NamedSecret, ...NamedSecret[]] {
  const [first, ...rest] = text
    .trim()
    .split(',')
    .map((entry) => {
      const cut = entry.lastIndexOf(':')
      return { id: entry.slice(0, cut), secret: Buffer.from(entry.slice(cut + 1), 'base64url') }
    })
  if (!first || [first, ...rest].some((k) => k.id === '' || k.secret.length !== 32))
    throw new ConfigError('PAYLOAD_KEYS, PASSWORD_PEPPER: each must be id:secret with 32 bytes in base64url')
  return [first, ...rest]
}

async function readOrMake(folder: string, name: string, make: () => string): Promise<string> {
  const path = join(folder, name)
  const read = () =>
    readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) =>
      error.code === 'ENOENT' ? undefined : Promise.reject(error),
    )
  const existing = await read()
  if (existing !== undefined) return existing
  await mkdir(folder, { recursive: true, mode: 0o700 })
  // Written beside and linked into place: a crash leaves no half key, and of two processes that start together one wins and both read its key.
  const draft = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`
  await writeFile(draft, make(), { mode: 0o600, flush: true })
  try {
    await link(draft, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    await unlink(draft)
  }
  return readFile(path, 'utf8')
}

/** P-256, as `public:private` in base64url: the uncompressed point and the scalar. */
function newVapid(): string {
  const pair = createECDH('prime256v1')
  return `${pair.generateKeys().toString('base64url')}:${pair.getPrivateKey().toString('base64url')}`
}

function vapidOf(text: string): VapidKeys {
  const [publicKey = '', privateKey = ''] = text.trim().split(':')
  return { public: publicKey, private: privateKey }
}
