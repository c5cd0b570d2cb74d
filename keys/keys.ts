import { createPrivateKey, randomBytes, type KeyObject } from 'node:crypto'
import { link, mkdir, readFile, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from '../config.ts'
import { ConfigError } from '../config.ts'
import { parseRing, parseVapid, RINGS, type Ring, type RingName, type VapidKeys } from './rings.ts'
import { holds, type Secret } from '../roles.ts'
import type { Logger } from '../telemetry/logger.ts'
import { fixedSigningKeys, newKeyFile, newSigningPem, signingKeysOf, type SigningKeys } from './signing.ts'

/** Of one that `roles.ts` does not give to a process nothing is there: it throws where it is asked for. */
export interface Keys {
  /** Sign access tokens (Ed25519), with their rotation. */
  readonly signing: SigningKeys
  /** Signs the tokens that services show each other (Ed25519). */
  readonly serviceToken: KeyObject
  /** Of the payload codec: the first encrypts, all decrypt. */
  readonly payload: Ring
  /** Mixed into password hashes and into nothing else. */
  readonly peppers: Ring
  /** Sign the unsubscribe links of mails. */
  readonly unsubscribe: Ring
  /** Hash the bodies of requests that came with an Idempotency-Key. */
  readonly idempotency: Ring
  /** Make the digits of phone codes, and hash them. */
  readonly phoneCodes: Ring
  /** Hide addresses in the counters of limits; the first alone. */
  readonly limits: Ring
  /** Sign links that open one file. */
  readonly links: Ring
  readonly vapid: Ring<VapidKeys>
  /** In the path of pages for developers; null where there are none. */
  readonly devPages: string | null
  /** Variables that should be set where keys come by variables, and are not: for the log. */
  readonly unset: readonly string[]
}

/** In `DATA_DIR/keys`. */
export const SERVICE_TOKEN_FILE = 'service-token.pem'

/**
 * What becomes of a key that is in no variable and no file. A command that reads refuses: a key that it made would read nothing, and the
 * installation's own would be missed later.
 */
type Missing = 'make' | 'refuse'

/** What was made with the password's pepper before it had a ring of its own, and what of a pepper's is read until that is gone. */
const HEIRS = ['unsubscribe', 'idempotency', 'phone-code', 'limit'] as const satisfies readonly RingName[]

/**
 * The keys by variable, else from `DATA_DIR/keys`, where missing ones are made once by those who serve.
 * @throws ConfigError when a key cannot be read or is of another kind
 */
export async function loadKeys(config: Config, missing: Missing = 'make'): Promise<Keys> {
  const text = async (name: RingName) =>
    config[RINGS[name].variable] ?? readFile(await ringFile(config, name, missing), 'utf8')
  /** Of a key that is another process's nothing is read and nothing made; who asks for it all the same has a fault. */
  const held = async <T>(variable: Secret, load: () => Promise<T>): Promise<() => T> => {
    if (!holds(config.role, variable)) return () => refuse(variable)
    const value = await load()
    return () => value
  }
  const byPepper = holds(config.role, 'PASSWORD_PEPPER')
  const peppers = await held('PASSWORD_PEPPER', async () => parseRing('pepper', await text('pepper')))
  // Each process has this one.
  const byVariables = config.PASSWORD_PEPPER !== undefined || (!byPepper && config.PAYLOAD_KEYS !== undefined)
  const isUnset = (name: RingName) => byVariables && config[RINGS[name].variable] === undefined
  /**
   * Links, answers and codes of before are read as long as their pepper is in its ring. Where keys come by variables and this one does not
   * yet, the pepper goes on making them: a file would be another one in each container.
   */
  const heir = (name: (typeof HEIRS)[number]): Promise<() => Ring> =>
    held(RINGS[name].variable, async () => {
      if (!byPepper && isUnset(name))
        throw new ConfigError(`${RINGS[name].variable}: must be set (npm run secrets -- --missing makes it)`)
      if (isUnset(name)) return peppers()
      const ring = parseRing(name, await text(name))
      return byPepper ? [...ring, ...peppers()] : ring
    })
  const signing = await held('JWT_PRIVATE_KEY', async () =>
    config.JWT_PRIVATE_KEY
      ? fixedSigningKeys(pemsOf(config.JWT_PRIVATE_KEY))
      : signingKeysOf(await signingKeyFile(config, missing)),
  )
  const unsubscribe = await heir('unsubscribe')
  const idempotency = await heir('idempotency')
  const phoneCodes = await heir('phone-code')
  const limits = await heir('limit')
  // As above: a file would be another one in each container, and a link of one would be none of the others'.
  const links = await held('LINK_KEYS', async () =>
    isUnset('link') ? peppers() : parseRing('link', await text('link')),
  )
  const vapid = await held('VAPID_KEYS', async () => parseVapid(await text('vapid')))
  const serviceToken = await serviceTokenKey(config, missing)
  const payload = await payloadRing(config, missing)
  return {
    get signing() {
      return signing()
    },
    serviceToken,
    payload,
    get peppers() {
      return peppers()
    },
    get unsubscribe() {
      return unsubscribe()
    },
    get idempotency() {
      return idempotency()
    },
    get phoneCodes() {
      return phoneCodes()
    },
    get limits() {
      return limits()
    },
    get links() {
      return links()
    },
    get vapid() {
      return vapid()
    },
    devPages: config.DEV_PAGES
      ? (await readOrMake(join(config.DATA_DIR, 'keys'), 'dev-pages.token', newToken, missing)).trim()
      : null,
    unset: ([...HEIRS, 'link', 'vapid'] as const)
      .filter((name) => holds(config.role, RINGS[name].variable) && isUnset(name))
      .map((name) => RINGS[name].variable),
  }
}

function refuse(variable: Secret): never {
  throw new ConfigError(`${variable} is not a key of this process (roles.ts)`)
}

/** Says at a start which variables are still to be set. */
export function tellUnset({ unset }: Keys, logger: Logger): void {
  for (const variable of unset)
    logger.warn(
      { variable },
      'a key should come by a variable, as the others do: npm run secrets -- --missing makes it',
    )
}

/** Signs the tokens that services show each other. @throws ConfigError as `loadKeys`, and when it is missing and is not to be made */
export async function serviceTokenKey(config: Config, missing: Missing = 'make'): Promise<KeyObject> {
  const kept = () => readOrMake(join(config.DATA_DIR, 'keys'), SERVICE_TOKEN_FILE, newSigningPem, missing)
  return ed25519('SERVICE_PRIVATE_KEY', config.SERVICE_PRIVATE_KEY ?? (await kept()))
}

/** The ring of the payload codec. @throws ConfigError as `loadKeys`, and when it is missing and is not to be made */
export const payloadRing = async (config: Config, missing: Missing = 'make'): Promise<Ring> =>
  parseRing('payload', config.PAYLOAD_KEYS ?? (await readFile(await ringFile(config, 'payload', missing), 'utf8')))

/** The file with a ring. @throws ConfigError when it is missing and is not to be made */
export async function ringFile(config: Config, name: RingName, missing: Missing = 'make'): Promise<string> {
  const folder = join(config.DATA_DIR, 'keys')
  const { file, fresh } = RINGS[name]
  await readOrMake(folder, file, fresh, missing)
  return join(folder, file)
}

/**
 * The file with the keys that sign access tokens; made with the one key of an older installation if there is one.
 * @throws ConfigError when it is missing and is not to be made
 */
export async function signingKeyFile(config: Config, missing: Missing = 'make'): Promise<string> {
  const folder = join(config.DATA_DIR, 'keys')
  const older = await readFile(join(folder, 'access-token.pem'), 'utf8').catch(() => undefined)
  await readOrMake(folder, 'access-token.json', () => newKeyFile(older ?? newSigningPem()), missing)
  return join(folder, 'access-token.json')
}

/** Each key of a variable that may hold several, the signing one first. */
function pemsOf(variable: string): string[] {
  const pems = variable.replaceAll('\\n', '\n').match(/-----BEGIN[\s\S]+?-----END[^-]+-----/g) ?? [variable]
  for (const pem of pems) ed25519('JWT_PRIVATE_KEY', pem)
  return pems
}

const newToken = () => randomBytes(32).toString('base64url')

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

async function readOrMake(folder: string, name: string, make: () => string, missing: Missing): Promise<string> {
  const path = join(folder, name)
  const read = () =>
    readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) =>
      error.code === 'ENOENT' ? undefined : Promise.reject(error),
    )
  const existing = await read()
  if (existing !== undefined) return existing
  if (missing === 'refuse')
    throw new ConfigError(
      `${path} is not there: DATA_DIR must be that of the installation, or its keys in the variables that it has them in`,
    )
  await mkdir(folder, { recursive: true, mode: 0o700 })
  // Written beside and linked into place: a crash leaves no half key, and of two processes that start together one wins and both read its
  // key.
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
