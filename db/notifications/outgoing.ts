import { sql, type Transaction } from 'kysely'
import type { Executor } from '../connection.ts'
import { ago } from '../time.ts'
import type { NotificationsDb, OutgoingRow } from './schema.ts'

type Trx = Transaction<NotificationsDb>

/** A message that is to go out. */
type NewOutgoing = Omit<OutgoingRow, 'created_at'>

/** So many of these weights within so many seconds, of the same party. */
export interface Ceiling {
  readonly of: readonly OutgoingRow['weight'][]
  readonly by: 'sender' | 'recipient' | 'pair' | 'installation'
  readonly most: number
  readonly seconds: number
}

/** Those of a channel are judged one after the other, so that of many at once no more go out than may. Held until the transaction ends. */
export async function lockOutgoing(trx: Trx, channel: OutgoingRow['channel']): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`outgoing ${channel}`}, 0))`.execute(trx)
}

export async function isOutgoing(db: Executor<NotificationsDb>, key: string): Promise<boolean> {
  return (await db.selectFrom('outgoing').select('key').where('key', '=', key).executeTakeFirst()) !== undefined
}

/** The first of these that the message would exceed. */
export async function findExceeded<C extends Ceiling>(
  trx: Trx,
  { channel, sender_hash, recipient_hash }: NewOutgoing,
  ceilings: readonly C[],
): Promise<C | undefined> {
  const of = {
    sender: sql`sender_hash = ${sender_hash}`,
    recipient: sql`recipient_hash = ${recipient_hash}`,
    pair: sql`sender_hash = ${sender_hash} and recipient_hash = ${recipient_hash}`,
    installation: sql`true`,
  }
  if (ceilings.length === 0) return undefined
  // Counted no further than it matters; in an order, so that it is read from an index however many there are.
  const counts = ceilings.map(
    ({ of: weights, by, most, seconds }) => sql`(select count(*) from (
      select from outgoing where channel = ${channel} and weight = any(${weights}) and ${of[by]}
        and created_at > ${ago(seconds)} order by created_at desc limit ${most}) within)::int`,
  )
  const { rows } = await sql<{ counted: number[] }>`select array[${sql.join(counts)}] as counted`.execute(trx)
  return ceilings.find(({ most }, n) => (rows[0]?.counted[n] ?? 0) >= most)
}

export async function insertOutgoing(trx: Trx, message: NewOutgoing): Promise<void> {
  await trx.insertInto('outgoing').values(message).execute()
}
