import { sql, type Transaction } from 'kysely'
import { v7 as uuidv7 } from 'uuid'
import type { Executor } from '../connection.ts'
import { onePlan } from '../one-plan.ts'
import type { AuthDb } from './schema.ts'

/** A device as it shows itself at a sign-in. */
export interface SeenDevice {
  /** Known by its proof; null: there is none that holds. */
  readonly id: string | null
  readonly fingerprint: Buffer
  /** Of the proof that it has, or is given now. */
  readonly token_hash: Buffer
}

/** Whose device has this proof. */
export function findDevice(
  db: Executor<AuthDb>,
  tokenHash: Buffer,
): Promise<{ id: string; account_id: string } | undefined> {
  return db.selectFrom('devices').select(['id', 'account_id']).where('token_hash', '=', tokenHash).executeTakeFirst()
}

/** Whether somebody with this address and program was the account's person before, without any proof of it. */
export async function looksKnown(db: Executor<AuthDb>, accountId: string, fingerprint: Buffer): Promise<boolean> {
  const row = await db
    .selectFrom('devices')
    .select('id')
    .where('account_id', '=', accountId)
    .where('fingerprint', '=', fingerprint)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/**
 * Whether the account's person is to hear of a sign-in without a proof: not by what looks as they did before, nor of their own first one.
 * @param mayBeFirst the account is new: who signs in there first is the person who registered
 */
export const isStrange = (accountId: string, { fingerprint }: SeenDevice, mayBeFirst: boolean) => sql<boolean>`
  not exists (select from devices where account_id = ${accountId} and fingerprint = ${fingerprint})
  and (not ${mayBeFirst}::boolean or exists (select from sessions where account_id = ${accountId}))`

/** A device that was not known, with its new proof. */
export const newDevice = (account_id: string, { fingerprint, token_hash }: SeenDevice) => ({
  id: uuidv7(),
  account_id,
  fingerprint,
  token_hash,
})

/** Of devices that look alike and have never shown their proof so many are kept: a program that keeps none signs in often. */
const ALIKE = 30

/** Those beyond, the longest unused. */
export const surplusDevices = (accountId: string, { fingerprint }: SeenDevice) => sql<boolean>`
  devices.id in ( ${onePlan}
    select id from devices where account_id = ${accountId} and fingerprint = ${fingerprint} and not proven
    order by last_used_at desc offset ${ALIKE - 1})`

/** Makes the device of somebody who has proven to be the account's person otherwise than by its password. */
export async function rememberDevice(trx: Transaction<AuthDb>, accountId: string, device: SeenDevice): Promise<void> {
  await trx.insertInto('devices').values(newDevice(accountId, device)).execute()
}

/** These are strangers from now on, unless somebody is still signed in there. */
export async function forgetDevicesOf(trx: Transaction<AuthDb>, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  await trx
    .deleteFrom('devices')
    .where('id', 'in', ids)
    .where(
      sql<boolean>`not exists (
        select from sessions s where s.account_id = devices.account_id and s.device_id = devices.id
          and s.revoked_at is null and s.expires_at > clock_timestamp())`,
    )
    .execute()
}

/** All of an account's are strangers from now on, but that of one session. */
export async function forgetDevicesBut(
  trx: Transaction<AuthDb>,
  accountId: string,
  sessionId: string | undefined,
): Promise<void> {
  await trx
    .deleteFrom('devices')
    .where('account_id', '=', accountId)
    .$if(sessionId !== undefined, (q) =>
      q.where(sql<boolean>`id is distinct from (select device_id from sessions where id = ${sessionId})`),
    )
    .execute()
}
