import { createHmac } from 'node:crypto'
import type { Kysely, Transaction } from 'kysely'
import type { Executor } from '../../db/connection.ts'
import { findAnswer, keepAnswer, tryLockKey } from '../../db/idempotency.ts'
import type { AcceptTables } from '../../db/operations/schema.ts'
import { acceptDatabase, acceptTables } from '../../db/tables.ts'
import { inTransaction } from '../../db/transaction.ts'
import { fail } from '../../errors/errors.ts'
import type { Answer, Once, OnceAnswer } from './route.ts'

const MAX_KEY = 255
/** Names of what opens something. */
const OPENS = /(^|_)(token|ticket|password|secret|cookie)s?$/i

/**
 * The key of a request, or undefined without one.
 * @throws AppError validation.failed when it is too long; an empty one counts as none
 */
export function idempotencyKey(header: string | undefined): string | undefined {
  if (!header) return undefined
  if (header.length > MAX_KEY) fail('validation.failed', { errors: [{ path: '', reason: `max_key ${MAX_KEY}` }] })
  return header
}

/** Who asks what: a person, or somebody without a token at an address (`clientKey`). */
type Asked = { readonly route: string } & ({ readonly id: string } | { readonly address: string })

/** An address stands beside the answer for a day: as a hash. */
const callerOf = (asked: Asked, secret: Buffer): string =>
  'id' in asked
    ? asked.id
    : `anonymous ${createHmac('sha256', secret).update(`address ${asked.address}`).digest('base64url').slice(0, 22)}`

/**
 * Work and kept answer are one transaction: after a crash either both are there or neither, so a repeated request can never do
 * the work twice. A refusal keeps nothing; the same key may then try again.
 * @param secrets key the hash of the body, which may hold a password: the first is used, an answer may be kept under an older one
 */
export function createOnce(
  secrets: readonly [Buffer, ...Buffer[]],
  asked: Asked,
  key: string | undefined,
  body: unknown,
): Once {
  const scopeBy = (secret: Buffer) => ({ caller: callerOf(asked, secret), route: asked.route })
  const hashedBy = (secret: Buffer) =>
    createHmac('sha256', secret)
      .update(JSON.stringify(body) ?? '')
      .digest()

  /** The answer that was given before. @throws AppError idempotency.key_reused */
  const kept = async (db: Executor<AcceptTables>): Promise<OnceAnswer | undefined> => {
    if (key === undefined) return undefined
    // One scope for somebody signed in; for others one for each secret that may have hashed their address.
    const scopes = new Map(secrets.map(scopeBy).map((scope) => [scope.caller, scope]))
    let first: Awaited<ReturnType<typeof findAnswer>>
    for (const scope of scopes.values()) first ??= await findAnswer(db, { ...scope, key })
    if (first && !secrets.some((secret) => first.body_hash.equals(hashedBy(secret)))) fail('idempotency.key_reused')
    return first && { ...first.answer, replayed: true }
  }
  return async <DB extends AcceptTables, Found>(
    db: Kysely<DB>,
    work: (trx: Transaction<DB>, found: Found) => Promise<Answer>,
    find?: () => Promise<Found>,
  ) => {
    // Without `find` there is nothing that `work` takes.
    let found = undefined as Found
    if (find) {
      const plain = acceptDatabase(db)
      const before = await kept(plain)
      if (before) return before
      try {
        found = await find()
      } catch (error) {
        // What the first of two has changed meanwhile may be what refuses the second.
        const meanwhile = await kept(plain)
        if (meanwhile) return meanwhile
        throw error
      }
    }
    return inTransaction(db, async (trx, last) => {
      if (key === undefined) return { ...(await work(trx, found)), replayed: false }
      const accept = acceptTables(trx)
      const full = { ...scopeBy(secrets[0]), key }
      // In this order: whoever has the lock sees what was kept under it before.
      const [locked, first] = await Promise.all([tryLockKey(accept, full), kept(accept)])
      if (!locked) fail('idempotency.in_progress', { headers: { 'Retry-After': '1' } })
      if (first) return first
      const answer = await work(trx, found)
      refuseSecrets(answer)
      const { headers = {}, body: told = null } = answer
      last(keepAnswer(accept, full, hashedBy(secrets[0]), { ...answer, headers, body: told }))
      return { ...answer, replayed: false }
    })
  }
}

/** What opens something is given by the request that proved a right to it, never by one that is like it: nothing of that is kept. */
function refuseSecrets(kept: unknown): void {
  if (typeof kept !== 'object' || kept === null) return
  for (const [name, value] of Object.entries(kept)) {
    if (value !== null && value !== undefined && OPENS.test(name.replaceAll('-', '_')))
      throw new Error(`an answer with ${name} would be kept`)
    refuseSecrets(value)
  }
}
