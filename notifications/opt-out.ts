import { scrypt } from 'node:crypto'
import { promisify } from 'node:util'
import { mailboxOf } from '../network/email-address.ts'

export const MAILBOX_BYTES = 32
/** 16 MiB and some 40 ms: who steals the table tries addresses at that price, and one invitation costs no more. */
const COST = { N: 2 ** 14, r: 8, p: 1 }

const slow = promisify(scrypt) as (text: string, salt: string, bytes: number, cost: typeof COST) => Promise<Buffer>

/**
 * Under which the wish of a mailbox to get no invitations is kept. By no key of the installation: a wish that a rotation forgot would not
 * hold.
 * @param address canonical
 */
export const hashOfMailbox = (address: string): Promise<Buffer> =>
  slow(mailboxOf(address), 'scenor opt-out', MAILBOX_BYTES, COST)
