import type { NamedSecret } from '../../keys/rings.ts'

const secret = Buffer.alloc(32, 7)

/** The payload key of the committed histories. They were made up by `record.ts`; nothing in them is a secret. */
export const REPLAY_KEYS: readonly [NamedSecret] = [{ id: 'replay', secret }]

/** The same as a variable. */
export const REPLAY_PAYLOAD_KEYS = `replay:${secret.toString('base64url')}`
