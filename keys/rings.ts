import { createECDH, randomBytes } from 'node:crypto'
import { ConfigError } from '../config.ts'
import { inDays, RETENTION } from '../retention.ts'

/** A secret with a name, so that what was made with it can name it. */
export interface NamedSecret {
  readonly id: string
  /** 32 bytes. */
  readonly secret: Buffer
}

/** The first makes, all read. */
export type Ring<Key = NamedSecret> = readonly [Key, ...Key[]]

/** Sign web push messages (RFC 8292); a browser takes only what is signed by the one that it subscribed with. */
export interface VapidKeys {
  /** P-256, base64url: the uncompressed point. */
  readonly public: string
  readonly private: string
}

/** `id:secret`, fresh; the id says when. */
export const newSecret = () => `k${Date.now().toString(36)}:${randomBytes(32).toString('base64url')}`

/** When a key was made, if its id is one of ours. */
export function madeAt({ id }: NamedSecret): Date | undefined {
  const ms = /^k[\da-z]{8}$/.test(id) ? parseInt(id.slice(1), 36) : NaN
  return ms <= Date.now() ? new Date(ms) : undefined
}

/** P-256, as `public:private` in base64url: the uncompressed point and the scalar. */
export function newVapid(): string {
  const pair = createECDH('prime256v1')
  const point = pair.generateKeys().toString('base64url')
  return `${point}:${wholeScalar(pair.getPrivateKey())}`
}

/** 32 bytes: Node leaves leading zeros out, and what signs wants them. */
const wholeScalar = (scalar: Buffer): string =>
  Buffer.concat([Buffer.alloc(32), scalar])
    .subarray(-32)
    .toString('base64url')

const days = (seconds: number, by: string) => ({ days: inDays(seconds), by })
/** Nothing tells when the last of these is gone. */
const forEver = (by: string) => ({ days: Infinity, by })

/** Every ring: one secret, one purpose. `needed`: by what a key is still needed that is not the first any more, and for how long. */
export const RINGS = {
  payload: {
    variable: 'PAYLOAD_KEYS',
    file: 'payload.keys',
    fresh: newSecret,
    needed: days(
      Math.max(RETENTION.executions, RETENTION.callTexts),
      `executions (kept for ${inDays(RETENTION.executions)} days after their end) and texts of model calls (${inDays(RETENTION.callTexts)} days)`,
    ),
  },
  pepper: {
    variable: 'PASSWORD_PEPPER',
    file: 'password.pepper',
    fresh: newSecret,
    needed: forEver('people who have not signed in since'),
  },
  unsubscribe: {
    variable: 'UNSUBSCRIBE_KEYS',
    file: 'unsubscribe.keys',
    fresh: newSecret,
    needed: forEver('links of mails, which never expire,'),
  },
  idempotency: {
    variable: 'IDEMPOTENCY_KEYS',
    file: 'idempotency.keys',
    fresh: newSecret,
    needed: days(RETENTION.idempotencyKeys, 'answers that are kept'),
  },
  'phone-code': {
    variable: 'PHONE_CODE_KEYS',
    file: 'phone-code.keys',
    fresh: newSecret,
    needed: days(RETENTION.phoneCodes, 'codes on their way'),
  },
  limit: {
    variable: 'LIMIT_KEYS',
    file: 'limit.keys',
    fresh: newSecret,
    // Counters are found by the first key alone: another one begins them anew, so that none is needed.
    needed: days(0, 'nothing'),
  },
  link: {
    variable: 'LINK_KEYS',
    file: 'link.keys',
    fresh: newSecret,
    needed: days(RETENTION.signedLinks, 'links that were just made'),
  },
  vapid: {
    variable: 'VAPID_KEYS',
    file: 'vapid.keys',
    fresh: newVapid,
    needed: forEver('browsers that subscribed before'),
  },
} as const

export type RingName = keyof typeof RINGS

/** @throws ConfigError when an entry is no `id:secret` */
export const parseRing = (name: RingName, text: string): Ring =>
  parse(text, (id, value) => {
    const secret = Buffer.from(value, 'base64url')
    if (id === '' || secret.length !== 32)
      throw new ConfigError(`${RINGS[name].variable}: must be id:secret with 32 bytes in base64url, or several`)
    return { id, secret }
  })

/** @throws ConfigError when an entry is no pair of keys */
export const parseVapid = (text: string): Ring<VapidKeys> =>
  parse(text, (point, scalar) => {
    if (publicOf(scalar) !== point)
      throw new ConfigError(
        'VAPID_KEYS: must be public:private of P-256 in base64url, or several; the two must be a pair',
      )
    return { public: point, private: wholeScalar(Buffer.from(scalar, 'base64url')) }
  })

function publicOf(scalar: string): string | undefined {
  const pair = createECDH('prime256v1')
  try {
    pair.setPrivateKey(scalar, 'base64url')
    return pair.getPublicKey().toString('base64url')
  } catch {
    // Not the reason: it may quote the key.
    return undefined
  }
}

function parse<Key>(text: string, read: (before: string, after: string) => Key): Ring<Key> {
  const entry = (one: string) => read(one.slice(0, one.lastIndexOf(':')), one.slice(one.lastIndexOf(':') + 1))
  const [first = '', ...rest] = text.trim().split(',')
  return [entry(first), ...rest.map(entry)]
}

/** The secrets of a ring, in its order. */
export const secretsOf = ([first, ...older]: Ring): [Buffer, ...Buffer[]] => [
  first.secret,
  ...older.map(({ secret }) => secret),
]
